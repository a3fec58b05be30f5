// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The engine under threads that are suspended at the worst moment: each race told in its headers, step by step.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/cores.hpp"
#include "support/hooked_atomics.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using cores::call;
using cores::fail;
using cores::succeed;
using hooked::before_load;
using hooked::before_write;
using hooked::in_every_interleaving;
using hooked::in_every_interruption;
using hooked::Schedule;
using hooked::Worker;
using std::chrono::nanoseconds;

template <class W, class T, class Tr, class R, class P, class E, class S>
auto make_core(Config<W, T, Tr, R, P, E, S> config) {
  return std::make_unique<detail::Core<W, Tr, R, P, E, S, hooked::Atomics>>(std::move(config));
}

/// The ticket of a call made now; empty when it is refused.
template <class Core>
std::optional<detail::Ticket> admit(Core& core) {
  const detail::Ticket ticket = core.admit();
  return ticket ? std::optional{ticket} : std::nullopt;
}

/// The rejection of a call made now; ends the test case when it is admitted.
template <class Core>
Rejection rejection_of(Core& core) {
  const detail::Ticket ticket = core.admit();
  REQUIRE_FALSE(ticket);
  return ticket.rejection();
}

template <class Core>
void reset(Core& core) {
  core.command(State::closed, Override{});
}

/// Which thread recorded what; says what the window must hold of it in the end.
class Ledger {
 public:
  template <class Core>
  void call(Core& core, bool failed, int times = 1) {
    for (int i = 0; i != times; ++i) {
      const std::optional<detail::Ticket> ticket = admit(core);
      if (!ticket) continue;
      core.record(*ticket, failed);
      entries_.push_back({ticket->epoch(), failed});
    }
  }

  /// The counts of the calls that were admitted in the breaker's last epoch.
  template <class Core>
  Metrics due(Core& core) const {
    const std::optional<detail::Ticket> now = admit(core);
    REQUIRE(now);
    const auto of = [&](bool failed) {
      return static_cast<std::uint64_t>(std::count(entries_.begin(), entries_.end(), Entry{now->epoch(), failed}));
    };
    return Metrics{of(false) + of(true), of(true)};
  }

 private:
  struct Entry {
    std::uint32_t epoch;
    bool failed;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries_;
};

template <class Core>
Metrics counts(const Core& core) {
  const Metrics metrics = core.info().metrics;
  return Metrics{metrics.total_count(), metrics.failure_count()};
}

/// A part of the calls is never more than the calls, and none took less than no time.
template <class Core>
void require_parts_within_total(const Core& core) {
  const Metrics metrics = core.info().metrics;
  REQUIRE(metrics.total_duration() >= 0s);
  REQUIRE(metrics.failure_count() <= metrics.total_count());
  for (const nanoseconds threshold : {1s, 2s, 3s}) {
    CAPTURE(threshold);
    REQUIRE(metrics.slow_count(threshold) <= metrics.total_count());
  }
}

}  // namespace

// ---- the harness ----------------------------------------------------------------------------------------------------

TEST_CASE("a worker stops just before the operation that was asked for", "[interleaving]") {
  hooked::Atomic<int> number{0};
  hooked::Atomic<long> other{0};
  Worker worker{[&] {
    number.store(1, std::memory_order_relaxed);
    (void)other.load(std::memory_order_relaxed);
    number.store(2, std::memory_order_relaxed);
    number.store(3, std::memory_order_relaxed);
  }};
  CHECK(number.load(std::memory_order_relaxed) == 0);
  CHECK(worker.run_to(before_load<long>()));
  CHECK(number.load(std::memory_order_relaxed) == 1);
  CHECK(worker.run_to(before_write<int>(2)));
  CHECK(number.load(std::memory_order_relaxed) == 2);
  CHECK_FALSE(worker.run_to(before_write<int>()));
  CHECK(number.load(std::memory_order_relaxed) == 3);
  CHECK_FALSE(worker.run_to(before_write<int>()));
}

TEST_CASE("two threads are interleaved in every way that three switches allow", "[interleaving]") {
  // Two steps each: a load and a store of what was loaded, plus one. Lost updates are found.
  int runs = 0;
  int lost = 0;
  in_every_interleaving([&](Schedule& schedule) {
    hooked::Atomic<int> number{0};
    const auto add = [&] {
      const int seen = number.load(std::memory_order_relaxed);
      number.store(seen + 1, std::memory_order_relaxed);
    };
    schedule.run(add, add);
    ++runs;
    if (number.load(std::memory_order_relaxed) != 2) ++lost;
  });
  CHECK(runs == 7);  // the first before each of its two steps: the second before each of its two, or to its end
  CHECK(lost == 3);
}

