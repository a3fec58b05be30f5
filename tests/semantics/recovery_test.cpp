// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// HALF_OPEN: what a round of probes comes to, when it ends, and what a caller can know of it without a call.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

/// A breaker that opens at one failure, and recovers by `half_open` with `permit`.
template <class Window, class Rule, class Permit>
auto recovering(const ManualEnvironment& env, Window window, Rule half_open, Permit permit,
                const Journal& journal = {}) {
  return CircuitBreaker{Config{.name = "db",
                               .window = window,
                               .tripper = (Closed{} & FailureStreak{1}) | (HalfOpened{} & half_open),
                               .retry = Cooldown{60s},
                               .permit = permit,
                               .slow_threshold = 1s,
                               .listeners = {journal},
                               .environment = env,
                               .as_written = true}};
}

/// Opens a breaker that opens at one failure, and waits until a probe is due.
template <class Breaker>
void open_until_due(Breaker& breaker, ManualEnvironment env) {
  fail(breaker);
  REQUIRE(breaker.state() == State::open);
  env.advance(60s);
}

/// Makes a call for each letter: 'F' fails, 'S' succeeds, 'L' succeeds after two seconds, 'N' is neutral. Stops where the
/// round has ended, and returns how many were made.
template <class Breaker>
int play(Breaker& breaker, ManualEnvironment env, std::string_view outcomes, nanoseconds apart = 0s) {
  int made = 0;
  for (const char outcome : outcomes) {
    auto admission = breaker.try_acquire();
    if (!admission) break;
    if (outcome == 'L') env.advance(2s);
    if (outcome == 'F') admission.failure();
    if (outcome == 'S' || outcome == 'L') admission.success();
    if (outcome == 'N') admission.ignore();
    ++made;
    if (breaker.state() != State::half_open) break;
    env.advance(apart);
  }
  return made;
}

struct Round {
  int made;
  State state;
  friend bool operator==(const Round&, const Round&) = default;
};

/// What a round of `outcomes` comes to, over a window of either kind, with calls a second or a minute apart.
template <class Rule, class Permit>
void check_round(Rule rule, Permit permit, std::string_view outcomes, const Round& expected) {
  CAPTURE(outcomes);
  const auto over = [&](auto window, nanoseconds apart) {
    ManualEnvironment env;
    auto breaker = recovering(env, window, rule, permit);
    open_until_due(breaker, env);
    const int made = play(breaker, env, outcomes, apart);
    return Round{made, breaker.state()};
  };
  CHECK(over(CountWindow{100}, 0s) == expected);
  if constexpr (std::same_as<Permit, Probes>) CHECK(over(CountWindow{2}, 0s) == expected);  // a round is kept whole
  CHECK(over(TimeWindow{10s}, 0s) == expected);
  CHECK(over(TimeWindow{10s}, 5s) == expected);
  CHECK(over(TimeWindow{10s, 100ms}, 61s) == expected);
}

constexpr State closed = State::closed, open = State::open, half_open = State::half_open;

}  // namespace

// ---- the verdict ----------------------------------------------------------------------------------------------------

TEST_CASE("Probes open as soon as no outcome that is missing could change it", "[recovery]") {
  const Probes five{5, 30s};
  check_round(FailureRate{0.5}, five, "FFF", {3, open});
  check_round(FailureRate{0.5}, five, "FF", {2, half_open});
  check_round(FailureRate{0.5}, five, "FSFSF", {5, open});
  check_round(FailureRate{0.5}, five, "SSFFF", {5, open});
  check_round(FailureRate{0.5}, five, "SSF", {3, half_open});
  check_round(FailureRate{0.2}, five, "F", {1, open});
  check_round(FailureRate{1.0}, five, "FFFF", {4, half_open});
  check_round(FailureRate{1.0}, five, "FFFFF", {5, open});
  check_round(MinRequests{5} & FailureRate{0.5}, five, "FFF", {3, open});
  check_round(MinRequests{4} & FailureRate{0.6}, five, "FF", {2, half_open});
  check_round(SlowRate{0.5}, five, "LLL", {3, open});
  check_round(SlowRate{0.5, 2s}, five, "SLSLL", {5, open});
  check_round(AvgLatency{1s}, five, "LLL", {3, open});
  check_round(AvgLatency{1s}, five, "LL", {2, half_open});
  check_round(AvgLatency{1s}, five, "LLSSL", {5, open});
  check_round(FailureRate{0.6} | SlowRate{0.4}, five, "LFL", {3, open});
}

