// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What awaiting costs where there is nothing to wait for.

#ifndef FLUXGATE_BENCHMARKS_READY_HPP
#define FLUXGATE_BENCHMARKS_READY_HPP

#include <coroutine>

#include "measure.hpp"

namespace measured {

/// An awaitable that is ready when it is awaited.
struct Ready {
  int number;
  static bool await_ready() noexcept { return true; }
  static void await_suspend(std::coroutine_handle<>) noexcept {}
  int await_resume() const noexcept { return number; }
};

inline Ready ready(int number) { return {answer(number)}; }

/// A coroutine that runs to its end at once.
struct Run {
  struct promise_type {
    static Run get_return_object() noexcept { return {}; }
    static std::suspend_never initial_suspend() noexcept { return {}; }
    static std::suspend_never final_suspend() noexcept { return {}; }
    static void return_void() noexcept {}
    static void unhandled_exception() { throw; }
  };
};

/// Measures what it costs to await once what `make` gives.
template <class Make>
Run awaits(benchmark::State& state, Make make) {
  const Costs costs{state};
  for (auto _ : state) {
    int given = co_await make();
    benchmark::DoNotOptimize(given);
  }
}

}  // namespace measured

#endif