// ---- the count window -----------------------------------------------------------------------------------------------

TEST_CASE("two calls into a count window are both counted, however they meet", "[interleaving]") {
  const std::uint32_t size = GENERATE(1U, 2U, 3U);
  const bool first_failed = GENERATE(false, true);
  const bool second_failed = GENERATE(false, true);
  in_every_interleaving([&](Schedule& schedule) {
    const ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{size}, .tripper = FailureRate{1.0}, .environment = env});
    core->command(State::metrics_only, Override{.notify = Notify::no});
    succeed(*core);
    schedule.run([&] { call(*core, first_failed); }, [&] { call(*core, second_failed); },
                 [&] { require_parts_within_total(*core); });
    REQUIRE(core->info().metrics.total_count() == std::min<std::uint64_t>(size, 3));
    // At rest the totals are those of the slots: what is told is told of the last calls, and successes empty the window.
    if (size > 1) {
      REQUIRE(core->info().metrics.failure_count() == std::uint64_t{first_failed} + std::uint64_t{second_failed});
    } else {
      REQUIRE(core->info().metrics.failure_count() <= 1);
    }
    succeed(*core, static_cast<int>(size));
    REQUIRE(counts(*core) == Metrics{size, 0});
  });
}

TEST_CASE("no part of a window is above its total or below zero, though one call has put the other out",
          "[interleaving]") {
  in_every_interleaving([&](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{1},
                                       .tripper = MinRequests{1} & SlowRate{1.0, 2s} & AvgLatency{1h},
                                       .slow_threshold = 1s,
                                       .environment = env});
    const detail::Ticket slow = admit(*core).value();
    env.advance(3s);
    const detail::Ticket fast = admit(*core).value();
    schedule.run([&] { core->record(fast, false); }, [&] { core->record(slow, true); },
                 [&] { require_parts_within_total(*core); });
    REQUIRE(core->info().metrics.total_count() == 1);
  });
}

TEST_CASE("what leaves a slot before it has come to the totals reads as nothing", "[interleaving]") {
  ManualEnvironment env;
  const auto core =
      make_core(Config{.window = CountWindow{1}, .tripper = MinRequests{1} & AvgLatency{1h}, .environment = env});
  succeed(*core);
  const detail::Ticket slow = admit(*core).value();
  env.advance(3s);
  Worker failing{[&] { core->record(slow, true); }};
  REQUIRE(failing.run_to(before_write<detail::Lanes>()));
  succeed(*core);  // over the failure, which the totals do not know of yet
  CHECK(counts(*core) == Metrics{1, 0});
  CHECK(core->info().metrics.total_duration() == 0s);
  failing.finish();
  CHECK(counts(*core) == Metrics{1, 0});
  CHECK(core->info().metrics.total_duration() == 0s);
}

TEST_CASE("the window of a new epoch holds the calls of that epoch and no others", "[interleaving]") {
  const std::uint32_t size = GENERATE(1U, 3U);
  const bool late_failed = GENERATE(false, true);
  in_every_interleaving([&](Schedule& schedule) {
    const ManualEnvironment env;
    const auto core = make_core(
        Config{.window = CountWindow{size}, .tripper = FailureRate{1.0} & FailureStreak{9}, .environment = env});
    const detail::Ticket late = admit(*core).value();
    Ledger ledger;
    schedule.run([&] { core->record(late, late_failed); },
                 [&] {
                   reset(*core);
                   ledger.call(*core, true);
                 });
    REQUIRE(counts(*core) == ledger.due(*core));
    succeed(*core, static_cast<int>(size));  // what the totals hold is in the slots as well: it leaves the window
    REQUIRE(counts(*core) == Metrics{size, 0});
  });
}

TEST_CASE("a reset that comes late empties no newer window", "[interleaving]") {
  in_every_interleaving([&](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{
        .window = CountWindow{10}, .tripper = MinRequests{9} & FailureStreak{9} & AvgLatency{1s}, .environment = env});
    fail(*core, 2);
    Ledger ledger;
    schedule.run([&] { reset(*core); },
                 [&] {
                   reset(*core);
                   ledger.call(*core, true, 2);
                 });
    REQUIRE(counts(*core) == ledger.due(*core));
  });
}

