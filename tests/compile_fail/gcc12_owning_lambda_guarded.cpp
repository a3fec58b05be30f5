// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: g++ before 13 destroys twice what a lambda
// flags: -Werror=deprecated-declarations

#include <memory>

// As an installed library: what a compiler warns of in system headers is not shown.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include <fluxgate/fluxgate.hpp>
#pragma GCC diagnostic pop

#include "support/tasks.hpp"

using fluxgate::CallNotPermittedError;
using tasks::Ready;

tasks::Eager<int> use(fluxgate::AsyncCircuitBreaker<>& breaker, std::shared_ptr<int> kept) {
#ifdef REJECTED
  co_return co_await fluxgate::guarded(breaker, [kept] { return Ready<int>{*kept}; })();
#else
  auto guarded = fluxgate::guarded(breaker, [kept] { return Ready<int>{*kept}; });
  co_return co_await guarded();
#endif
}

tasks::Eager<int> use_with_fallback(fluxgate::AsyncCircuitBreaker<>& breaker, std::shared_ptr<int> kept) {
  auto guarded = fluxgate::guarded(
      breaker, [kept] { return Ready<int>{*kept}; }, [kept](const CallNotPermittedError&) { return *kept; });
  co_return co_await guarded();
}
