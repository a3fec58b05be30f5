// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The engine under real threads: what must hold once they are joined.
///
/// The threads only act and count; every assertion is made on the main thread, behind the joins. What listeners write
/// is a plain vector on purpose: their calls are serial, and ThreadSanitizer says so if they are not.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/barrier.hpp"
#include "support/catch.hpp"
#include "support/pin.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

constexpr unsigned crew = 4;

/// Runs `body(number)` on so many threads, which start together, and joins them.
template <class Body>
void race(unsigned threads, const Body& body) {
  Barrier start{threads};
  std::vector<std::thread> running;
  for (unsigned number = 0; number != threads; ++number) {
    running.emplace_back([&, number] {
      pin(static_cast<int>(number));
      start.wait();
      body(number);
    });
  }
  for (std::thread& thread : running) thread.join();
}

template <class Admission>
void tell(Admission&& admission, bool failed) {
  failed ? admission.failure() : admission.success();
}

/// Places that break the sequence of signals: numbers from 1, without gaps unless some were silent, states chained.
std::size_t breaks(const std::vector<Signal>& signals, bool may_skip = false) {
  std::size_t found = 0;
  for (std::size_t i = 0; i != signals.size(); ++i) {
    const std::uint64_t before = i == 0 ? 0 : signals[i - 1].sequence;
    const bool follows = signals[i].sequence == before + 1;
    const State left = i == 0 ? State::closed : signals[i - 1].new_state;
    if (signals[i].sequence <= before || (!follows && !may_skip)) ++found;
    if (follows && signals[i].old_state != left) ++found;
  }
  return found;
}

std::size_t count_cause(const std::vector<Signal>& signals, Cause cause) {
  return static_cast<std::size_t>(
      std::count_if(signals.begin(), signals.end(), [&](const Signal& signal) { return signal.cause == cause; }));
}

/// What a ring of slots holds of an epoch, counted by hand.
struct Recount {
  std::uint64_t total = 0;
  std::uint64_t failures = 0;
  std::uint64_t slow = 0;
  std::chrono::microseconds duration{0};
};

template <class Cells>
Recount recount(const Cells& cells, std::uint32_t epoch) {
  Recount sum;
  for (const auto& cell : cells) {
    const auto slot = cell.load();
    if (!slot.belongs_to(epoch)) continue;
    const Sample sample = slot.sample();
    ++sum.total;
    sum.failures += sample.failed ? 1 : 0;
    sum.slow += sample.slow_at(0) ? 1 : 0;
    sum.duration += std::chrono::microseconds{sample.micros};
  }
  return sum;
}