TEST_CASE("the first success of an epoch is counted, though the window was full and healthy before", "[interleaving]") {
  in_every_interleaving([&](Schedule& schedule) {
    const ManualEnvironment env;
    const auto core =
        make_core(Config{.window = CountWindow{2}, .tripper = FailureRate{1.0} & MinRequests{2}, .environment = env});
    succeed(*core, 2);
    Ledger ledger;
    schedule.run([&] { reset(*core); }, [&] { ledger.call(*core, false); });
    REQUIRE(counts(*core) == ledger.due(*core));
  });
}

// ---- verdicts whose counts lie in several words -----------------------------------------------------------------------

TEST_CASE("a streak beside a minimum trips, whichever of two failures comes last", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    const ManualEnvironment env;
    const auto core =
        make_core(Config{.window = CountWindow{100}, .tripper = MinRequests{4} & FailureStreak{3}, .environment = env});
    succeed(*core);
    fail(*core);
    schedule.run([&] { fail(*core); }, [&] { fail(*core); });
    REQUIRE(core->state() == State::open);
  });
}

TEST_CASE("a slow rate beside a minimum and an average trips, whichever of two slow calls comes last",
          "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{100},
                                       .tripper = MinRequests{2} & SlowRate{1.0, 1s} & AvgLatency{4s},
                                       .environment = env});
    const detail::Ticket longer = admit(*core).value();
    env.advance(1s);
    const detail::Ticket shorter = admit(*core).value();
    env.advance(4s);
    schedule.run([&] { core->record(longer, false); }, [&] { core->record(shorter, false); });
    REQUIRE(core->state() == State::open);
  });
}

TEST_CASE("a failure and a success leave the streak of the one that ended last", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    const ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{3}, .tripper = FailureStreak{2}, .environment = env});
    succeed(*core, 3);
    schedule.run([&] { fail(*core); }, [&] { succeed(*core, 3); });
    succeed(*core, 3);
    fail(*core);  // the first in a row, whatever became of the other
    REQUIRE(core->state() == State::closed);
  });
}

TEST_CASE("a failure of a past epoch leaves the streak of the new one alone", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    const ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{10}, .tripper = FailureStreak{3}, .environment = env});
    const detail::Ticket late = admit(*core).value();
    schedule.run([&] { core->record(late, true); },
                 [&] {
                   reset(*core);
                   fail(*core, 2);
                 });
    REQUIRE(core->state() == State::closed);
    fail(*core);
    REQUIRE(core->state() == State::open);
  });
}

// ---- Probes -----------------------------------------------------------------------------------------------------------

namespace {

/// Opens with `failures` calls and comes to where the retry is due.
template <class Core>
void open_until_due(Core& core, ManualEnvironment& env, int failures) {
  fail(core, failures);
  REQUIRE(core.state() == State::open);
  env.advance(60s);
}

}  // namespace

TEST_CASE("the verdict on two probes that fail at once knows of both failures in a row", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{10},
                                       .tripper = FailureStreak{2},
                                       .retry = Cooldown{60s},
                                       .permit = Probes{2, 10s},
                                       .environment = env});
    open_until_due(*core, env, 2);
    const detail::Ticket one = admit(*core).value();
    const detail::Ticket two = admit(*core).value();
    schedule.run([&] { core->record(one, true); }, [&] { core->record(two, true); });
    REQUIRE(core->state() == State::open);
    REQUIRE(core->info().reopens == 1);
  });
}

TEST_CASE("the verdict on two probes that end at once knows the counts of both", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{10},
                                       .tripper = MinRequests{2} & FailureRate{0.5},
                                       .retry = Cooldown{60s},
                                       .permit = Probes{2, 10s},
                                       .environment = env});
    open_until_due(*core, env, 2);
    const detail::Ticket one = admit(*core).value();
    const detail::Ticket two = admit(*core).value();
    schedule.run([&] { core->record(one, true); }, [&] { core->record(two, false); });
    REQUIRE(core->state() == State::open);
    REQUIRE(core->info().reopens == 1);
  });
}

