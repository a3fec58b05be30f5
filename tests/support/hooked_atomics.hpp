// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Atomics that a test can stop at: deterministic interleavings of the engine's very code.
///
/// A `Worker` runs a piece of code on a thread of its own, but only while the test waits for it. It stops just before a
/// chosen operation on a word of a chosen type, and the test goes on: looks at the breaker, makes calls of its own, lets
/// another worker run. Never do two threads run at once, so each run is the same, and what one thread has written the
/// next one sees: interleavings are explored here, memory orders are not.
///
/// `in_every_interleaving` tries all ways in which two pieces of code can alternate with at most three switches.

#ifndef FLUXGATE_TESTS_SUPPORT_HOOKED_ATOMICS_HPP
#define FLUXGATE_TESTS_SUPPORT_HOOKED_ATOMICS_HPP

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include <fluxgate/engine/atomics.hpp>

#include "catch.hpp"

namespace hooked {

enum class Access : std::uint8_t { load, write };

/// Just before the n-th operation of a kind, counted from where the worker stands.
struct Stop {
  const void* word = nullptr;  ///< the type of the word; null: any operation
  Access access = Access::load;
  int count = 1;
};

template <class Word>
inline constexpr char type_mark = 0;

/// Before a load of a word of this type.
template <class Word>
Stop before_load(int count = 1) {
  return {&type_mark<Word>, Access::load, count};
}
/// Before whatever may write a word of this type.
template <class Word>
Stop before_write(int count = 1) {
  return {&type_mark<Word>, Access::write, count};
}
/// Before an operation of any kind on any word.
inline Stop before_step(int count) { return {nullptr, Access::load, count}; }

/// Code that runs only while the test waits for it. It must not throw.
class Worker {
 public:
  explicit Worker(std::function<void()> work)
      : work_{std::move(work)}, thread_{[this] {
          current() = this;
          wait_for(Turn::worker);
          work_();
          std::unique_lock lock{mutex_};
          ended_ = true;
          turn_ = Turn::test;
          changed_.notify_all();
        }} {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    finish();
    thread_.join();
  }

  /// Lets it run on to `stop`; false when it ends before that.
  bool run_to(const Stop& stop) {
    if (ended_) return false;
    stop_ = stop;
    hand_over(Turn::worker);
    return !ended_;
  }
  /// Lets it run to its end.
  void finish() { (void)run_to({nullptr, Access::load, 0}); }

  /// Called by every operation before it happens.
  static void pass(const void* word, Access access) noexcept {
    if (current() != nullptr) current()->stop_here(word, access);
  }

 private:
  enum class Turn : std::uint8_t { test, worker };

  static Worker*& current() noexcept {
    thread_local Worker* worker = nullptr;
    return worker;
  }

  void stop_here(const void* word, Access access) {
    if (stop_.word != nullptr && (stop_.word != word || stop_.access != access)) return;
    if (stop_.count != 0 && --stop_.count == 0) hand_over(Turn::test);
  }

  void hand_over(Turn next) {
    {
      const std::lock_guard lock{mutex_};
      turn_ = next;
    }
    changed_.notify_all();
    wait_for(next == Turn::test ? Turn::worker : Turn::test);
  }
  void wait_for(Turn turn) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return turn_ == turn; });
  }

  // All but the mutex belong to whose turn it is.
  std::function<void()> work_;
  Stop stop_{};
  bool ended_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  Turn turn_ = Turn::test;
  std::thread thread_;  // last: it uses all others
};

/// What the engine needs of `std::atomic`. The weak exchange does not fail without a reason: that would be another
/// interleaving.
template <class T>
class Atomic {
 public:
  constexpr Atomic(T value = {}) noexcept : value_{value} {}

  T load(std::memory_order order) const noexcept {
    Worker::pass(&type_mark<T>, Access::load);
    return value_.load(order);
  }
  void store(T value, std::memory_order order) noexcept {
    Worker::pass(&type_mark<T>, Access::write);
    value_.store(value, order);
  }
  T exchange(T value, std::memory_order order) noexcept {
    Worker::pass(&type_mark<T>, Access::write);
    return value_.exchange(value, order);
  }
  T fetch_add(T value, std::memory_order order) noexcept {
    Worker::pass(&type_mark<T>, Access::write);
    return value_.fetch_add(value, order);
  }
  bool compare_exchange_strong(T& expected, T next, std::memory_order success, std::memory_order failure) noexcept {
    Worker::pass(&type_mark<T>, Access::write);
    return value_.compare_exchange_strong(expected, next, success, failure);
  }
  bool compare_exchange_weak(T& expected, T next, std::memory_order success, std::memory_order failure) noexcept {
    return compare_exchange_strong(expected, next, success, failure);
  }

 private:
  std::atomic<T> value_;
};

struct Atomics : fluxgate::detail::StdAtomics {
  template <class T>
  using Atomic = hooked::Atomic<T>;
};

/// One way in which two pieces of code alternate: the first up to a step, the second up to a step, the first to its end,
/// the second to its end.
class Schedule {
 public:
  Schedule(int first_steps, int second_steps) : first_steps_{first_steps}, second_steps_{second_steps} {}

  /// `look` is called wherever a thread has stopped or ended.
  template <class First, class Second, class Look>
  void run(const First& first, const Second& second, const Look& look) {
    Worker one{first};
    Worker two{second};
    first_ended_ = !one.run_to(before_step(first_steps_));
    look();
    second_ended_ = !two.run_to(before_step(second_steps_));
    look();
    one.finish();
    look();
    two.finish();
    look();
  }
  template <class First, class Second>
  void run(const First& first, const Second& second) {
    run(first, second, [] {});
  }

  /// Whether a piece ended before it came to its step.
  bool first_ended() const noexcept { return first_ended_; }
  bool second_ended() const noexcept { return second_ended_; }

 private:
  int first_steps_;
  int second_steps_;
  bool first_ended_ = true;
  bool second_ended_ = true;
};

/// Calls `scenario` with every schedule; it makes a breaker, runs the schedule once, and requires what must hold then.
template <class Scenario>
void in_every_interleaving(const Scenario& scenario) {
  for (int first = 1;; ++first) {
    for (int second = 1;; ++second) {
      INFO("the first stops before its step " << first << ", the second before its step " << second);
      Schedule schedule{first, second};
      scenario(schedule);
      if (schedule.first_ended()) return;  // where the second stops makes no difference any more
      if (schedule.second_ended()) break;
    }
  }
}

/// The same with the second in one piece, wherever the first can be stopped.
template <class Scenario>
void in_every_interruption(const Scenario& scenario) {
  for (int first = 1;; ++first) {
    INFO("the first stops before its step " << first);
    Schedule schedule{first, 0};
    scenario(schedule);
    if (schedule.first_ended()) return;
  }
}

}  // namespace hooked

#endif