/// Hammers a recorder of its own and compares its totals with its ring whenever it is at rest. With `transitions`, an
/// epoch begins in the midst of each round, and each thread brings outcomes of the old one too late.
template <class Tripper>
void compare_totals_with_ring(unsigned window, bool transitions) {
  CAPTURE(window, transitions);
  constexpr unsigned rounds = 2'000;
  constexpr unsigned calls = 8;
  constexpr bool durations = detail::traits_of<Tripper>.needs.durations;
  using Recorder = detail::CountRecorder<detail::StdAtomics, detail::traits_of<Tripper>.needs>;
  using Control = detail::Control<detail::StdAtomics>;
  const Recorder recorder{CountWindow{window}};
  const Thresholds thresholds{5us};
  detail::Block<Control, typename Recorder::Head, detail::CallCounter<detail::StdAtomics, NoStats>,
                typename Recorder::Cell>
      block{recorder.cells(0)};
  unsigned unequal = 0;  // written between the barriers by one thread only
  Barrier barrier{crew + 1};

  race(crew + 1, [&](unsigned number) {
    std::minstd_rand random{number + 1};
    for (unsigned round = 0; round != rounds; ++round) {
      barrier.wait();
      const detail::Phase phase = block.control().phase.load();
      if (number == crew) {
        for (unsigned pause = random() % 64; pause != 0; --pause) (void)block.control().phase.load();
        if (transitions) {
          block.control().phase.store(phase.to(State::metrics_only));
          recorder.stamp(block, phase.epoch() + 1);
        }
      } else {
        for (unsigned i = 0; i != calls; ++i) {
          const std::uint32_t epoch = i % 2 == 0 ? phase.epoch() : block.control().phase.load().epoch();
          const auto micros = static_cast<std::uint32_t>(random() % 10);
          const Sample sample{.failed = random() % 4 == 0,
                              .slow = detail::slow_bits(thresholds, std::chrono::microseconds{micros}),
                              .micros = micros};
          recorder.record(block, recorder.next_index(block, 0ns, false), epoch, sample, [] { return 0ns; }, false);
        }
      }
      barrier.wait();
      if (number != crew) continue;
      const std::uint32_t epoch = block.control().phase.load().epoch();
      const Recount ring = recount(block.cells(), epoch);
      const Metrics totals = Recorder::metrics(recorder.snapshot(block, epoch, 0ns, false), thresholds);
      const bool equal = totals.total_count() == ring.total && totals.failure_count() == ring.failures &&
                         totals.slow_count() == ring.slow && (!durations || totals.total_duration() == ring.duration);
      const bool full = transitions || ring.total == std::min(window, (round + 1) * crew * calls);
      unequal += equal && full ? 0 : 1;
    }
  });

  CHECK(unequal == 0);
}

}  // namespace

TEST_CASE("totals equal the ring", "[stress]") {
  for (const unsigned window : {1U, 3U, 64U}) {
    for (const bool transitions : {false, true}) {
      compare_totals_with_ring<FailureRate>(window, transitions);
      compare_totals_with_ring<AvgLatency>(window, transitions);
    }
  }
}

