// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How a benchmark measures, and how it says so.
///
/// Every benchmark gives the counters `cpu`, nanoseconds of processor time per call and thread, and `wall`, nanoseconds of
/// time per call of a thread. The first is not blurred by threads that are put aside, the second sees threads that wait.

#ifndef FLUXGATE_BENCHMARKS_MEASURE_HPP
#define FLUXGATE_BENCHMARKS_MEASURE_HPP

#include <benchmark/benchmark.h>
#include <time.h>

#include <chrono>
#include <fluxgate/environment.hpp>
#include <stdexcept>
#include <system_error>

#include "../tests/support/opaque.hpp"
#include "../tests/support/pin.hpp"
#include "../tests/support/uneven.hpp"

namespace measured {

inline double nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

/// Measures from its construction to its destruction.
class Costs {
 public:
  explicit Costs(benchmark::State& state, int parts = 1) : state_{state}, parts_{parts} {
    pin(state.thread_index());
    cpu_ = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    wall_ = nanoseconds(CLOCK_MONOTONIC);
  }
  Costs(const Costs&) = delete;
  Costs& operator=(const Costs&) = delete;
  ~Costs() {
    const auto per_call = [this](double spent) {
      return benchmark::Counter(spent / static_cast<double>(state_.iterations() * parts_),
                                benchmark::Counter::kAvgThreads);
    };
    state_.counters["cpu"] = per_call(nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu_);
    state_.counters["wall"] = per_call(nanoseconds(CLOCK_MONOTONIC) - wall_);
  }

 private:
  benchmark::State& state_;
  int parts_;
  double cpu_;
  double wall_;
};

/// Measures what one call of `action` costs, or one part of it where it does the same so often.
template <class Action>
void calls(benchmark::State& state, Action action, int parts = 1) {
  const Costs costs{state, parts};
  for (auto _ : state) {
    if constexpr (requires { benchmark::DoNotOptimize(action()); }) {
      benchmark::DoNotOptimize(action());
    } else {
      action();
    }
  }
}

/// On one thread, two, four and so on, as many as this process has processors.
inline void on_all_processors(benchmark::internal::Benchmark* benchmark) {
  for (int threads = 1; threads <= processor_count(); threads *= 2) benchmark->Threads(threads);
}

/// The call that is guarded: too small to hide what guarding it costs.
FLUXGATE_OPAQUE inline int answer(int number) {
  benchmark::DoNotOptimize(number);
  return number;
}

/// The same for a call that throws.
FLUXGATE_OPAQUE inline int fail(int number) {
  benchmark::DoNotOptimize(number);
  throw std::runtime_error{"down"};
}

/// The same as an object, whose type says what is called.
inline constexpr auto charge = [](int number) { return answer(number); };

/// A breaker's clock, ahead by some microseconds more at each look: calls of different lengths, for a window that sees
/// microseconds.
inline std::chrono::steady_clock::time_point uneven_now() noexcept {
  return fluxgate::SystemEnvironment::now() + uneven();
}

/// About one in a hundred, and never in a failure's place a lap of the window later.
inline constexpr int one_in_100 = 101;

/// A call with an error code as its result, every `period`th of which fails.
class Erring {
 public:
  explicit Erring(int period) : period_{period} {}
  std::error_code operator()() {
    if (++calls_ != period_) return good_;
    calls_ = 0;
    return bad_;
  }

 private:
  int period_;
  int calls_ = 0;
  std::error_code good_{};
  std::error_code bad_ = std::make_error_code(std::errc::io_error);
};

}  // namespace measured

#endif
