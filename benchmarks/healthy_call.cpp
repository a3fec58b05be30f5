// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a healthy call costs, next to an atomic increment and to a breaker with a mutex, in one run, and whether that is
/// what we promise: no more than the increment, and no more on each of two threads than on one.
///
/// A cost is processor time of one thread, so that threads that wait or are put aside do not blur it. The program fails
/// when a promise is broken by more than the repetitions differ among themselves.

#include <benchmark/benchmark.h>

#if defined(__linux__)
#include <sched.h>
#endif
#include <time.h>

#include <algorithm>
#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
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

double processor_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

constexpr auto cost = "ns";

void set_cost(benchmark::State& state, double spent) {
  state.counters[cost] =
      benchmark::Counter(spent / static_cast<double>(state.iterations()), benchmark::Counter::kAvgThreads);
}

/// Measures what one call of `action` costs the thread that makes it.
template <class Action>
void measure(benchmark::State& state, Action action) {
  spread(static_cast<unsigned>(state.thread_index()));
  const double start = processor_nanoseconds();
  for (auto _ : state) benchmark::DoNotOptimize(action());
  set_cost(state, processor_nanoseconds() - start);
}

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
Run measure_await(benchmark::State& state, Make make) {
  spread(static_cast<unsigned>(state.thread_index()));
  const double start = processor_nanoseconds();
  for (auto _ : state) {
    const int given = co_await make();
    benchmark::DoNotOptimize(given);
  }
  set_cost(state, processor_nanoseconds() - start);
}

// The yardstick.
void atomic_increment(benchmark::State& state) {
  static std::atomic<std::size_t> count{0};
  measure(state, [] { return count.fetch_add(1, std::memory_order_relaxed); });
}

void bare_call(benchmark::State& state) {
  measure(state, [] { return answer(42); });
}

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
  auto& breaker = healthy_breaker();
  measure(state, [&] { return breaker.call(answer, 42); });
  if (breaker.state() != State::closed || breaker.info().metrics.failure_count() != 0) state.SkipWithError("unhealthy");
}

/// An awaitable that is ready when it is awaited.
struct Ready {
  int number;
  static bool await_ready() noexcept { return true; }
  static void await_suspend(std::coroutine_handle<>) noexcept {}
  int await_resume() const noexcept { return number; }
};
constexpr auto ready = [](int number) { return Ready{answer(number)}; };

void bare_await(benchmark::State& state) {
  measure_await(state, [] { return ready(42); });
}

void guarded_await(benchmark::State& state) {
  AsyncCircuitBreaker breaker{healthy_breaker()};
  measure_await(state, [&] { return breaker.call(ready, 42); });
}

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
  static MutexBreaker breaker;
  measure(state, [] { return breaker.call(answer, 42); });
}

/// What the repetitions of one benchmark cost on one number of threads.
struct Costs {
  double least = 0;
  double median = 0;
  double most = 0;
};

/// Keeps the costs of all repetitions, and judges them.
class Report : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override {
    std::cout << "Nanoseconds of processor time per call and thread, over repetitions\n\n"
              << "                     threads    median     least      most\n";
    return true;
  }

  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<double> costs;
    for (const Run& run : runs) {
      const auto counter = run.counters.find(cost);  // a run that gave up has none
      if (run.run_type == Run::RT_Iteration && counter != run.counters.end()) costs.push_back(counter->second);
    }
    if (costs.empty()) return;
    std::sort(costs.begin(), costs.end());
    const Costs found{costs.front(), costs[costs.size() / 2], costs.back()};
    const std::string name = runs.front().run_name.function_name;
    const auto threads = static_cast<int>(runs.front().threads);
    costs_[{name, threads}] = found;
    std::cout << "  " << std::left << std::setw(22) << name << std::right << std::setw(4) << threads << std::fixed
              << std::setprecision(2) << std::setw(10) << found.median << std::setw(10) << found.least << std::setw(10)
              << found.most << std::endl;
  }

  /// Whether the median of `one` beyond that of `base` (of nothing, where that has no name) is at most `limit` times that
  /// of `other`, or so near that the spread explains it.
  bool judge(const std::string& promise, std::pair<std::string, int> one, std::pair<std::string, int> other,
             double limit, std::pair<std::string, int> base = {}) const {
    const auto left = costs_.find(one);
    const auto right = costs_.find(other);
    const auto below = costs_.find(base);
    if (left == costs_.end() || right == costs_.end() || (!base.first.empty() && below == costs_.end())) {
      std::cout << "FAILED  " << promise << ": not measured\n";
      return false;
    }
    const Costs ground = below == costs_.end() ? Costs{} : below->second;
    const double ratio = (left->second.median - ground.median) / right->second.median;
    const bool kept = ratio <= limit;
    const bool explained = left->second.least - ground.most <= limit * right->second.most;
    std::cout << (kept        ? "ok      "
                  : explained ? "unsure  "
                              : "FAILED  ")
              << promise << ": " << ratio << ", at most " << limit
              << (kept || !explained ? "" : "; the repetitions differ by more") << '\n';
    return kept || explained;
  }

 private:
  std::map<std::pair<std::string, int>, Costs> costs_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
  constexpr std::pair<const char*, void (*)(benchmark::State&)> all[] = {
      {"atomic_increment", atomic_increment}, {"bare_call", bare_call},
      {"healthy_call", healthy_call},         {"bare_await", bare_await},
      {"guarded_await", guarded_await},       {"mutex_call", mutex_call},
  };
  for (const auto& [name, run] : all) {
    benchmark::RegisterBenchmark(name, run)->Threads(1)->Threads(2)->UseRealTime()->MinTime(0.2)->Repetitions(7);
  }
  Report report;
  benchmark::RunSpecifiedBenchmarks(&report);

  std::cout << '\n';
  bool kept = report.judge("a healthy call costs no more than an atomic increment", {"healthy_call", 1},
                           {"atomic_increment", 1}, 1.0);
  if (std::thread::hardware_concurrency() < 2) {
    std::cout << "skipped a healthy call costs no more on each of two threads than on one: needs two processors\n";
  } else {
    kept = report.judge("a healthy call costs no more on each of two threads than on one", {"healthy_call", 2},
                        {"healthy_call", 1}, 1.1) &&
           kept;
  }
  kept = report.judge("a guarded co_await costs at most three atomic increments more than a bare one",
                      {"guarded_await", 1}, {"atomic_increment", 1}, 3.0, {"bare_await", 1}) &&
         kept;
  return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