TEST_CASE("a count window has counted every call of many threads", "[stress]") {
  constexpr unsigned window = 10'000;
  CircuitBreaker cb{Config{.window = CountWindow{window}, .environment = ManualEnvironment{}}};
  cb.metrics_only();

  race(crew, [&](unsigned number) {
    for (unsigned i = 0; i != 1'000; ++i) tell(cb.try_acquire(), (i + number) % 4 == 0);
  });
  CHECK(cb.info().metrics.total_count() == crew * 1'000);
  CHECK(cb.info().metrics.failure_count() == crew * 250);

  // Failures write always, so that these go once round the whole ring.
  race(crew, [&](unsigned) {
    for (unsigned i = 0; i != window / crew; ++i) tell(cb.try_acquire(), true);
  });
  CHECK(cb.info().metrics.total_count() == window);
  CHECK(cb.info().metrics.failure_count() == window);

  race(crew, [&](unsigned) {
    for (unsigned i = 0; i != window / crew; ++i) tell(cb.try_acquire(), false);
  });
  CHECK(cb.info().metrics.total_count() == window);
  CHECK(cb.info().metrics.failure_count() == 0);

  // Now successes are absorbed, but not one failure may be.
  race(crew, [&](unsigned number) {
    for (unsigned i = 0; i != 2'000; ++i) tell(cb.try_acquire(), number == 0 && i < 100);
  });
  CHECK(cb.info().metrics.total_count() == window);
  CHECK(cb.info().metrics.failure_count() == 100);
}

TEST_CASE("a time window has counted every call and microsecond of many threads", "[stress]") {
  constexpr unsigned rounds = 100;
  constexpr unsigned calls = 50;
  ManualEnvironment env;
  CircuitBreaker cb{Config{.window = TimeWindow{60s, 1s}, .tripper = AvgLatency{1s}, .environment = env}};
  cb.metrics_only();

  // The second lap finds every bucket expired and has it cleared by several threads at once.
  for (int lap = 0; lap != 2; ++lap) {
    CAPTURE(lap);
    Barrier barrier{crew + 1};
    race(crew + 1, [&](unsigned number) {
      for (unsigned round = 0; round != rounds; ++round) {
        if (number == crew) {
          barrier.wait();
          env.advance(300ms);
          barrier.wait();
          continue;
        }
        auto failing = cb.try_acquire();
        auto working = cb.try_acquire();
        barrier.wait();
        barrier.wait();
        failing.failure();
        working.success();
        // No time passes until all have come back to the barrier.
        for (unsigned i = 0; i != calls; ++i) tell(cb.try_acquire(), i % 2 == 0);
      }
    });
    const Metrics metrics = cb.info().metrics;
    CHECK(metrics.total_count() == crew * rounds * (2 + calls));
    CHECK(metrics.failure_count() == crew * rounds * (1 + calls / 2));
    CHECK(metrics.total_duration() == crew * rounds * 2 * 300ms);
    env.advance(61s);
    CHECK(cb.info().metrics.total_count() == 0);
  }
}

TEST_CASE("a time window counts every call while the clock runs", "[stress]") {
  constexpr unsigned calls = 20'000;
  ManualEnvironment env;
  CircuitBreaker cb{Config{.window = TimeWindow{60s, 1s}, .environment = env}};
  cb.metrics_only();
  for (int lap = 0; lap != 3; ++lap) {
    CAPTURE(lap);
    race(crew + 1, [&](unsigned number) {
      if (number == crew) {
        for (unsigned i = 0; i != 500; ++i) {
          env.advance(100ms);
          std::this_thread::yield();
        }
        return;
      }
      for (unsigned i = 0; i != calls; ++i) tell(cb.try_acquire(), i % 4 == 0);
    });
    CHECK(cb.info().metrics.total_count() == crew * calls);
    CHECK(cb.info().metrics.failure_count() == crew * calls / 4);
    env.advance(61s);
  }
}

TEST_CASE("a round of probes has one beginning, so many places, and one end", "[stress]") {
  constexpr unsigned rounds = 1'000;
  constexpr unsigned tries = 3;
  ManualEnvironment env;
  std::vector<Signal> signals;
  CircuitBreaker cb{Config{.window = CountWindow{10},
                           .tripper = MinRequests{1} & FailureRate{0.5},
                           .retry = Cooldown{1s},
                           .permit = Probes{3, 10s},
                           .listeners = {[&](const Signal& signal) { signals.push_back(signal); }},
                           .environment = env}};
  std::vector<std::atomic<unsigned>> admitted(rounds);
  Barrier barrier{crew};
  race(crew, [&](unsigned number) {
    for (unsigned round = 0; round != rounds; ++round) {
      if (number == 0) {
        tell(cb.try_acquire(), true);
        env.advance(1s);
      }
      barrier.wait();
      // Places that are given back meanwhile must neither vanish nor multiply.
      cb.try_acquire().ignore();
      barrier.wait();
      std::vector<decltype(cb.try_acquire())> held;
      for (unsigned i = 0; i != tries; ++i) {
        if (auto admission = cb.try_acquire()) {
          admitted[round].fetch_add(1);
          held.push_back(std::move(admission));
        }
      }
      barrier.wait();
      for (auto& admission : held) admission.success();
      barrier.wait();
    }
  });

  CHECK(std::all_of(admitted.begin(), admitted.end(), [](const auto& count) { return count.load() == 3; }));
  CHECK(breaks(signals) == 0);
  CHECK(signals.size() == 3 * rounds);
  CHECK(count_cause(signals, Cause::tripped) == rounds);
  CHECK(count_cause(signals, Cause::retry_due) == rounds);
  CHECK(count_cause(signals, Cause::recovered) == rounds);
  CHECK(cb.info().state == State::closed);
  CHECK(cb.info().reopens == 0);
}

TEST_CASE("places of probes that come and go are never more than there are", "[stress]") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.tripper = MinRequests{1} & FailureRate{0.5},
                           .retry = Cooldown{1s},
                           .permit = Probes{3, 10s},
                           .environment = env}};
  cb.try_acquire().failure();
  env.advance(1s);
  std::atomic<int> inside{0};
  std::atomic<unsigned> overfull{0};
  race(crew, [&](unsigned) {
    for (unsigned i = 0; i != 5'000; ++i) {
      auto admission = cb.try_acquire();
      if (!admission) continue;
      if (inside.fetch_add(1) >= 3) overfull.fetch_add(1);
      inside.fetch_sub(1);
      admission.ignore();
    }
  });
  CHECK(overfull == 0);
  // All three places came back.
  auto first = cb.try_acquire();
  auto second = cb.try_acquire();
  auto third = cb.try_acquire();
  CHECK(static_cast<bool>(third));
  CHECK_FALSE(static_cast<bool>(cb.try_acquire()));
  first.success();
  second.success();
  third.success();
  CHECK(cb.state() == State::closed);
}

