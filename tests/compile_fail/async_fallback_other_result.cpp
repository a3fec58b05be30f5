// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a fallback must give what the call gives, itself or when awaited.

#include <string>

#include <fluxgate/fluxgate.hpp>

#include "support/tasks.hpp"

tasks::Lazy<int> give();
tasks::Lazy<std::string> give_text();

auto use(fluxgate::AsyncCircuitBreaker<>& breaker) {
#ifdef REJECTED
  return breaker.call_with_fallback(give, [](const fluxgate::CallNotPermittedError&) { return give_text(); });
#else
  return breaker.call_with_fallback(give, [](const fluxgate::CallNotPermittedError&) { return give(); });
#endif
}
