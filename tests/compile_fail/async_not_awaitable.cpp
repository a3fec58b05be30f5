// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable must return an awaitable

#include <coroutine>

#include <fluxgate/fluxgate.hpp>

#include "support/tasks.hpp"

void use(fluxgate::AsyncCircuitBreaker<>& breaker) {
#ifdef REJECTED
  (void)breaker.call([] { return 1; });
#else
  (void)breaker.call([] { return tasks::Ready<int>{1}; });
#endif
}