TEST_CASE("a call that meets a complete round takes the verdict that is still due", "[interleaving]") {
  ManualEnvironment env;
  const auto core = make_core(Config{.window = CountWindow{10},
                                     .tripper = FailureRate{0.5},
                                     .retry = Cooldown{60s},
                                     .permit = Probes{1, 10s},
                                     .environment = env});
  open_until_due(*core, env, 1);
  const detail::Ticket probe = admit(*core).value();
  SECTION("a good one, and is admitted") {
    Worker last{[&] { core->record(probe, false); }};
    REQUIRE(last.run_to(before_write<detail::Phase>()));
    CHECK(admit(*core));
    CHECK(core->state() == State::closed);
  }
  SECTION("a bad one, and is refused with the time that the new opening takes") {
    Worker last{[&] { core->record(probe, true); }};
    REQUIRE(last.run_to(before_write<detail::Phase>()));
    CHECK(rejection_of(*core) == Rejection{State::open, 60s});
  }
  SECTION("also when the round's patience is over meanwhile") {
    Worker last{[&] { core->record(probe, false); }};
    REQUIRE(last.run_to(before_write<detail::Phase>()));
    env.advance(10s);
    CHECK(admit(*core));
    CHECK(core->state() == State::closed);
  }
  CHECK(core->info().reopens == (core->state() == State::open ? 1 : 0));
}

TEST_CASE("a probe is judged by the window of its own time, however late", "[interleaving]") {
  ManualEnvironment env;
  const auto core = make_core(Config{.window = TimeWindow{10s},
                                     .tripper = FailureRate{0.5},
                                     .retry = Cooldown{60s},
                                     .permit = Probes{1, 60s},
                                     .environment = env});
  open_until_due(*core, env, 1);
  const detail::Ticket probe = admit(*core).value();
  Worker last{[&] { core->record(probe, true); }};
  REQUIRE(last.run_to(before_write<detail::Round>()));
  env.advance(20s);
  last.finish();
  CHECK(core->state() == State::open);
}

TEST_CASE("a caller that wakes up in a later round takes no place and frees none", "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{10},
                                       .tripper = FailureRate{0.5},
                                       .retry = Cooldown{60s},
                                       .permit = Probes{2, 10s},
                                       .environment = env});
    open_until_due(*core, env, 1);
    const detail::Ticket first = admit(*core).value();
    bool admitted = false;
    int others = 0;
    schedule.run([&] { admitted = admit(*core).has_value(); },
                 [&] {
                   core->record(first, true);
                   reset(*core);
                   fail(*core);
                   env.advance(60s);
                   for (int i = 0; i != 3; ++i) others += admit(*core).has_value() ? 1 : 0;
                 });
    REQUIRE(core->state() == State::half_open);
    // Either it was admitted in the round of the past, or it took one of the two places that there are in this one.
    REQUIRE(others == 2);
    REQUIRE_FALSE(admit(*core));
  });
}

TEST_CASE("a full round of 256 transitions ago takes no place of a round that is not stamped yet", "[interleaving]") {
  ManualEnvironment environment;
  const auto core = make_core(Config{
      .tripper = FailureStreak{1}, .retry = Cooldown{1s}, .permit = Probes{2, 1min}, .environment = environment});
  fail(*core);
  environment.advance(1s);
  const auto first = admit(*core);
  REQUIRE(first);
  REQUIRE(admit(*core));
  for (int resets = 1;; ++resets) {
    CAPTURE(resets);
    reset(*core);
    const auto ticket = admit(*core);
    REQUIRE(ticket);
    if (ticket->epoch() == first->epoch() + 254) break;
  }
  fail(*core);
  environment.advance(1s);
  Worker worker{[&] { (void)admit(*core); }};
  REQUIRE(worker.run_to(before_load<detail::Round>()));  // HALF_OPEN has begun
  const auto ticket = admit(*core);
  REQUIRE(ticket);
  CHECK(ticket->epoch() == first->epoch() + 256);
}

TEST_CASE("a probe that wakes up in a later round does not count there", "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{10},
                                       .tripper = FailureRate{0.5},
                                       .retry = Cooldown{60s},
                                       .permit = Probes{2, 10s},
                                       .environment = env});
    open_until_due(*core, env, 1);
    const detail::Ticket late = admit(*core).value();
    schedule.run([&] { core->record(late, false); },
                 [&] {
                   reset(*core);
                   fail(*core);
                   env.advance(60s);
                   succeed(*core);
                 });
    REQUIRE(core->state() == State::half_open);
    succeed(*core);
    REQUIRE(core->state() == State::closed);
  });
}

