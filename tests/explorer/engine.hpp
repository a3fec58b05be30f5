// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What the cases about the engine share: breakers whose atomics are the explorer's, calls, and what they came to.

#ifndef FLUXGATE_TESTS_EXPLORER_ENGINE_HPP
#define FLUXGATE_TESTS_EXPLORER_ENGINE_HPP

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fluxgate/circuit_breaker.hpp>

#include "../support/cores.hpp"
#include "explorer.hpp"

namespace engine {

using namespace fluxgate;
using namespace std::chrono_literals;
using cores::call;
using cores::fail;
using cores::succeed;
using explorer::Bounds;
using explorer::Case;
using explorer::expect;
using explorer::pick;
using explorer::threads;
using std::chrono::nanoseconds;

/// Time and chance of one execution. All threads see the same time at once.
struct Clock {
  nanoseconds now{0};
  mutable explorer::Atomic<int> look{0};  ///< so that another thread may go on before each look
  std::array<double, 4> draws{0.5, 0.5, 0.5, 0.5};
  std::size_t drawn = 0;

  void advance(nanoseconds step) { now += step; }
};

class ClockEnvironment {
 public:
  explicit ClockEnvironment(Clock& clock) : clock_{&clock} {}
  std::chrono::steady_clock::time_point now() const noexcept {
    (void)clock_->look.load(std::memory_order_relaxed);
    return std::chrono::steady_clock::time_point{clock_->now};
  }
  std::chrono::steady_clock::time_point coarse_now() const noexcept { return now(); }
  std::chrono::system_clock::time_point wall_now() const noexcept {
    return std::chrono::system_clock::time_point{
        std::chrono::duration_cast<std::chrono::system_clock::duration>(clock_->now)};
  }
  double uniform() const noexcept { return clock_->draws[clock_->drawn++ % clock_->draws.size()]; }

 private:
  Clock* clock_;
};

template <class W, class Tr, class P, class Atomics>
using CoreOf = detail::Core<W, Tr, Cooldown, P, ClockEnvironment, NoStats, Atomics>;

/// The same with room for so few notices.
template <std::uint32_t count>
struct Narrow : explorer::Atomics {
  static constexpr std::uint32_t notices = count;
};

/// A breaker; its cooldown is 60 s, its round of probes has 10 s.
template <class Atomics = explorer::Atomics, class W, class Tr, class P>
auto make(Clock& clock, W window, Tr tripper, P permit, SlowThreshold slow = {}, std::vector<Listener> listeners = {},
          double jitter = 0.0) {
  return std::make_unique<CoreOf<W, Tr, P, Atomics>>(Config<W, All, Tr, Cooldown, P, ClockEnvironment>{
      .name = "b",
      .window = window,
      .tripper = std::move(tripper),
      .retry = Cooldown{60s, jitter},
      .permit = permit,
      .slow_threshold = slow,
      .listeners = std::move(listeners),
      .environment = ClockEnvironment{clock},
      .as_written = true,
  });
}

inline auto rate(std::uint64_t minimum, double ratio) { return MinRequests{minimum} & FailureRate{ratio}; }

/// Admits a call of which it is known that it is admitted.
template <class Core>
detail::Ticket admit(Core& core) {
  const detail::Ticket ticket = core.admit();
  expect(static_cast<bool>(ticket), "a call is admitted that must be");
  return ticket;
}

template <class Core>
void command(Core& core, State state, Notify notify = Notify::yes) {
  core.command(state, Override{.notify = notify});
}
template <class Core>
void reset(Core& core, Notify notify = Notify::yes) {
  command(core, State::closed, notify);
}

/// Opens by `failures` calls, and comes to where the retry is due.
template <class Core>
void open_until_due(Core& core, Clock& clock, int failures) {
  fail(core, failures);
  expect(core.state() == State::open, "it opens");
  clock.advance(60s);
}

/// Which thread recorded what.
class Ledger {
 public:
  void note(const detail::Ticket& ticket, bool failed) { entries_.at(count_++) = {ticket.epoch(), failed}; }

