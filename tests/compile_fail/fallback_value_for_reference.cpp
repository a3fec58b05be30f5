// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a fallback must return what the call returns

#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

const std::string& page();
const std::string& cached();

const std::string& use(CircuitBreaker<>& breaker) {
#ifdef REJECTED
  return breaker.call_with_fallback(page, [](const CallNotPermittedError&) { return std::string{"gone by then"}; });
#else
  return breaker.call_with_fallback(page, [](const CallNotPermittedError&) -> const std::string& { return cached(); });
#endif
}
