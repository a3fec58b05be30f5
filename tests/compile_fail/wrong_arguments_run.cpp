// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable cannot be called with these arguments.

#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int charge(int amount);

int use(CircuitBreaker<>& breaker) {
#ifdef REJECTED
  return breaker.try_acquire().run(charge, std::string{"42"});
#else
  return breaker.try_acquire().run(charge, 42);
#endif
}
