// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable cannot be called with these arguments.

#include <string>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

constexpr auto make = [](const std::string& host) { return Config{.name = host}; };

int use(CircuitBreakerRegistry<decltype(make)>& peers, int amount) {
#ifdef REJECTED
  return peers.call("a", [](int) { return 1; }, amount, amount);
#else
  return peers.call("a", [](int) { return 1; }, amount);
#endif
}
