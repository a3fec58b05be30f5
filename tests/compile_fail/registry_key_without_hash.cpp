// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the key of a CircuitBreakerRegistry is copied, compared by == and hashed by std::hash

#include <fluxgate/registry.hpp>

using namespace fluxgate;

struct Peer {
  int number;
  friend bool operator==(const Peer&, const Peer&) = default;
};

#ifdef REJECTED
CircuitBreakerRegistry peers{[](const Peer&) { return Config{}; }};
#else
CircuitBreakerRegistry peers{[](int) { return Config{}; }};
#endif
