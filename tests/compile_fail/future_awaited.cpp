// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns a future, whose outcome is not known when it returns

#include <future>

#include <fluxgate/fluxgate.hpp>

#include "support/tasks.hpp"

tasks::Lazy<std::shared_future<int>> start();
tasks::Lazy<int> finish();

tasks::Eager<void> use(fluxgate::AsyncCircuitBreaker<>& breaker) {
#ifdef REJECTED
  (void)co_await breaker.call(start);
#else
  (void)co_await breaker.call(finish);
#endif
}