TEST_CASE("Probes close when all outcomes are in and the rule is false over all of them", "[recovery]") {
  const Probes three{3, 30s};
  check_round(FailureRate{0.5}, three, "SS", {2, half_open});
  check_round(FailureRate{0.5}, three, "SSS", {3, closed});
  check_round(FailureRate{0.5}, three, "FSS", {3, closed});
  check_round(FailureRate{0.5}, three, "SSF", {3, closed});
  check_round(FailureRate{0.5}, three, "SFS", {3, closed});
  check_round(MinRequests{3} & FailureRate{0.5}, three, "SSS", {3, closed});
  check_round(AvgLatency{1s}, three, "LSS", {3, closed});
  check_round(SlowRate{0.5}, three, "SSL", {3, closed});
}

TEST_CASE("the order of outcomes does not decide on a streak", "[recovery]") {
  const Probes two{2, 30s};
  check_round(FailureStreak{1}, two, "FS", {1, open});
  check_round(FailureStreak{1}, two, "SF", {2, open});
  const Probes ten{10, 30s};
  check_round(FailureStreak{3}, ten, "FFFFFFFFFS", {3, open});
  check_round(FailureStreak{3}, ten, "SSSSSSSFFF", {10, open});
  check_round(FailureStreak{3}, ten, "FFSFFSFFSS", {10, closed});
  check_round(FailureStreak{2} & FailureRate{0.3}, ten, "FFSSSSSSSF", {10, open});
  check_round(FailureStreak{2} & FailureRate{0.3}, ten, "FFSSSSSSSS", {10, closed});
}

TEST_CASE("without Probes a round's longest streak stays", "[recovery]") {
  const AllowAll all{};
  const auto rule = HalfOpened{} & MinRequests{5} & FailureStreak{2};
  check_round(rule, all, "FFSS", {4, half_open});
  check_round(rule, all, "FFSSF", {5, open});
  // No success could end this round: without an end, a healthy dependency would be kept waiting for ever.
  check_round(rule, all, "FFSSS", {5, open});
  check_round(rule, all, "FSFSS", {5, closed});
  check_round(FailureStreak{2}, all, "FS", {2, closed});
  check_round(FailureStreak{2}, all, "FF", {2, open});
}

TEST_CASE("without Probes a success that leaves the rule true keeps the round going while others can change it",
          "[recovery]") {
  ManualEnvironment env;
  auto breaker = recovering(env, TimeWindow{10s}, MinRequests{3} & FailureRate{0.5}, AllowAll{});
  open_until_due(breaker, env);
  CHECK(play(breaker, env, "FFS") == 3);
  CHECK(breaker.state() == half_open);
  CHECK(play(breaker, env, "SS", 20s) == 2);
  CHECK(breaker.state() == closed);
}

TEST_CASE("a tripper of one's own that counts in ints is asked about no more than they hold", "[recovery]") {
  ManualEnvironment env;
  const auto in_percent = [](const CallContext& context) {
    const auto calls = static_cast<int>(context.metrics.total_count());
    const auto failures = static_cast<int>(context.metrics.failure_count());
    return calls > 0 && failures * 100 >= 50 * calls;
  };
  auto breaker = recovering(env, CountWindow{100}, MinRequests{3} & in_percent, AllowAll{});
  open_until_due(breaker, env);
  CHECK(play(breaker, env, "FFS") == 3);
  CHECK(breaker.state() == half_open);
  CHECK(play(breaker, env, "SS") == 2);
  CHECK(breaker.state() == closed);
}

TEST_CASE("a round of failures alone does not close, though the tripper looks at nothing of it", "[recovery]") {
  ManualEnvironment env;
  const Journal journal;
  const auto check = [&](auto tripper, std::string_view outcomes, State expected) {
    CAPTURE(outcomes);
    CircuitBreaker breaker{Config{.tripper = tripper,
                                  .retry = Cooldown{60s},
                                  .permit = Probes{3, 30s},
                                  .slow_threshold = 1s,
                                  .listeners = {journal},
                                  .environment = env,
                                  .as_written = true}};
    breaker.force_open(60s);
    env.advance(60s);
    CHECK(play(breaker, env, outcomes) == 3);
    CHECK(breaker.state() == expected);
  };
  check(Closed{} & FailureStreak{1}, "FFF", open);
  CHECK(journal.signals().back().cause == Cause::tripped);
  CHECK(journal.signals().back().reason == "3 calls, 3 failed");
  check(Closed{} & FailureStreak{1}, "FFS", closed);
  check(Closed{} & FailureStreak{1}, "SFF", closed);
  check(SlowRate{0.5}, "FFF", open);
  check(SlowRate{0.5}, "FFS", closed);
  check(Manual{}, "FFF", closed);  // where a person alone decides, no outcome does
  check((Closed{} & FailureStreak{1}) | Manual{}, "FFF", open);
}

