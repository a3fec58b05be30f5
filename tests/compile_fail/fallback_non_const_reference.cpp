// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a fallback takes its error by value or as const&

#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

int use(fluxgate::CircuitBreaker<>& breaker) {
#ifdef REJECTED
  return breaker.call_with_fallback([] { return 0; }, [](std::runtime_error&) { return 1; });
#else
  return breaker.call_with_fallback([] { return 0; }, [](const std::runtime_error&) { return 1; });
#endif
}