TEST_CASE("a place that is given back while others come and go is one place", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = CountWindow{10},
                                       .tripper = FailureRate{0.5},
                                       .retry = Cooldown{60s},
                                       .permit = Probes{2, 10s},
                                       .environment = env});
    open_until_due(*core, env, 1);
    const detail::Ticket first = admit(*core).value();
    const detail::Ticket second = admit(*core).value();
    bool third = false;
    schedule.run([&] { core->release(first); },
                 [&] {
                   core->record(second, false);
                   third = admit(*core).has_value();
                 });
    REQUIRE(core->state() == State::half_open);
    REQUIRE(admit(*core).has_value() == !third);
    REQUIRE_FALSE(admit(*core));
  });
}

// ---- transitions and holds --------------------------------------------------------------------------------------------

TEST_CASE("info() that meets a reset tells nothing of the opening before it", "[interleaving]") {
  for (int count = 1;; ++count) {
    CAPTURE(count);
    const auto core = make_core(Config{.tripper = FailureStreak{1}, .retry = Cooldown{1min}});
    fail(*core);
    Info info;
    Worker worker{[&] { info = core->info(); }};
    const bool stopped = worker.run_to(before_load<detail::Phase>(count));
    if (!stopped) break;
    reset(*core);
    worker.finish();
    REQUIRE(info.retry_after.has_value() == (info.state == State::open));
  }
}

TEST_CASE("a caller that comes before the opening's delay is written computes it itself", "[interleaving]") {
  ManualEnvironment env;
  env.script_uniform({0.0, 0.75});
  const auto core = make_core(
      Config{.tripper = FailureRate{0.5}, .retry = Cooldown{100s, 0.5}, .permit = AllowAll{}, .environment = env});
  Worker opening{[&] { fail(*core); }};
  REQUIRE(opening.run_to(before_load<detail::Hold>()));
  REQUIRE(core->state() == State::open);
  SECTION("and that is the delay from then on") {
    const Rejection told = rejection_of(*core);
    CHECK(told == Rejection{State::open, 125s});  // the second draw: the first is on its way
    opening.finish();
    CHECK(rejection_of(*core) == told);
  }
  SECTION("and is let through when it is over, though the thread that opened still sleeps") {
    const nanoseconds delay = rejection_of(*core).retry_after.value();
    env.advance(delay);
    CHECK(admit(*core));
    CHECK(core->state() == State::half_open);
  }
}

TEST_CASE("an opening has one delay, whoever draws it", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    env.script_uniform({0.1, 0.3, 0.7, 0.9});
    const auto core = make_core(
        Config{.tripper = FailureRate{0.5}, .retry = Cooldown{100s, 0.5}, .permit = AllowAll{}, .environment = env});
    std::vector<Rejection> told;
    const auto ask = [&] {
      if (core->state() != State::open) return;
      if (const detail::Ticket ticket = core->admit(); !ticket) told.push_back(ticket.rejection());
    };
    schedule.run([&] { fail(*core); }, ask, ask);
    ask();
    REQUIRE_FALSE(told.empty());
    for (const Rejection& rejection : told) REQUIRE(rejection == told.front());
  });
}

TEST_CASE("a thread that wakes up after its opening does not write its delay over that of a later one",
          "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(
        Config{.tripper = FailureRate{0.5}, .retry = Cooldown{100s, 0.5}, .permit = AllowAll{}, .environment = env});
    env.script_uniform({0.1, 0.3, 0.7, 0.9});
    const detail::Ticket early = admit(*core).value();
    Rejection before;
    schedule.run([&] { core->record(early, true); },
                 [&] {
                   reset(*core);
                   fail(*core);
                   before = core->admit().rejection();
                 });
    REQUIRE(before.retry_after.has_value());
    REQUIRE(rejection_of(*core) == before);
  });
}

TEST_CASE("a failure that comes too late to open does not begin the opening anew", "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(
        Config{.tripper = FailureRate{0.5}, .retry = Cooldown{60s}, .permit = AllowAll{}, .environment = env});
    const detail::Ticket late = admit(*core).value();
    schedule.run([&] { core->record(late, true); },
                 [&] {
                   fail(*core);
                   env.advance(30s);
                 });
    REQUIRE(rejection_of(*core) == Rejection{State::open, 30s});
  });
}