TEST_CASE("one caller of many begins HALF_OPEN, and one failure of many reopens", "[stress]") {
  constexpr unsigned rounds = 1'000;
  ManualEnvironment env;
  std::vector<Signal> signals;
  CircuitBreaker cb{Config{.tripper = MinRequests{1} & FailureRate{0.5},
                           .retry = Cooldown{1s},
                           .permit = Random{1.0},
                           .listeners = {[&](const Signal& signal) { signals.push_back(signal); }},
                           .environment = env}};
  cb.try_acquire().failure();
  Barrier barrier{crew};
  race(crew, [&](unsigned number) {
    for (unsigned round = 0; round != rounds; ++round) {
      if (number == 0) env.advance(1s);
      barrier.wait();
      auto admission = cb.try_acquire();
      barrier.wait();
      admission.failure();
      barrier.wait();
    }
  });
  CHECK(breaks(signals) == 0);
  CHECK(signals.size() == 1 + 2 * rounds);
  CHECK(count_cause(signals, Cause::retry_due) == rounds);
  CHECK(count_cause(signals, Cause::tripped) == 1 + rounds);
  CHECK(cb.info().state == State::open);
  CHECK(cb.info().reopens == rounds);
}

TEST_CASE("a caller that delivers is relieved while another one makes transitions", "[stress]") {
  // Without an end, as far as the first caller could see; it ends by itself only where the other one is put aside.
  constexpr int too_many = 1'000;
  std::atomic<int> by_the_first{0};
  std::atomic<int> commands{1};
  std::atomic<bool> has_returned{false};
  std::thread::id first_caller;
  CircuitBreaker cb{Config{.listeners = {[&](const Signal& signal) {
                             if (signal.sequence == 1) first_caller = std::this_thread::get_id();
                             if (std::this_thread::get_id() == first_caller) by_the_first.fetch_add(1);
                             while (commands < 100) std::this_thread::yield();  // until much waits
                             const auto end = std::chrono::steady_clock::now() + 20us;
                             while (std::chrono::steady_clock::now() < end) {
                             }
                           }}}};
  std::thread first{[&] {
    cb.force_open();
    has_returned = true;
  }};
  while (by_the_first == 0) std::this_thread::yield();
  while (!has_returned && by_the_first < too_many) {
    commands.fetch_add(1) % 2 == 0 ? cb.force_open() : cb.reset();
  }
  first.join();
  CHECK(by_the_first < too_many);
  WARN("counted: relieved after " << by_the_first << " deliveries and " << commands << " transitions");
}

TEST_CASE("little waits for listeners, the newest of it, and the rest is counted", "[stress]") {
  // Four threads make a breaker flap, whose listener takes much longer than a transition.
  std::uint64_t told = 0;
  std::uint64_t last = 0;
  bool in_order = true;
  State state{};
  CircuitBreaker cb{Config{.tripper = FailureStreak{1}, .listeners = {[&](const Signal& signal) {
                                                          in_order = in_order && signal.sequence > last;
                                                          last = signal.sequence;
                                                          state = signal.new_state;
                                                          ++told;
                                                          const auto end = std::chrono::steady_clock::now() + 20us;
                                                          while (std::chrono::steady_clock::now() < end) {
                                                          }
                                                        }}}};
  constexpr std::uint64_t commands = 40'000;
  race(4, [&](unsigned) {
    for (std::uint64_t i = 0; i != commands / 4; ++i) {
      i % 2 == 0 ? cb.force_open() : cb.reset();
    }
  });
  const Info info = cb.info();
  CHECK(in_order);
  CHECK(told + info.signals_dropped == commands);
  CHECK(info.signals_dropped > 0);
  CHECK(last == commands);
  CHECK(state == info.state);
  WARN("counted: " << told << " of " << commands << " transitions told");
}