TEST_CASE("a round larger than a count window is judged on all of its outcomes", "[recovery]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = recovering(env, CountWindow{2}, FailureRate{0.5}, Probes{6, 30s}, journal);
  open_until_due(breaker, env);
  CHECK(play(breaker, env, "FFSSS") == 5);
  CHECK(breaker.state() == half_open);
  CHECK(breaker.info().metrics == Metrics{5, 2, 0s, {SlowCount{1s, 0}}});
  fail(breaker);
  CHECK(breaker.state() == open);
  CHECK(journal.signals().back().metrics.total_count() == 6);
  // Closed, the window is as small as it was.
  breaker.reset();
  succeed(breaker, 5);
  CHECK(total(breaker) == 2);
}

TEST_CASE("a verdict ahead of the last outcome says so", "[recovery]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = recovering(env, CountWindow{10}, FailureRate{0.5}, Probes{5, 30s}, journal);
  open_until_due(breaker, env);
  play(breaker, env, "FFF");
  CHECK(journal.signals().back().reason == "failure_rate 0.6 >= 0.5 even if the other 2 succeed");
  CHECK(journal.signals().back().metrics.total_count() == 3);
  CHECK(journal.signals().back().metrics.failure_count() == 3);
  env.advance(60s);
  play(breaker, env, "FFSF");
  CHECK(journal.signals().back().reason == "failure_rate 0.6 >= 0.5 even if the other 1 succeeds");
  env.advance(60s);
  play(breaker, env, "FFSSF");
  CHECK(journal.signals().back().reason == "failure_rate 0.6 >= 0.5");
}

TEST_CASE("a time window forgets nothing in HALF_OPEN, so a minimum that can be reached is reached", "[recovery]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                .tripper = MinRequests{10} & FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = Random{0.5},
                                .environment = env}};
  fail(breaker, 10);
  REQUIRE(breaker.state() == open);
  env.advance(60s);
  env.set_uniform(0.0);
  for (int call = 0; call != 10; ++call) {
    CAPTURE(call);
    REQUIRE(breaker.state() != closed);
    succeed(breaker);
    env.advance(2s);
  }
  CHECK(breaker.state() == closed);
  CHECK(total(breaker) == 0);
  // CLOSED forgets again.
  succeed(breaker);
  env.advance(11s);
  CHECK(total(breaker) == 0);
}

// ---- patience -------------------------------------------------------------------------------------------------------

TEST_CASE("a round with a free place waits for callers", "[recovery]") {
  const auto check = [](auto window) {
    CAPTURE(window);
    ManualEnvironment env;
    auto breaker = recovering(env, window, FailureRate{0.5}, Probes{10, 30s});
    open_until_due(breaker, env);
    CHECK(play(breaker, env, "SSSSSSSSSS", 1h) == 10);
    CHECK(breaker.state() == closed);
    CHECK(breaker.info().reopens == 0);
  };
  check(CountWindow{100});
  check(TimeWindow{10s});
}

TEST_CASE("neutral outcomes do not end a round", "[recovery]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, Probes{2, 30s}, journal);
  open_until_due(breaker, env);
  CHECK(play(breaker, env, "NNNNNNNNNN", 31s) == 10);
  CHECK(breaker.state() == half_open);
  CHECK(play(breaker, env, "SS") == 2);
  CHECK(journal.transitions() ==
        Strings{"closed>open tripped", "open>half_open retry_due", "half_open>closed recovered"});
}