  template <class Core>
  void call(Core& core, bool failed, int times = 1) {
    for (int i = 0; i != times; ++i) {
      const detail::Ticket ticket = core.admit();
      if (!ticket) continue;
      core.record(ticket, failed);
      note(ticket, failed);
    }
  }

  std::uint64_t count(std::uint32_t epoch, bool failed) const {
    std::uint64_t found = 0;
    for (std::size_t i = 0; i != count_; ++i) {
      if (entries_[i].epoch == epoch && entries_[i].failed == failed) ++found;
    }
    return found;
  }

 private:
  struct Entry {
    std::uint32_t epoch = 0;
    bool failed = false;
  };
  std::array<Entry, 32> entries_{};
  std::size_t count_ = 0;
};

template <class Core>
bool counts_are(const Core& core, std::uint64_t total, std::uint64_t failures) {
  const Metrics metrics = core.info().metrics;
  return metrics.total_count() == total && metrics.failure_count() == failures;
}

/// At rest in a state that admits: the window holds the calls of the epoch and no others.
template <class Core>
void expect_ledger(Core& core, const Ledger& ledger) {
  const std::uint32_t epoch = admit(core).epoch();
  const std::uint64_t failed = ledger.count(epoch, true);
  expect(counts_are(core, failed + ledger.count(epoch, false), failed),
         "at rest the window holds the calls of its epoch and no others");
}

/// At rest: the totals are those of the slots, so successes empty the window of everything else. Not where it trips.
template <class Core>
void expect_washable(Core& core, std::uint32_t size) {
  succeed(core, static_cast<int>(size));
  const Metrics metrics = core.info().metrics;
  expect(metrics.total_count() == size && metrics.failure_count() == 0 && metrics.slow_count() == 0 &&
             metrics.slow_count(2s) == 0 && metrics.total_duration() == 0s,
         "at rest the totals equal the sum of the slots");
}

inline bool parts_within(const Metrics& metrics) {
  return metrics.failure_count() <= metrics.total_count() && metrics.slow_count() <= metrics.total_count() &&
         metrics.slow_count(2s) <= metrics.total_count() && metrics.total_duration() >= 0s;
}

/// The signals of one breaker, and whether they came as they must: each after the one before, in memory too.
class Announcements {
 public:
  Listener listener() {
    return [this](const Signal& signal) {
      expect(last_.read() < signal.sequence, "signals come in order, each once");
      last_.write(signal.sequence);
      expect(!inside_, "signals come one at a time");
      inside_ = true;
      (void)pause_.load(std::memory_order_relaxed);  // another thread may go on here
      heard_.push_back(
          {signal.old_state, signal.new_state, signal.cause, signal.sequence, signal.timestamp.time_since_epoch()});
      if (on_signal) on_signal(signal);
      inside_ = false;
    };
  }

  struct Heard {
    State old_state;
    State new_state;
    Cause cause;
    std::uint64_t sequence;
    nanoseconds timestamp;
  };
  const std::vector<Heard>& heard() const { return heard_; }

  int count(State state) const {
    int found = 0;
    for (const Heard& one : heard_) found += one.new_state == state ? 1 : 0;
    return found;
  }
  /// At rest, without silent transitions: nothing is missing, and each begins where the one before ended.
  void expect_complete(State first = State::closed) const {
    State state = first;
    std::uint64_t sequence = 1;
    for (const Heard& one : heard_) {
      expect(one.sequence == sequence, "no transition is left unannounced");
      expect(one.old_state == state, "a transition begins where the one before ended");
      ++sequence;
      state = one.new_state;
    }
  }

  std::function<void(const Signal&)> on_signal;

 private:
  explorer::Plain<std::uint64_t> last_{0};
  bool inside_ = false;
  explorer::Atomic<int> pause_{0};
  std::vector<Heard> heard_;
};

}  // namespace engine

#endif