TEST_CASE("every transition is announced once and in order, or counted as dropped", "[stress]") {
  const bool silently = GENERATE(false, true);
  std::vector<Signal> signals;
  std::uint64_t from_listener = 0;
  std::function<void()> call_back;
  CircuitBreaker cb{Config{.window = CountWindow{8},
                           .tripper = MinRequests{2} & FailureRate{0.5},
                           .retry = Cooldown{1us},
                           .permit = Random{1.0},
                           .listeners = {[&](const Signal& signal) {
                             signals.push_back(signal);
                             if (signal.sequence % 64 == 0 && signal.cause == Cause::tripped) {
                               ++from_listener;
                               call_back();
                             }
                           }}}};
  call_back = [&] { cb.reset(); };

  std::atomic<std::uint64_t> announced{0};
  std::atomic<std::uint64_t> silent{0};
  std::atomic<std::uint64_t> absurd{0};
  race(crew, [&](unsigned number) {
    std::minstd_rand random{number + 1};
    for (unsigned i = 0; i != 30'000; ++i) {
      const auto draw = random() % 64;
      const Notify notify = silently && random() % 2 == 0 ? Notify::no : Notify::yes;
      if (draw < 6) (notify == Notify::yes ? announced : silent).fetch_add(1);
      switch (draw) {
        case 0:
        case 1: cb.reset(notify); break;
        case 2: cb.disable(notify); break;
        case 3: cb.metrics_only(notify); break;
        case 4: cb.force_open(notify); break;
        case 5: cb.force_open(1us, notify); break;
        case 6: {
          const Info info = cb.info();
          if (info.metrics.failure_count() > info.metrics.total_count() || info.metrics.total_count() > 8) {
            absurd.fetch_add(1);
          }
          break;
        }
        default: tell(cb.try_acquire(), random() % 2 == 0);
      }
    }
  });

  const std::uint64_t dropped = cb.info().signals_dropped;
  CHECK(breaks(signals, silently || dropped != 0) == 0);
  const std::uint64_t manual = count_cause(signals, Cause::manual);
  CHECK(manual <= announced + from_listener);
  CHECK(manual + dropped >= announced + from_listener);
  CHECK(count_cause(signals, Cause::tripped) > 0);
  CHECK(count_cause(signals, Cause::retry_due) > 0);
  CHECK(count_cause(signals, Cause::recovered) > 0);
  CHECK(absurd == 0);
  // Whatever was silent or dropped took its number, or both: this one comes right behind all others.
  const std::uint64_t transitions = signals.size() + dropped;
  const State last = cb.state();
  cb.reset();
  CHECK(signals.back().sequence >= transitions + 1);
  CHECK(signals.back().sequence <= transitions + 1 + silent);
  CHECK(signals.back().old_state == last);
}