TEST_CASE("a round whose places are all taken is lost when patience has passed since the last of them", "[recovery]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, Probes{2, 10s}, journal);
  open_until_due(breaker, env);
  auto first = breaker.try_acquire();
  REQUIRE(first);
  env.advance(25s);
  auto second = breaker.try_acquire();
  REQUIRE(second);
  SECTION("both hang") {}
  SECTION("the second has ended well") { second.success(); }
  SECTION("the first has ended well") { first.success(); }
  env.advance(10s - 1ns);
  CHECK_FALSE(admits(breaker));
  CHECK(breaker.state() == half_open);
  CHECK_FALSE(breaker.would_admit());
  env.advance(1ns);
  CHECK(breaker.state() == half_open);  // no timers
  CHECK(breaker.would_admit());         // a call is needed to go on
  CHECK(rejection_of(breaker) == Rejection{State::open, 60s, breaker.name()});
  CHECK(breaker.info().reopens == 1);
  CHECK(journal.transitions() ==
        Strings{"closed>open tripped", "open>half_open retry_due", "half_open>open probes_lost"});
  CHECK(journal.signals().back().reason == "no verdict of Probes{2, 10s}: outcomes are missing");
  first.success();  // too late
  CHECK(breaker.state() == open);
  CHECK(total(breaker) == 0);

  env.advance(60s);  // a new round has all its places, and its own patience
  auto third = breaker.try_acquire();
  auto fourth = breaker.try_acquire();
  CHECK((third && fourth));
  CHECK_FALSE(admits(breaker));
  CHECK(breaker.state() == half_open);
  third.success();
  fourth.success();
  CHECK(breaker.state() == closed);
}

TEST_CASE("a place that is given back and taken again has its own patience", "[recovery]") {
  ManualEnvironment env;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, Probes{2, 10s});
  open_until_due(breaker, env);
  auto hung = breaker.try_acquire();
  auto other = breaker.try_acquire();
  REQUIRE((hung && other));
  env.advance(9s);
  other.ignore();
  env.advance(9s);
  CHECK(breaker.would_admit());
  auto later = breaker.try_acquire();
  REQUIRE(later);
  env.advance(9s);
  CHECK_FALSE(admits(breaker));
  CHECK(breaker.state() == half_open);
  env.advance(1s);
  CHECK(rejection_of(breaker) == Rejection{State::open, 60s, breaker.name()});
}

TEST_CASE("a lost round is noticed also by a call that another permit would refuse", "[recovery]") {
  ManualEnvironment env;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, Probes{1, 10s} & Random{0.5});
  open_until_due(breaker, env);
  env.set_uniform(0.0);
  const auto hung = breaker.try_acquire();
  REQUIRE(hung);
  env.set_uniform(0.9);
  env.advance(10s);
  CHECK(rejection_of(breaker) == Rejection{State::open, 60s, breaker.name()});
}

// ---- streaks over time ----------------------------------------------------------------------------------------------

TEST_CASE("over a time window a streak is made of the failures that the span still holds", "[recovery]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = TimeWindow{10min, 10s}, .tripper = FailureStreak{5}, .environment = env}};
  for (int i = 0; i != 20; ++i) {
    fail(breaker);
    env.advance(24h);
  }
  CHECK(breaker.state() == closed);
  fail(breaker, 4);
  env.advance(10min);
  fail(breaker, 4);
  CHECK(breaker.state() == closed);
  env.advance(9min);
  fail(breaker);
  CHECK(breaker.state() == open);
}

TEST_CASE("a success ends a streak over a time window, whatever failures the span holds", "[recovery]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = TimeWindow{10s}, .tripper = FailureStreak{3}, .environment = env}};
  fail(breaker, 2);
  succeed(breaker);
  fail(breaker, 2);
  CHECK(breaker.state() == closed);
  fail(breaker);
  CHECK(breaker.state() == open);
}

TEST_CASE("over a count window a streak has no age", "[recovery]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = CountWindow{3}, .tripper = FailureStreak{5}, .environment = env}};
  for (int i = 0; i != 4; ++i) {
    fail(breaker);
    env.advance(24h);
  }
  CHECK(breaker.state() == closed);
  fail(breaker);
  CHECK(breaker.state() == open);
}

// ---- asking without a call ------------------------------------------------------------------------------------------

TEST_CASE("would_admit() says whether a call might be let through, and changes nothing", "[recovery]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, Probes{2, 10s}, journal);
#if defined(FLUXGATE_TEST_ANY)
  const auto would = [&] { return breaker.would_admit(); };
#else
  AsyncCircuitBreaker async{breaker};
  const auto would = [&] {
    CHECK(async.would_admit() == breaker.would_admit());
    return breaker.would_admit();
  };
#endif
  CHECK(would());
  fail(breaker);
  CHECK_FALSE(would());
  env.advance(60s - 1ns);
  CHECK_FALSE(would());
  env.advance(1ns);
  CHECK(would());
  CHECK(breaker.state() == open);
  CHECK(journal.signals().size() == 1);
  auto one = breaker.try_acquire();
  CHECK(would());
  auto two = breaker.try_acquire();
  CHECK_FALSE(would());
  two.ignore();
  CHECK(would());
  breaker.metrics_only();
  CHECK(would());
  breaker.disable();
  CHECK(would());
  breaker.force_open();
  CHECK_FALSE(would());
  env.advance(24h);
  CHECK_FALSE(would());
  breaker.force_open(5s);
  CHECK_FALSE(would());
  env.advance(5s);
  CHECK(would());
}