TEST_CASE("a refused caller is never told the delay of one state under the name of another", "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(
        Config{.tripper = FailureRate{0.5}, .retry = Cooldown{60s}, .permit = AllowAll{}, .environment = env});
    fail(*core);
    Rejection told;
    schedule.run([&] { told = core->admit().rejection(); },
                 [&] { core->command(State::forced_open, Override{.lasting = 500s}); });
    const bool of_one_state = told == Rejection{State::open, 60s} || told == Rejection{State::open, std::nullopt} ||
                              told == Rejection{State::forced_open, 500s};
    REQUIRE(of_one_state);
  });
}

TEST_CASE("a forced opening refuses for as long as it was told to, also before that is written", "[interleaving]") {
  ManualEnvironment env;
  const auto core =
      make_core(Config{.tripper = FailureRate{0.5}, .retry = Always{}, .permit = AllowAll{}, .environment = env});
  Worker person{[&] { core->command(State::forced_open, Override{.lasting = 20s}); }};
  REQUIRE(person.run_to(before_load<detail::Hold>()));
  CHECK(rejection_of(*core) == Rejection{State::forced_open, std::nullopt});
  person.finish();
  CHECK(rejection_of(*core) == Rejection{State::forced_open, 20s});
}

TEST_CASE("of two failures that trip one opens, and one caller of two begins HALF_OPEN", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    std::vector<State> heard;
    const auto core =
        make_core(Config{.tripper = FailureRate{0.5},
                         .retry = Cooldown{60s},
                         .permit = AllowAll{},
                         .listeners = {[&heard](const Signal& signal) { heard.push_back(signal.new_state); }},
                         .environment = env});
    const detail::Ticket one = admit(*core).value();
    const detail::Ticket two = admit(*core).value();
    schedule.run([&] { core->record(one, true); }, [&] { core->record(two, true); });
    REQUIRE(heard == std::vector{State::open});
    REQUIRE(rejection_of(*core) == Rejection{State::open, 60s});
  });
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    std::vector<State> heard;
    const auto core =
        make_core(Config{.tripper = FailureRate{0.5},
                         .retry = Cooldown{60s},
                         .permit = AllowAll{},
                         .listeners = {[&heard](const Signal& signal) { heard.push_back(signal.new_state); }},
                         .environment = env});
    open_until_due(*core, env, 1);
    int admitted = 0;
    const auto ask = [&] { admitted += admit(*core).has_value() ? 1 : 0; };
    schedule.run(ask, ask);
    REQUIRE(admitted >= 1);
    REQUIRE(heard == std::vector{State::open, State::half_open});
  });
}

TEST_CASE("transitions of two threads are announced in order, each once", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    std::vector<std::uint64_t> heard;
    const auto core = make_core(Config{
        .listeners = {[&heard](const Signal& signal) { heard.push_back(signal.sequence); }}, .environment = env});
    schedule.run([&] { reset(*core); },
                 [&] {
                   reset(*core);
                   reset(*core);
                 });
    REQUIRE(heard == std::vector<std::uint64_t>{1, 2, 3});
  });
}

// ---- the time window --------------------------------------------------------------------------------------------------

TEST_CASE("two calls into a bucket that is new to their epoch are both counted", "[interleaving]") {
  const bool first_failed = GENERATE(false, true);
  in_every_interleaving([&](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(
        Config{.window = TimeWindow{1s}, .tripper = MinRequests{1000} & FailureRate{1.0}, .environment = env});
    fail(*core, 5);
    reset(*core);
    schedule.run([&] { call(*core, first_failed); }, [&] { fail(*core); }, [&] { require_parts_within_total(*core); });
    REQUIRE(counts(*core) == Metrics{2, first_failed ? 2U : 1U});
  });
}

TEST_CASE("a bucket of a new epoch holds the calls of that epoch and no others", "[interleaving]") {
  const bool late_failed = GENERATE(false, true);
  in_every_interleaving([&](Schedule& schedule) {
    const ManualEnvironment env;
    const auto core = make_core(
        Config{.window = TimeWindow{1s}, .tripper = MinRequests{1000} & FailureRate{1.0}, .environment = env});
    const detail::Ticket late = admit(*core).value();
    Ledger ledger;
    schedule.run([&] { core->record(late, late_failed); },
                 [&] {
                   reset(*core);
                   ledger.call(*core, true);
                   ledger.call(*core, false);
                 });
    REQUIRE(counts(*core) == ledger.due(*core));
  });
}

