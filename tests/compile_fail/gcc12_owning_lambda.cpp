// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: g++ before 13 destroys twice what a lambda
// flags: -Werror=deprecated-declarations

#include <memory>

#include <fluxgate/fluxgate.hpp>

#include "support/tasks.hpp"

tasks::Eager<void> use(fluxgate::AsyncCircuitBreaker<>& breaker, std::shared_ptr<int> kept) {
#ifdef REJECTED
  co_await breaker.call([kept] { return tasks::Ready<int>{*kept}; });
#else
  auto f = [kept] { return tasks::Ready<int>{*kept}; };
  co_await breaker.call(f);
#endif
}
