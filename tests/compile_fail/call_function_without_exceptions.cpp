// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: call() reports a refusal by throwing
// flags: -fno-exceptions

#include <fluxgate/fluxgate.hpp>

int twice(int n);

int use(fluxgate::CircuitBreaker<>& breaker) {
#ifdef REJECTED
  return breaker.call(twice, 2);
#else
  return breaker.try_call(twice, 2).value();
#endif
}
