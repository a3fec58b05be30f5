// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a guarded call is awaited once, and gives up its arguments: co_await std::move(later).

#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "support/tasks.hpp"

tasks::Lazy<int> give();

tasks::Lazy<int> use(fluxgate::AsyncCircuitBreaker<>& breaker) {
#ifdef REJECTED
  const auto later = breaker.call(give);
  co_return co_await later;
#else
  auto later = breaker.call(give);
  co_return co_await std::move(later);
#endif
}
