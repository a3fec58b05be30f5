// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Coroutines without exceptions: what reports a refusal by a value works.

#include <coroutine>
#include <cstdio>
#include <cstdlib>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

namespace {

/// A coroutine that runs at once and is not awaited.
struct Detached {
  struct promise_type {
    static Detached get_return_object() noexcept { return {}; }
    static std::suspend_never initial_suspend() noexcept { return {}; }
    static std::suspend_never final_suspend() noexcept { return {}; }
    static void return_void() noexcept {}
    static void unhandled_exception() noexcept { std::abort(); }
  };
};

struct Ready {
  int value;
  static bool await_ready() noexcept { return true; }
  static void await_suspend(std::coroutine_handle<>) noexcept {}
  int await_resume() const noexcept { return value; }
};

int failures = 0;

void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  ++failures;
}

Detached use(AsyncCircuitBreaker<>& cb) {
  const auto four = [] { return Ready{4}; };
  const auto cached = [](const CallNotPermittedError&) { return 9; };
  const CallResult<int> admitted = co_await cb.try_call(four);
  check(admitted.has_value() && *admitted == 4, "an admitted call gives its value");
  const int called = co_await cb.call_with_fallback(four, cached);
  check(called == 4, "an admitted call does not fall back");
  cb.force_open();
  const CallResult<int> refused = co_await cb.try_call(four);
  check(!refused.has_value() && refused.rejection().state == State::forced_open, "a refused call gives its rejection");
  const int fallen = co_await cb.call_with_fallback(four, cached);
  check(fallen == 9, "a refused call falls back");
}

}  // namespace

int main() {
  AsyncCircuitBreaker cb{Config{}};
  use(cb);
  check(cb.state() == State::forced_open, "the coroutine ran to its end");
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
