// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: call() reports a refusal by throwing; without exceptions use try_call().
// flags: -fno-exceptions

#include <fluxgate/fluxgate.hpp>

int use(fluxgate::CircuitBreaker<>& breaker) {
#ifdef REJECTED
  return breaker.call([] { return 1; });
#else
  return breaker.try_call([] { return 1; }).has_value() ? 1 : 0;
#endif
}
