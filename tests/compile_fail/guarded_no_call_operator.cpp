// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: guarded() takes a breaker and a callable, as in guarded(breaker, charge).

#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Charge {
  int operator()(int amount) const;
  int operator()(const std::string& amount) const;
};
struct Receipt {};

auto use(CircuitBreaker<>& breaker) {
  const auto fallback = [](const CallNotPermittedError&) { return 0; };
#ifdef REJECTED
  return guarded(breaker, Receipt{}, fallback);
#else
  return guarded(breaker, Charge{}, fallback);
#endif
}