TEST_CASE("a manual command that races with trips has the last word", "[stress]") {
  constexpr unsigned rounds = 3'000;
  std::vector<Signal> signals;
  CircuitBreaker cb{Config{.window = CountWindow{4},
                           .tripper = MinRequests{2} & FailureRate{0.5},
                           .listeners = {[&](const Signal& signal) { signals.push_back(signal); }}}};
  const std::vector<State> commanded{State::disabled, State::metrics_only, State::forced_open};
  std::vector<State> ended(rounds);
  Barrier barrier{crew};
  race(crew, [&](unsigned number) {
    for (unsigned round = 0; round != rounds; ++round) {
      barrier.wait();
      if (number == 0) {
        if (round % 2 == 0) std::this_thread::yield();
        switch (round % 3) {
          case 0: cb.disable(); break;
          case 1: cb.metrics_only(); break;
          default: cb.force_open(); break;
        }
      } else {
        for (unsigned i = 0; i != 4; ++i) tell(cb.try_acquire(), true);
      }
      barrier.wait();
      if (number == 0) {
        ended[round] = cb.state();
        cb.reset();
      }
    }
  });

  unsigned overruled = 0;
  for (unsigned round = 0; round != rounds; ++round) overruled += ended[round] == commanded[round % 3] ? 0 : 1;
  CHECK(overruled == 0);
  CHECK(breaks(signals) == 0);
  CHECK(count_cause(signals, Cause::manual) == 2 * rounds);
  CHECK(signals.size() == 2 * rounds + count_cause(signals, Cause::tripped));
  CHECK(count_cause(signals, Cause::tripped) <= rounds);
  CHECK(signals.back().new_state == cb.state());
}

TEST_CASE("the first reasons of a breaker are its own", "[stress]") {
  constexpr unsigned rounds = 500;
  using Breaker = decltype(CircuitBreaker{Config{.name = "fresh"}});
  std::deque<Breaker> breakers;  // each has no room for reasons yet
  for (unsigned round = 0; round != rounds; ++round) breakers.emplace_back(Config{.name = "fresh"});
  std::atomic<unsigned> foreign{0};
  const auto ask = [&](const Breaker& breaker) {
    const Info info = breaker.info();
    const std::string_view own = info.state == State::disabled       ? "one of two commands"
                                 : info.state == State::metrics_only ? "the other one"
                                                                     : "";
    if (!info.reason.empty() && info.reason != own) foreign.fetch_add(1);
    return info.reason;
  };
  Barrier barrier{crew};
  race(crew, [&](unsigned number) {
    for (Breaker& breaker : breakers) {
      barrier.wait();
      if (number == 0) breaker.disable(Override{.reason = "one of two commands"});
      if (number == 1) breaker.metrics_only(Override{.reason = "the other one"});
      ask(breaker);
    }
  });
  unsigned without = 0;
  for (const Breaker& breaker : breakers) without += ask(breaker).empty() ? 1 : 0;
  CHECK(foreign == 0);
  CHECK(without == 0);
}

TEST_CASE("no admission is lost, wherever it is finished", "[stress]") {
  constexpr unsigned calls = 2'000;
  CircuitBreaker cb{Config{.window = CountWindow{30'000}, .environment = ManualEnvironment{}}};
  cb.metrics_only();
  // Each thread finishes what another has begun.
  std::vector<std::vector<decltype(cb.try_acquire())>> begun(crew);
  std::atomic<unsigned> refused{0};
  std::atomic<unsigned> absurd{0};
  Barrier barrier{crew};
  race(crew, [&](unsigned number) {
    for (unsigned i = 0; i != calls; ++i) {
      begun[number].push_back(cb.try_acquire());
      if (!begun[number].back()) refused.fetch_add(1);
    }
    barrier.wait();
    std::uint64_t before = 0;
    auto& other = begun[(number + 1) % crew];
    for (unsigned i = 0; i != calls; ++i) {
      if (i % 4 == 3) {
        other[i].ignore();
      } else {
        tell(other[i], i % 4 == 0);
      }
      if (i % 16 != 0) continue;
      const Metrics metrics = cb.info().metrics;
      if (metrics.total_count() < before || metrics.failure_count() > metrics.total_count()) absurd.fetch_add(1);
      before = metrics.total_count();
    }
  });
  CHECK(refused == 0);
  CHECK(absurd == 0);
  const Info info = cb.info();
  CHECK(info.state == State::metrics_only);
  CHECK(info.metrics.total_count() == crew * calls * 3 / 4);
  CHECK(info.metrics.failure_count() == crew * calls / 4);
}