TEST_CASE("a failure of a past epoch is dropped, though its bucket was taken from it twice", "[interleaving]") {
  ManualEnvironment env;
  const auto core =
      make_core(Config{.window = TimeWindow{1s}, .tripper = MinRequests{1000} & FailureRate{0.5}, .environment = env});
  succeed(*core);
  const detail::Ticket late = admit(*core).value();
  Worker failing{[&] { core->record(late, true); }};
  REQUIRE(failing.run_to(before_load<detail::Tally>()));  // it has found the bucket live
  env.advance(1s);
  Worker claiming{[&] { succeed(*core); }};
  REQUIRE(claiming.run_to(before_write<detail::Owner>(2)));  // it has claimed the bucket, and it is not live yet
  SECTION("before it looks again") {}
  SECTION("while it looks again") { (void)failing.run_to(before_write<detail::Tally>()); }
  SECTION("behind its second look") { (void)failing.run_to(before_load<detail::Tally>(3)); }
  reset(*core);
  succeed(*core, 3);
  failing.finish();
  claiming.finish();
  CHECK(counts(*core) == Metrics{3, 0});
}

TEST_CASE("the parts of a call go into the bucket of the call or nowhere", "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = TimeWindow{1s},
                                       .tripper = MinRequests{1000} & (SlowRate{0.5, 2s} | AvgLatency{3s}),
                                       .slow_threshold = 1s,
                                       .environment = env});
    env.advance(10s);
    const detail::Ticket slow = admit(*core).value();
    env.advance(10'900ms);
    schedule.run([&] { core->record(slow, false); },
                 [&] {
                   env.advance(100ms);
                   succeed(*core);
                 },
                 [&] { require_parts_within_total(*core); });
    const Metrics metrics = core->info().metrics;
    // The slow call took its time before the bucket turned, and then it has expired, or after that.
    const std::uint64_t slow_ones = metrics.total_count() - 1;
    REQUIRE(slow_ones <= 1);
    REQUIRE(metrics.slow_count(1s) == slow_ones);
    REQUIRE(metrics.slow_count(2s) == slow_ones);
    REQUIRE(metrics.total_duration() == slow_ones * 11s);
  });
}

TEST_CASE("a call that is recorded laps too late has expired, and wipes nothing", "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(
        Config{.window = TimeWindow{1s, 500ms}, .tripper = MinRequests{1000} & FailureRate{0.5}, .environment = env});
    const detail::Ticket late = admit(*core).value();
    schedule.run([&] { core->record(late, false); },
                 [&] {
                   env.advance(2s);
                   fail(*core, 3);
                 });
    REQUIRE(core->info().metrics.failure_count() == 3);
  });
}

TEST_CASE("no failure rate is overstated because a bucket changed hands while it was read", "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(
        Config{.window = TimeWindow{2s, 1s}, .tripper = MinRequests{1000} & FailureRate{0.5}, .environment = env});
    succeed(*core, 3);
    fail(*core);
    env.advance(1s);
    succeed(*core, 3);
    fail(*core);
    Metrics seen;
    schedule.run([&] { seen = core->info().metrics; },
                 [&] {
                   env.advance(1s);  // the bucket of the first second becomes that of the third
                   succeed(*core);
                 });
    REQUIRE(seen.failure_rate().has_value());
    REQUIRE(*seen.failure_rate() <= 0.25);
  });
}

TEST_CASE("no failure rate is overstated because calls came into one bucket after another while they were read",
          "[interleaving]") {
  in_every_interruption([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(
        Config{.window = TimeWindow{2s, 1s}, .tripper = MinRequests{2} & FailureRate{0.9}, .environment = env});
    env.advance(1s);
    const detail::Ticket one = admit(*core).value();
    const detail::Ticket two = admit(*core).value();
    schedule.run([&] { core->record(one, true); },
                 [&] {
                   env.advance(1s);
                   succeed(*core, 9);
                   env.advance(-1s);  // a thread whose clock lags
                   core->record(two, true);
                   env.advance(1s);
                 });
    // One failure, or with it nine successes, or with them one more.
    REQUIRE(core->state() == State::closed);
  });
}

TEST_CASE("a time window trips, whichever of two failures comes last", "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core = make_core(Config{
        .window = TimeWindow{1s}, .tripper = MinRequests{3} & FailureRate{0.6} & FailureStreak{2}, .environment = env});
    succeed(*core);
    schedule.run([&] { fail(*core); }, [&] { fail(*core); });
    REQUIRE(core->state() == State::open);
  });
}

