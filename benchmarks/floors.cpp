// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What everything else is compared with: an atomic increment, a look at the clock, an exception, and a breaker as the
/// textbook has it.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "measure.hpp"
#include "ready.hpp"

namespace {

using measured::answer;
using measured::Erring;
using measured::fail;

void add(benchmark::State& state) {
  static std::atomic<std::uint64_t> count{0};
  measured::calls(state, [] { return count.fetch_add(1, std::memory_order_relaxed); });
}
BENCHMARK(add)->Apply(measured::on_all_processors);

void now(benchmark::State& state) {
  measured::calls(state, [] { return std::chrono::steady_clock::now(); });
}
BENCHMARK(now);

void throw_and_catch(benchmark::State& state) {
  measured::calls(state, [] {
    try {
      return fail(42);
    } catch (const std::runtime_error&) {
      return 0;
    }
  });
}
BENCHMARK(throw_and_catch);

void bare_call(benchmark::State& state) {
  measured::calls(state, [] { return answer(42); });
}
BENCHMARK(bare_call)->Apply(measured::on_all_processors);

void bare_await(benchmark::State& state) {
  measured::awaits(state, [] { return measured::ready(42); });
}
BENCHMARK(bare_await);

/// The atomic writes of a count window of durations, and nothing besides: two looks at the clock, a place claimed, the
/// duration put there for the one before, the difference added up, the sum compared. No state to ask for, no epochs.
void bare_durations(benchmark::State& state) {
  static std::atomic<std::uint64_t> cursor{0};
  static std::array<std::atomic<std::int64_t>, 100> ring{};
  static std::atomic<std::int64_t> sum{0};
  static volatile std::size_t places = ring.size();  // a breaker's window has any size
  const std::size_t size = places;
  bool slow = false;
  measured::calls(state, [&] {
    const auto began = measured::uneven_now();
    const int result = answer(42);
    const std::chrono::nanoseconds spent = measured::uneven_now() - began;
    const std::int64_t micros = std::max<std::int64_t>(spent.count() + 500, 0) / 1000;
    std::atomic<std::int64_t>& place = ring[cursor.fetch_add(1, std::memory_order_relaxed) % size];
    const std::int64_t difference = micros - place.exchange(micros, std::memory_order_relaxed);
    slow = slow || sum.fetch_add(difference, std::memory_order_relaxed) + difference >= 100'000'000;
    return result;
  });
  if (slow) state.SkipWithError("the average is above the threshold");
}
BENCHMARK(bare_durations);

/// The same with place and sum in one word, as far as they fit: an exchange less, and a loop more. A thread that is
/// suspended between the two writes for a lap of the ring spoils the sum.
void bare_durations_in_two(benchmark::State& state) {
  struct alignas(8) Word {
    std::uint32_t sum;
    std::uint32_t place;
  };
  static std::atomic<Word> word{Word{0, 0}};
  static std::array<std::atomic<std::uint32_t>, 100> ring{};
  static volatile std::uint32_t places = ring.size();  // as above
  const std::uint32_t size = places;
  bool slow = false;
  measured::calls(state, [&] {
    const auto began = measured::uneven_now();
    const int result = answer(42);
    const std::chrono::nanoseconds spent = measured::uneven_now() - began;
    const auto micros = static_cast<std::uint32_t>(std::max<std::int64_t>(spent.count() + 500, 0) / 1000);
    Word seen = word.load(std::memory_order_relaxed);
    Word next{};
    do {
      next.sum = seen.sum + micros - ring[seen.place].load(std::memory_order_relaxed);
      next.place = seen.place + 1 == size ? 0 : seen.place + 1;
    } while (!word.compare_exchange_weak(seen, next, std::memory_order_relaxed, std::memory_order_relaxed));
    ring[seen.place].exchange(micros, std::memory_order_relaxed);
    slow = slow || next.sum >= 100'000'000;
    return result;
  });
  if (slow) state.SkipWithError("the average is above the threshold");
}
BENCHMARK(bare_durations_in_two);

/// The atomic writes of a count window without durations, one in three of whose calls fails: a place claimed, the outcome put
/// there for the one before, and where they differ the difference added up.
void bare_counts(benchmark::State& state) {
  struct alignas(64) Line {
    std::atomic<std::int64_t> word{0};
  };
  static Line cursor;
  static Line failures;
  static std::array<std::atomic<std::int32_t>, 100> ring{};
  static volatile std::size_t places = ring.size();  // as above
  const auto size = static_cast<std::int64_t>(places);
  Erring erring{3};
  bool trips = false;
  measured::calls(state, [&] {
    const std::error_code result = erring();
    const std::int32_t failed = result ? 1 : 0;
    const auto index = static_cast<std::size_t>(cursor.word.fetch_add(1, std::memory_order_relaxed) % size);
    const std::int32_t difference = failed - ring[index].exchange(failed, std::memory_order_relaxed);
    if (difference != 0) {
      trips = trips || failures.word.fetch_add(difference, std::memory_order_relaxed) + difference > size;
    }
    return result;
  });
  if (trips) state.SkipWithError("more failures than calls");
}
BENCHMARK(bare_counts)->Apply(measured::on_all_processors);

/// One lock around admission, one around recording: the last hundred results of calls that give an error code or throw a
/// `std::runtime_error`, and the rule that half of them have failed.
class MutexBreaker {
 public:
  template <class F, class... Args>
  auto call(F&& f, Args&&... args) {
    {
      const std::lock_guard lock{mutex_};
      if (open_) throw std::logic_error{"open"};
    }
    try {
      auto result = std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      record(failed(result));
      return result;
    } catch (const std::runtime_error&) {
      record(true);
      throw;
    }
  }

 private:
  static bool failed(int) { return false; }
  static bool failed(const std::error_code& code) { return static_cast<bool>(code); }

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
    if (total_ >= 10 && 2 * failures_ >= total_) open_ = true;
  }

  std::mutex mutex_;
  std::vector<char> ring_ = std::vector<char>(100);
  std::size_t next_ = 0;
  std::size_t total_ = 0;
  std::size_t failures_ = 0;
  bool open_ = false;
};

void mutex_healthy(benchmark::State& state) {
  static MutexBreaker breaker;
  measured::calls(state, [] { return breaker.call(answer, 42); });
}
BENCHMARK(mutex_healthy)->Apply(measured::on_all_processors);

void mutex_one_in_100_fails(benchmark::State& state) {
  static MutexBreaker breaker;
  measured::calls(state, [erring = Erring{measured::one_in_100}]() mutable { return breaker.call(erring); });
}
BENCHMARK(mutex_one_in_100_fails)->Apply(measured::on_all_processors);

void mutex_one_in_3_fails(benchmark::State& state) {
  static MutexBreaker breaker;
  measured::calls(state, [erring = Erring{3}]() mutable { return breaker.call(erring); });
}
BENCHMARK(mutex_one_in_3_fails)->Apply(measured::on_all_processors);

}  // namespace
