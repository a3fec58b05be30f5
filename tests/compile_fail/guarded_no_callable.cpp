// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: guarded() takes a breaker and a callable, as in guarded(breaker, charge).

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int charge(int amount);

auto use(CircuitBreaker<>& breaker) {
#ifdef REJECTED
  return guarded(breaker, 42);
#else
  return guarded(breaker, charge);
#endif
}