TEST_CASE("chance is not drawn by would_admit()", "[recovery]") {
  ManualEnvironment env;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, Random{0.5});
  open_until_due(breaker, env);
  env.script_uniform({0.1, 0.9, 0.1});
  CHECK(breaker.would_admit());
  CHECK(admits(breaker));
  CHECK(breaker.would_admit());
  CHECK_FALSE(admits(breaker));
  CHECK(admits(breaker));
}

TEST_CASE("a router that asks first closes the breaker of a node that is well again", "[recovery]") {
  ManualEnvironment env;
  const auto check = [&](auto permit) {
    CAPTURE(permit);
    auto node = recovering(env, CountWindow{100}, FailureRate{0.5}, permit);
    open_until_due(node, env);
    int asked = 0;
    while (node.state() != closed && ++asked != 100) {
      if (node.would_admit()) (void)node.try_call([] {});
      env.advance(1s);
    }
    CHECK(node.state() == closed);
  };
  check(Probes{3, 5s});
  check(AllowAll{});
  check(RampUp{0.1, 1.0, 10s});
}

TEST_CASE("a router that asks first gets a breaker out of a lost round", "[recovery]") {
  ManualEnvironment env;
  auto node = recovering(env, CountWindow{100}, FailureRate{0.5}, Probes{1, 5s});
  open_until_due(node, env);
  const auto hung = node.try_acquire();
  for (int i = 0; i != 200 && node.state() != closed; ++i, env.advance(1s)) {
    if (node.would_admit()) (void)node.try_call([] {});
  }
  CHECK(node.state() == closed);
}

TEST_CASE("info() says how long no call may test recovery", "[recovery]") {
  ManualEnvironment env;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, Probes{2, 10s});
  const auto left = [&] { return breaker.info().retry_after; };
  CHECK(left() == std::nullopt);
  fail(breaker);
  CHECK(left() == 60s);
  env.advance(59s);
  CHECK(left() == 1s);
  CHECK(rejection_of(breaker).retry_after == 1s);
  env.advance(1s);
  CHECK(left() == 0s);
  env.advance(1h);
  CHECK(left() == 0s);
  CHECK(admits(breaker));
  CHECK(breaker.state() == half_open);
  CHECK(left() == std::nullopt);
  breaker.force_open(7s);
  CHECK(left() == 7s);
  breaker.force_open();
  CHECK(left() == std::nullopt);
  breaker.disable();
  CHECK(left() == std::nullopt);
}

TEST_CASE("an opening that never ends has no time left", "[recovery]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = FailureStreak{1}, .retry = Never{}, .environment = env}};
  fail(breaker);
  CHECK(breaker.info().retry_after == std::nullopt);
  CHECK_FALSE(breaker.would_admit());
}

// ---- the time of day ------------------------------------------------------------------------------------------------

TEST_CASE("info() dates a state as its signal did, at every reading", "[recovery]") {
  const Journal journal;
  CircuitBreaker breaker{Config{.tripper = FailureStreak{1}, .retry = Cooldown{1ns}, .listeners = {journal}}};
  const auto check = [&] {
    const auto told = journal.signals().back().timestamp;
    for (int i = 0; i != 1000; ++i) {
      if (breaker.info().changed_at != told) FAIL_CHECK("differs at reading " << i);
    }
  };
  fail(breaker);
  check();
  (void)breaker.try_acquire();
  check();
  breaker.reset();
  check();
  breaker.force_open();
  check();
}

TEST_CASE("a state keeps its time of day when the clock on the wall is set", "[recovery]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = recovering(env, CountWindow{100}, FailureRate{0.5}, AllowAll{}, journal);
  const auto born = breaker.info().changed_at;
  env.advance(1h);
  CHECK(breaker.info().changed_at == born);
  fail(breaker);
  const auto opened = breaker.info().changed_at;
  CHECK(opened == journal.signals().back().timestamp);
  CHECK(opened - born == 1h);
  breaker.reset(Notify::no);
  CHECK(breaker.info().changed_at == opened);
  env.advance(1min);
  CHECK(breaker.info().changed_at == opened);
}
