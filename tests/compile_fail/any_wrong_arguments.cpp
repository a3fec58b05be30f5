// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable cannot be called with these arguments.

#include <string>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int charge(int amount);

auto use(AnyCircuitBreaker& breaker) {
#ifdef REJECTED
  return breaker.call(charge, std::string{"42"});
#else
  return breaker.call(charge, 42);
#endif
}
