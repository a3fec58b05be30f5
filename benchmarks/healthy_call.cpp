// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a healthy call costs, next to an atomic increment and to a breaker with a mutex, in one run.

#include <benchmark/benchmark.h>

#if defined(__linux__)
#include <sched.h>
#endif

#include <atomic>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

namespace {

/// Keeps the calling thread on a processor of its own where there are enough: schedulers like to put what starts together
/// on one, and then they share nothing.
void spread([[maybe_unused]] unsigned number) {
#if defined(__linux__)
  static const cpu_set_t allowed = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  const int count = CPU_COUNT(&allowed);
  if (count == 0) return;
  int left = static_cast<int>(number) % count;
  for (int cpu = 0; cpu != CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || left-- != 0) continue;
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(cpu, &own);
    sched_setaffinity(0, sizeof own, &own);
    return;
  }
#endif
}

/// The call that is guarded: too small to hide what guarding it costs.
int answer(int number) {
  benchmark::DoNotOptimize(number);
  return number;
}

void measure(benchmark::internal::Benchmark* run) { run->Repetitions(7)->ReportAggregatesOnly(); }
void measure_shared(benchmark::internal::Benchmark* run) { run->Threads(1)->Threads(2)->UseRealTime()->Apply(measure); }

// The yardstick.
void atomic_increment(benchmark::State& state) {
  spread(static_cast<unsigned>(state.thread_index()));
  static std::atomic<std::size_t> count{0};
  for (auto _ : state) benchmark::DoNotOptimize(count.fetch_add(1, std::memory_order_relaxed));
}
BENCHMARK(atomic_increment)->Apply(measure_shared);

void bare_call(benchmark::State& state) {
  spread(static_cast<unsigned>(state.thread_index()));
  for (auto _ : state) benchmark::DoNotOptimize(answer(42));
}
BENCHMARK(bare_call)->Apply(measure_shared);

auto& healthy_breaker() {
  static CircuitBreaker breaker{Config{.name = "healthy",
                                       .window = CountWindow{100},
                                       .tracker = TypeOf<std::runtime_error>{},
                                       .tripper = MinRequests{100} & FailureRate{0.5}}};
  static const bool filled = [] {
    for (int i = 0; i != 100; ++i) breaker.call(answer, i);
    return true;
  }();
  benchmark::DoNotOptimize(filled);
  return breaker;
}

void healthy_call(benchmark::State& state) {
  spread(static_cast<unsigned>(state.thread_index()));
  auto& breaker = healthy_breaker();
  for (auto _ : state) benchmark::DoNotOptimize(breaker.call(answer, 42));
  if (breaker.state() != State::closed || breaker.info().metrics.failure_count() != 0) state.SkipWithError("unhealthy");
}
BENCHMARK(healthy_call)->Apply(measure_shared);

/// The textbook's way to the same semantics: one lock around admission, one around recording.
class MutexBreaker {
 public:
  template <class F, class... Args>
  auto call(F&& f, Args&&... args) {
    {
      const std::lock_guard lock{mutex_};
      if (open_) throw std::logic_error{"open"};
    }
    try {
      auto result = std::forward<F>(f)(std::forward<Args>(args)...);
      record(false);
      return result;
    } catch (const std::runtime_error&) {
      record(true);
      throw;
    }
  }

 private:
  void record(bool failed) {
    const std::lock_guard lock{mutex_};
    if (total_ == ring_.size()) {
      failures_ -= static_cast<std::size_t>(ring_[next_]);
    } else {
      ++total_;
    }
    ring_[next_] = static_cast<char>(failed);
    failures_ += static_cast<std::size_t>(failed);
    next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
    if (total_ == ring_.size() && 2 * failures_ >= total_) open_ = true;
  }

  std::mutex mutex_;
  std::vector<char> ring_ = std::vector<char>(100);
  std::size_t next_ = 0;
  std::size_t total_ = 0;
  std::size_t failures_ = 0;
  bool open_ = false;
};

void mutex_call(benchmark::State& state) {
  spread(static_cast<unsigned>(state.thread_index()));
  static MutexBreaker breaker;
  for (auto _ : state) benchmark::DoNotOptimize(breaker.call(answer, 42));
}
BENCHMARK(mutex_call)->Apply(measure_shared);

}  // namespace

BENCHMARK_MAIN();