TEST_CASE("a time window trips, whether its failure or the success that reaches the minimum comes last",
          "[interleaving]") {
  in_every_interleaving([](Schedule& schedule) {
    ManualEnvironment env;
    const auto core =
        make_core(Config{.window = TimeWindow{1s}, .tripper = MinRequests{2} & FailureRate{0.5}, .environment = env});
    schedule.run([&] { fail(*core); }, [&] { succeed(*core); });
    REQUIRE(core->state() == State::open);
  });
}

TEST_CASE("a call is counted, though another one took the bucket for the same time while it looked", "[interleaving]") {
  SECTION("in CLOSED") {
    ManualEnvironment env;
    const auto core =
        make_core(Config{.window = TimeWindow{1s}, .tripper = MinRequests{9} & FailureRate{0.5}, .environment = env});
    succeed(*core);
    env.advance(1s);
    Worker failing{[&] { fail(*core); }};
    // It has seen the last second's owner, and is about to see this second's time.
    REQUIRE(failing.run_to(before_load<std::int64_t>()));
    succeed(*core);
    failing.finish();
    CHECK(counts(*core) == Metrics{2, 1});
  }
  SECTION("in HALF_OPEN, where the verdict rests on it") {
    ManualEnvironment env;
    const auto core = make_core(Config{.window = TimeWindow{1s},
                                       .tripper = FailureRate{0.3},
                                       .retry = Cooldown{60s},
                                       .permit = Probes{3, 10s},
                                       .environment = env});
    open_until_due(*core, env, 1);
    succeed(*core);
    env.advance(1s);
    const detail::Ticket bad = admit(*core).value();
    Worker failing{[&] { core->record(bad, true); }};
    REQUIRE(failing.run_to(before_load<std::int64_t>()));
    succeed(*core);
    failing.finish();
    CHECK(core->state() == State::open);  // one of two failed in this second
  }
}

TEST_CASE("two calls into a bucket that is new to both are both counted", "[interleaving]") {
  in_every_interleaving([&](Schedule& schedule) {
    ManualEnvironment env;
    const auto core =
        make_core(Config{.window = TimeWindow{1s}, .tripper = MinRequests{9} & FailureRate{1.0}, .environment = env});
    fail(*core, 5);
    env.advance(1s);
    schedule.run([&] { succeed(*core); }, [&] { fail(*core); });
    REQUIRE(counts(*core) == Metrics{2, 1});
  });
}

TEST_CASE("a call that is recorded laps too late has expired, also where its bucket is just being claimed",
          "[interleaving]") {
  ManualEnvironment env;
  const auto core = make_core(
      Config{.window = TimeWindow{1s, 500ms}, .tripper = MinRequests{9} & FailureRate{0.5}, .environment = env});
  const detail::Ticket ticket = admit(*core).value();
  Worker late{[&] { core->record(ticket, true); }};
  REQUIRE(late.run_to(before_write<detail::Owner>()));
  env.advance(10s);
  Worker claiming{[&] { succeed(*core); }};
  REQUIRE(claiming.run_to(before_write<std::int64_t>()));  // claimed, and the bucket's time not written yet
  late.finish();
  claiming.finish();
  CHECK(counts(*core) == Metrics{1, 0});
}

TEST_CASE("a call behind a jump back of the clock is counted, though its bucket is just being claimed for newer time",
          "[interleaving]") {
  ManualEnvironment env;
  env.advance(1h);
  const auto core =
      make_core(Config{.window = TimeWindow{1s, 1s}, .tripper = MinRequests{9} & FailureRate{0.5}, .environment = env});
  env.advance(1s);
  Worker claiming{[&] { succeed(*core); }};
  REQUIRE(claiming.run_to(before_write<std::int64_t>()));  // claimed, and the bucket's time not written yet
  env.advance(-1s);
  fail(*core);
  CHECK(counts(*core) == Metrics{1, 1});
  claiming.finish();
}

TEST_CASE("a caller that finds the retry due is admitted, though another one has made HALF_OPEN meanwhile",
          "[interleaving]") {
  ManualEnvironment env;
  const auto core =
      make_core(Config{.tripper = FailureRate{0.5}, .retry = Cooldown{60s}, .permit = AllowAll{}, .environment = env});
  open_until_due(*core, env, 1);
  bool admitted = false;
  Worker late{[&] { admitted = admit(*core).has_value(); }};
  REQUIRE(late.run_to(before_load<detail::Hold>()));
  REQUIRE(admit(*core));
  late.finish();
  CHECK(admitted);
}
