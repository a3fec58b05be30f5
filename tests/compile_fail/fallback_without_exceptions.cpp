// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: without exceptions there are only refusals to fall back on
// flags: -fno-exceptions

#include <system_error>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int use(CircuitBreaker<>& breaker) {
#ifdef REJECTED
  return breaker.call_with_fallback([] { return 0; }, [](const std::system_error&) { return 1; });
#else
  return breaker.call_with_fallback([] { return 0; }, [](const CallNotPermittedError&) { return 1; });
#endif
}
