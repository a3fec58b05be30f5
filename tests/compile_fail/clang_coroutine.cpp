// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names

#include <coroutine>

#include <fluxgate/fluxgate.hpp>

#include "support/tasks.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

template <class T>
tasks::Lazy<int> use() {
#ifdef REJECTED
  AsyncCircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
#else
  AsyncCircuitBreaker breaker{"a", FailureStreak{2}, Cooldown{1h}};
#endif
  co_return co_await breaker.call([] { return tasks::Ready<int>{1}; });
}
template tasks::Lazy<int> use<int>();
