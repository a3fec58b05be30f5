// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What the states, transitions and verdicts mean, one thread at a time under a manual clock.

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;
using std::chrono::steady_clock;

constexpr auto day = 24h;
constexpr auto year = 365 * day;

}  // namespace

// ---- CLOSED ---------------------------------------------------------------------------------------------------------

TEST_CASE("a closed breaker opens at the outcome that makes the tripper true, not before", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  fail(breaker, 3);
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 3);
  fail(breaker);
  CHECK(breaker.state() == State::open);
  CHECK(journal.transitions() == Strings{"closed>open tripped"});
}

TEST_CASE("a success can trip a closed breaker", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  fail(breaker, 2);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
  succeed(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a closed breaker asks the tripper at every recorded outcome and at no other", "[semantics]") {
  const ManualEnvironment env;
  const auto asked = std::make_shared<int>(0);
  CircuitBreaker breaker{Config{.window = CountWindow{3},
                                .tracker = TypeOf<Fault>{},
                                .tripper = [asked](const CallContext&) { return ++*asked < 0; },
                                .environment = env}};
  succeed(breaker, 5);
  CHECK(*asked == 5);
  fail(breaker);
  CHECK(*asked == 6);
  fail<Stranger>(breaker);
  CHECK(*asked == 6);
  breaker.try_acquire().ignore();
  CHECK(*asked == 6);
}

namespace {

/// Counts how often it is asked.
struct Asked {
  static constexpr TripperTraits traits{.needs = {.context_only = false}};
  int* times;
  bool operator()(const CallContext&) const {
    ++*times;
    return false;
  }
};

}  // namespace

TEST_CASE("a tripper that depends on more than the context is asked at every outcome, though nothing changes",
          "[semantics]") {
  const ManualEnvironment env;
  int times = 0;
  auto breaker = make_breaker(env, Asked{&times});
  succeed(breaker, 30);
  CHECK(times == 30);
}

TEST_CASE("a slow call leaves a full window as a failure does", "[semantics]") {
  ManualEnvironment env;
  const auto slow_then_fast = [&](auto& breaker) {
    breaker.call([&] { env.advance(3s); });
    succeed(breaker, 9);
    CHECK(breaker.info().metrics.slow_count(2s) == 1);
    succeed(breaker);
    CHECK(breaker.info().metrics.slow_count(2s) == 0);
    CHECK(total(breaker) == 10);
  };
  SECTION("by the breaker's threshold") {
    CircuitBreaker breaker{
        Config{.window = CountWindow{10}, .tripper = FailureRate{0.5}, .slow_threshold = 2s, .environment = env}};
    slow_then_fast(breaker);
  }
  SECTION("by a threshold of the tripper's") {
    CircuitBreaker breaker{
        Config{.window = CountWindow{10}, .tripper = SlowRate{1.0, 2s} & MinRequests{2}, .environment = env}};
    slow_then_fast(breaker);
  }
}

TEST_CASE("a count window holds its last calls only", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, FailureStreak{100});
  fail(breaker, 10);
  succeed(breaker, 7);
  CHECK(total(breaker) == 10);
  CHECK(breaker.info().metrics.failure_count() == 3);
  succeed(breaker, 30);
  CHECK(total(breaker) == 10);
  CHECK(breaker.info().metrics.failure_count() == 0);
  fail(breaker);
  CHECK(breaker.info().metrics.failure_count() == 1);
}

TEST_CASE("an untracked failure is neutral", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = CountWindow{10},
                                .tracker = TypeOf<Fault>{},
                                .tripper = FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .environment = env}};
  fail<Stranger>(breaker, 3);
  CHECK(total(breaker) == 0);
  CHECK(breaker.state() == State::closed);
  fail(breaker);
  env.advance(60s);
  fail<Stranger>(breaker, 3);
  CHECK(breaker.state() == State::half_open);
  CHECK(total(breaker) == 0);
}

TEST_CASE("an untracked failure does not end a streak, a success does", "[semantics]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tracker = TypeOf<Fault>{}, .tripper = FailureStreak{3}, .retry = Never{}, .environment = env}};
  fail(breaker, 2);
  succeed(breaker);
  fail(breaker, 2);
  CHECK(breaker.state() == State::closed);
  fail<Stranger>(breaker);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

// ---- OPEN -----------------------------------------------------------------------------------------------------------

TEST_CASE("an open breaker refuses until the retry is due, and does not run the call", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  trip(breaker);
  int runs = 0;
  CHECK_THROWS_AS(breaker.call([&] { ++runs; }), CallNotPermittedError);
  env.advance(60s - 1ns);
  CHECK_THROWS_AS(breaker.call([&] { ++runs; }), CallNotPermittedError);
  CHECK(breaker.state() == State::open);
  CHECK(runs == 0);
  env.advance(1ns);
  breaker.call([&] { ++runs; });
  CHECK(breaker.state() == State::half_open);
  CHECK(runs == 1);
}

TEST_CASE("time alone changes nothing, the next call makes what is due happen", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  trip(breaker);
  env.advance(year);
  CHECK(breaker.state() == State::open);
  CHECK(breaker.info().state == State::open);
  CHECK(journal.signals().size() == 1);
  CHECK(admits(breaker));
  CHECK(breaker.state() == State::half_open);
}

TEST_CASE("only one of many calls makes the due transition", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  trip(breaker);
  env.advance(60s);
  const auto first = breaker.try_acquire();
  const auto second = breaker.try_acquire();
  CHECK(static_cast<bool>(first));
  CHECK(static_cast<bool>(second));
  CHECK(journal.transitions() == Strings{"closed>open tripped", "open>half_open retry_due"});
}

TEST_CASE("the call that makes the due transition faces the permit like the others", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal, Random{0.5});
  trip(breaker);
  env.advance(60s);
  env.set_uniform(0.5);
  CHECK(rejection_of(breaker).state == State::half_open);
  CHECK(breaker.state() == State::half_open);
  env.set_uniform(0.49);
  CHECK(admits(breaker));
  CHECK(journal.signals().size() == 2);
}

TEST_CASE("Never stays open and Always tests recovery at once", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker never{Config{.tripper = FailureRate{0.5}, .retry = Never{}, .permit = AllowAll{}, .environment = env}};
  CircuitBreaker always{
      Config{.tripper = FailureRate{0.5}, .retry = Always{}, .permit = AllowAll{}, .environment = env}};
  fail(never);
  fail(always);
  CHECK(always.state() == State::open);
  CHECK(admits(always));
  CHECK(always.state() == State::half_open);
  env.advance(100 * year);
  CHECK_FALSE(admits(never));
  CHECK(never.state() == State::open);
}

TEST_CASE("retry_after is the time until the retry is due, and empty where only chance or a person decides",
          "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four, {}, Random{0.5});
  trip(breaker);
  CHECK(rejection_of(breaker) == Rejection{State::open, 60s});
  env.advance(45s);
  CHECK(rejection_of(breaker) == Rejection{State::open, 15s});
  try {
    breaker.call([] {});
    FAIL("was not refused");
  } catch (const CallNotPermittedError& error) {
    CHECK(error.circuit_name() == "db");
    CHECK(error.state() == State::open);
    CHECK(error.retry_after() == std::optional<nanoseconds>{15s});
  }
  env.advance(15s);
  env.set_uniform(0.9);
  CHECK(rejection_of(breaker) == Rejection{State::half_open, std::nullopt});
  breaker.force_open();
  CHECK(rejection_of(breaker) == Rejection{State::forced_open, std::nullopt});
  breaker.force_open(20s);
  env.advance(5s);
  CHECK(rejection_of(breaker) == Rejection{State::forced_open, 15s});

  CircuitBreaker never{Config{.tripper = FailureRate{0.5}, .retry = Never{}, .environment = env}};
  fail(never);
  CHECK(rejection_of(never) == Rejection{State::open, std::nullopt});
}

TEST_CASE("jitter is drawn once per opening", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tripper = FailureRate{0.5}, .retry = Cooldown{100s, 0.5}, .permit = AllowAll{}, .environment = env}};
  env.script_uniform({0.0, 0.75});
  fail(breaker);
  for (int i = 0; i != 49; ++i) {
    env.advance(1s);
    CHECK_FALSE(admits(breaker));
  }
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{1s});
  env.advance(1s);
  fail(breaker);  // due after 50 s: admitted, and opens again
  CHECK(breaker.info().reopens == 1);
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{125s});
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{125s});
}

TEST_CASE("Backoff grows with each failed recovery up to its cap, and starts anew after a recovery", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tripper = FailureRate{0.5}, .retry = Backoff{1s, 2.0, 5s}, .permit = AllowAll{}, .environment = env}};
  std::uint32_t reopens = 0;
  fail(breaker);
  for (const nanoseconds delay : {1s, 2s, 4s, 5s, 5s}) {
    CHECK(breaker.info().reopens == reopens++);
    CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{delay});
    env.advance(delay - 1ms);
    CHECK_FALSE(admits(breaker));
    env.advance(1ms);
    fail(breaker);
    CHECK(breaker.state() == State::open);
  }
  SECTION("a recovery") {
    env.advance(5s);
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("a reset") { breaker.reset(); }
  CHECK(breaker.info().reopens == 0);
  fail(breaker);
  CHECK(breaker.info().reopens == 0);
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{1s});
}

TEST_CASE("the jitter of Backoff stretches the grown delay", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{
      .tripper = FailureRate{0.5}, .retry = Backoff{10s, 2.0, 100s, 0.5}, .permit = AllowAll{}, .environment = env}};
  env.script_uniform({0.0, 0.75});
  fail(breaker);
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{5s});
  env.advance(5s);
  fail(breaker);
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{25s});
}

// ---- HALF_OPEN ------------------------------------------------------------------------------------------------------

TEST_CASE("a failure that makes the tripper true reopens and counts the reopening", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  trip_and_retry(breaker, env);
  fail(breaker, 3);
  CHECK(breaker.state() == State::half_open);
  CHECK(breaker.info().reopens == 0);
  fail(breaker);
  CHECK(breaker.state() == State::open);
  CHECK(breaker.info().reopens == 1);
  CHECK(journal.transitions() == Strings{"closed>open tripped", "open>half_open retry_due", "half_open>open tripped"});
}

TEST_CASE("a success while the tripper is true neither closes nor reopens, the next failure reopens", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  trip_and_retry(breaker, env);
  fail(breaker, 2);
  succeed(breaker, 2);  // 2 of 4: the tripper is true
  CHECK(breaker.state() == State::half_open);
  CHECK(breaker.info().reopens == 0);
  SECTION("a failure") {
    fail(breaker);
    CHECK(breaker.state() == State::open);
    CHECK(breaker.info().reopens == 1);
  }
  SECTION("another success makes it false") {
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
}

TEST_CASE("a success closes once the tripper is settled, not before", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  trip_and_retry(breaker, env);
  succeed(breaker, 3);
  CHECK(breaker.state() == State::half_open);
  CHECK(total(breaker) == 3);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
  CHECK(breaker.info().reopens == 0);
  CHECK(total(breaker) == 0);
  CHECK(journal.transitions() ==
        Strings{"closed>open tripped", "open>half_open retry_due", "half_open>closed recovered"});
}

TEST_CASE("a tracked failure never closes, the success after it does", "[semantics]") {
  ManualEnvironment env;
  SECTION("where the tripper is settled by the failure") {
    auto breaker = make_breaker(env, half_of_four);
    trip_and_retry(breaker, env);
    succeed(breaker, 3);
    fail(breaker);  // 1 of 4: settled, and does not trip
    CHECK(breaker.state() == State::half_open);
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("where the tripper has nothing to say in HALF_OPEN") {
    auto breaker = make_breaker(env, Closed{} & half_of_four);
    trip_and_retry(breaker, env);
    fail(breaker, 20);
    CHECK(breaker.state() == State::half_open);
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
}

TEST_CASE("a side that its state rules out does not hold the verdict up", "[semantics]") {
  ManualEnvironment env;
  SECTION("a rule for CLOSED alone is settled in HALF_OPEN") {
    auto breaker = make_breaker(env, Closed{} & half_of_four);
    trip_and_retry(breaker, env);
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("a rule of its own for HALF_OPEN decides when it is settled") {
    auto breaker = make_breaker(env, (Closed{} & half_of_four) | (HalfOpened{} & MinRequests{2} & FailureRate{0.5}));
    trip_and_retry(breaker, env);
    succeed(breaker);
    CHECK(breaker.state() == State::half_open);
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("the marker rules out what stands deeper in its side") {
    auto breaker = make_breaker(env, (half_of_four & Closed{}) | FailureStreak{4});
    trip_and_retry(breaker, env);
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
}

TEST_CASE("an alternative is settled when both sides are", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, FailureStreak{4} | (MinRequests{4} & FailureRate{0.9}));
  trip_and_retry(breaker, env);
  succeed(breaker, 3);
  CHECK(breaker.state() == State::half_open);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("what is not MinRequests is always settled", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = CountWindow{10},
                                .tripper = FailureRate{0.5} | AvgLatency{1s} | SlowRate{0.5, 1s} | FailureStreak{9},
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .environment = env}};
  fail(breaker);
  env.advance(60s);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("RampUp admits by the time since HALF_OPEN began", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four, {}, RampUp{0.1, 0.9, 10s});
  trip(breaker);
  env.advance(90s);  // the ramp begins with the call that makes the transition, not when the retry became due
  env.set_uniform(0.3);
  CHECK_FALSE(admits(breaker));
  CHECK(breaker.state() == State::half_open);
  env.advance(2s);
  CHECK_FALSE(admits(breaker));
  env.advance(1s);
  CHECK(admits(breaker));
  env.set_uniform(0.95);
  env.advance(year);
  CHECK_FALSE(admits(breaker));
}

// ---- Probes ---------------------------------------------------------------------------------------------------------

TEST_CASE("Probes admits at most its count per round", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, Closed{} & half_of_four, {}, Probes{3, 10s});
  trip(breaker);
  env.advance(60s);
  auto first = breaker.try_acquire();
  auto second = breaker.try_acquire();
  auto third = breaker.try_acquire();
  CHECK((first && second && third));
  CHECK_FALSE(admits(breaker));
  first.success();
  CHECK_FALSE(admits(breaker));  // an outcome does not free a place
  CHECK(breaker.state() == State::half_open);
}

TEST_CASE("a neutral probe gives its place back", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tracker = TypeOf<Fault>{},
                                .tripper = FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = Probes{1, 10s},
                                .environment = env}};
  fail(breaker);
  env.advance(60s);
  SECTION("dropped without a word") { CHECK(admits(breaker)); }
  SECTION("ignored") { breaker.try_acquire().ignore(); }
  SECTION("an untracked error") { fail<Stranger>(breaker, 5); }
  SECTION("moved, then dropped: once, not twice") {
    auto first = breaker.try_acquire();
    REQUIRE(first);
    {
      const auto second = std::move(first);
    }
    auto third = breaker.try_acquire();
    REQUIRE(third);
    first.ignore();
    CHECK_FALSE(admits(breaker));
  }
  CHECK(breaker.state() == State::half_open);
  CHECK(total(breaker) == 0);
  CHECK(admits(breaker));
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("a call that begins HALF_OPEN does not find its round lost, however long the listeners took", "[semantics]") {
  ManualEnvironment env;
  int heard = 0;
  CircuitBreaker breaker{Config{.tripper = FailureRate{0.5},
                                .retry = Cooldown{10ms},
                                .permit = Probes{1, 50ms},
                                .listeners = {[&](const Signal&) {
                                  if (++heard < 20) env.advance(60ms);  // it ends, whatever the breaker does
                                }},
                                .environment = env}};
  fail(breaker);
  CHECK(admits(breaker));
  CHECK(heard == 2);
  CHECK(breaker.state() == State::half_open);
  CHECK(breaker.info().reopens == 0);
}

TEST_CASE("a round of Probes may be larger than the window", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four, {}, Probes{20, 10s});
  trip(breaker);
  env.advance(60s);
  succeed(breaker, 19);
  CHECK(breaker.state() == State::half_open);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("a probe of an earlier round neither gives a place back nor counts in a later one", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, Closed{} & half_of_four, {}, Probes{1, 10s});
  trip(breaker);
  env.advance(60s);
  auto old = breaker.try_acquire();
  REQUIRE(old);
  env.advance(11s);
  REQUIRE_FALSE(admits(breaker));
  env.advance(60s);
  auto current = breaker.try_acquire();
  REQUIRE(current);
  SECTION("dropped") { old.ignore(); }
  SECTION("succeeded") { old.success(); }
  SECTION("failed") { old.failure(); }
  CHECK(breaker.state() == State::half_open);
  CHECK_FALSE(admits(breaker));
  current.success();
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("Probes counts the rounds of a reset breaker anew", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four, {}, Probes{4, 10s});
  trip(breaker);
  env.advance(60s);
  succeed(breaker, 3);
  breaker.reset();
  trip(breaker);
  env.advance(60s);
  succeed(breaker, 3);
  CHECK(breaker.state() == State::half_open);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("Probes beside RampUp: both must admit, and a refusal of one takes no place of the other", "[semantics]") {
  ManualEnvironment env;
  const auto check = [&](auto permit) {
    auto breaker = make_breaker(env, Closed{} & half_of_four, {}, permit);
    trip(breaker);
    env.advance(60s);
    env.set_uniform(0.5);
    for (int i = 0; i != 10; ++i) CHECK_FALSE(admits(breaker));
    env.set_uniform(0.05);
    auto first = breaker.try_acquire();
    auto second = breaker.try_acquire();
    CHECK((first && second));
    CHECK_FALSE(admits(breaker));
    first.success();
    second.failure();
    CHECK(breaker.state() == State::closed);
  };
  check(Probes{2, 10s} & RampUp{0.1, 1.0, 5s});
  check(RampUp{0.1, 1.0, 5s} & Probes{2, 10s});
  check(Random{0.2} & (RampUp{0.1, 1.0, 5s} & Probes{2, 10s}));
}

// ---- manual states --------------------------------------------------------------------------------------------------

TEST_CASE("METRICS_ONLY records, never refuses, never trips", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four | FailureStreak{2});
  breaker.metrics_only();
  fail(breaker, 20);
  succeed(breaker);
  CHECK(breaker.state() == State::metrics_only);
  CHECK(total(breaker) == 10);
  CHECK(breaker.info().metrics.failure_count() == 9);
}

TEST_CASE("DISABLED passes through untouched", "[semantics]") {
  const ManualEnvironment env;
  const auto asked = std::make_shared<int>(0);
  CircuitBreaker breaker{Config{.tripper = [asked](const CallContext&) { return ++*asked > 0; }, .environment = env}};
  breaker.disable();
  fail(breaker, 5);
  CHECK(breaker.call([] { return 7; }) == 7);
  CHECK(breaker.state() == State::disabled);
  CHECK(total(breaker) == 0);
  CHECK(*asked == 0);
}

TEST_CASE("FORCED_OPEN refuses for ever, with a duration until that is over", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  SECTION("for ever") {
    breaker.force_open();
    env.advance(100 * year);
    CHECK_FALSE(admits(breaker));
    CHECK(breaker.state() == State::forced_open);
    CHECK(journal.transitions() == Strings{"closed>forced_open manual"});
  }
  SECTION("for a while") {
    breaker.force_open(30s);
    env.advance(30s - 1ns);
    CHECK_FALSE(admits(breaker));
    env.advance(1ns);
    CHECK(breaker.state() == State::forced_open);
    CHECK(admits(breaker));
    CHECK(breaker.state() == State::half_open);
    CHECK(journal.transitions() == Strings{"closed>forced_open manual", "forced_open>half_open retry_due"});
    succeed(breaker, 4);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("for ever after for a while") {
    breaker.force_open(30s);
    breaker.force_open();
    env.advance(year);
    CHECK_FALSE(admits(breaker));
  }
  SECTION("for a while after for ever") {
    breaker.force_open();
    env.advance(year);
    breaker.force_open(30s);
    env.advance(29s);
    CHECK_FALSE(admits(breaker));
    env.advance(1s);
    CHECK(admits(breaker));
  }
  SECTION("a reset ends it") {
    breaker.force_open(30s);
    breaker.reset();
    succeed(breaker);
    env.advance(31s);
    succeed(breaker);
    CHECK(breaker.state() == State::closed);
  }
}

TEST_CASE("every command leads from any state to its own", "[semantics]") {
  using Breaker = decltype(make_breaker(ManualEnvironment{}, half_of_four));
  using Step = std::pair<State, std::function<void(Breaker&)>>;
  ManualEnvironment env;
  const std::vector<Step> commands{
      {State::closed, [](Breaker& b) { b.reset(); }},
      {State::disabled, [](Breaker& b) { b.disable(); }},
      {State::metrics_only, [](Breaker& b) { b.metrics_only(); }},
      {State::forced_open, [](Breaker& b) { b.force_open(); }},
  };
  std::vector<Step> ways = commands;
  ways.emplace_back(State::open, [](Breaker& b) { trip(b); });
  ways.emplace_back(State::half_open, [&](Breaker& b) { trip_and_retry(b, env); });
  for (const auto& [from, go] : ways) {
    for (const auto& [to, command] : commands) {
      const Journal journal;
      auto breaker = make_breaker(env, half_of_four, journal);
      go(breaker);
      REQUIRE(breaker.state() == from);
      command(breaker);
      CHECK(breaker.state() == to);
      CHECK(total(breaker) == 0);
      CHECK(breaker.info().state == to);
      if (from != to) {
        REQUIRE_FALSE(journal.signals().empty());
        CHECK(journal.signals().back().old_state == from);
        CHECK(journal.signals().back().new_state == to);
        CHECK(journal.signals().back().cause == Cause::manual);
      }
    }
  }
}

// ---- epochs ---------------------------------------------------------------------------------------------------------

TEST_CASE("an outcome that arrives after a transition is dropped", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, Closed{} & half_of_four);
  const auto told = GENERATE(true, false);
  const auto tell = [&](auto& admission) {
    REQUIRE(admission);
    told ? admission.success() : admission.failure();
  };
  auto late = breaker.try_acquire();
  SECTION("the breaker tripped") {
    fail(breaker, 4);
    tell(late);
    CHECK(breaker.state() == State::open);
  }
  SECTION("the breaker tripped and its retry is due") {
    fail(breaker, 4);
    env.advance(60s);
    REQUIRE(admits(breaker));
    tell(late);
    CHECK(breaker.state() == State::half_open);
  }
  SECTION("the breaker tripped and recovered") {
    fail(breaker, 4);
    env.advance(60s);
    succeed(breaker);
    tell(late);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("another probe recovered it") {
    fail(breaker, 4);
    env.advance(60s);
    auto probe = breaker.try_acquire();
    succeed(breaker);
    REQUIRE(breaker.state() == State::closed);
    tell(probe);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("reset") {
    breaker.reset();
    tell(late);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("disabled") {
    breaker.disable();
    tell(late);
    CHECK(breaker.state() == State::disabled);
  }
  SECTION("metrics only") {
    breaker.metrics_only();
    tell(late);
    CHECK(breaker.state() == State::metrics_only);
  }
  SECTION("forced open") {
    breaker.force_open();
    tell(late);
    CHECK(breaker.state() == State::forced_open);
  }
  SECTION("forced open, and over") {
    breaker.force_open(1s);
    env.advance(1s);
    REQUIRE(admits(breaker));
    tell(late);
    CHECK(breaker.state() == State::half_open);
  }
  SECTION("silently reset") {
    breaker.reset(Notify::no);
    tell(late);
  }
  SECTION("disabled and reset, admitted in between") {
    breaker.disable();
    auto between = breaker.try_acquire();
    breaker.reset();
    tell(between);
    tell(late);
  }
  SECTION("metrics only and reset, admitted in between") {
    breaker.metrics_only();
    auto between = breaker.try_acquire();
    breaker.reset();
    tell(between);
    tell(late);
  }
  CHECK(total(breaker) == 0);
  CHECK(breaker.info().metrics.failure_count() == 0);
}

TEST_CASE("a late outcome is dropped from a window that has filled again", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, FailureRate{0.05} & MinRequests{10});
  auto late = breaker.try_acquire();
  breaker.reset();
  succeed(breaker, 25);
  late.failure();
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 10);
  CHECK(breaker.info().metrics.failure_count() == 0);
}

TEST_CASE("no count of an epoch comes back when the tags of counts have gone once round", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{
      .window = CountWindow{10}, .tripper = MinRequests{9} & (SlowRate{0.5, 2s} | AvgLatency{1h}), .environment = env}};
  for (int i = 0; i != 3; ++i) breaker.call([&] { env.advance(3s); });
  REQUIRE(breaker.info().metrics.total_duration() == 9s);
  for (int i = 0; i != 65'536; ++i) breaker.reset();
  CHECK(total(breaker) == 0);
  CHECK(breaker.info().metrics.total_duration() == 0s);
  succeed(breaker, 3);
  CHECK(total(breaker) == 3);
  CHECK(breaker.info().metrics.slow_count(2s) == 0);
  CHECK(breaker.info().metrics.total_duration() == 0s);
}

TEST_CASE("a call that is slow by a shorter threshold alone leaves the window, whatever the order of thresholds",
          "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = CountWindow{2},
                                .tripper = MinRequests{2} & (SlowRate{1.0, 5s} | SlowRate{1.0, 1s} | SlowRate{1.0, 3s}),
                                .permit = AllowAll{},
                                .environment = env}};
  for (const nanoseconds duration : {1s, 3s, 5s}) {
    breaker.call([] {});
    breaker.call([&] { env.advance(duration); });
    CHECK(breaker.info().metrics.slow_count(1s) == 1);
    breaker.call([] {});
    breaker.call([] {});
    CHECK(breaker.info().metrics.slow_count(1s) == 0);
    CHECK(breaker.info().metrics.slow_count(3s) == 0);
    CHECK(breaker.info().metrics.slow_count(5s) == 0);
  }
}

TEST_CASE("the largest window holds as many calls as it says", "[semantics]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.window = CountWindow{30'000}, .tripper = MinRequests{30'000} & FailureRate{1.0}, .environment = env}};
  for (int i = 0; i != 29'999; ++i) fail(breaker);
  CHECK(breaker.state() == State::closed);
  CHECK(breaker.info().metrics == Metrics{29'999, 29'999});
  breaker.metrics_only();
  for (int i = 0; i != 30'001; ++i) fail(breaker);
  CHECK(breaker.info().metrics == Metrics{30'000, 30'000});
}

TEST_CASE("a streak stays at its end", "[semantics]") {
  detail::Control<detail::StdAtomics> words;
  const std::uint32_t epoch = words.phase.load().epoch();
  for (const bool whole : {false, true}) {
    words.streak.store(detail::Streak{epoch, whole ? 0xfffe'fffeU : 0xfffeU});
    for (int i = 0; i != 2; ++i) CHECK(update_streak(words, epoch, true, whole).told(whole) == 0xffffU);
    CHECK(read_streak(words, epoch).failures() == 0xffffU);
    const detail::Streak ended = update_streak(words, epoch, false, whole);
    CHECK(ended.failures() == 0);
    CHECK(ended.longest() == (whole ? 0xffffU : 0));
  }
}

TEST_CASE("each fast call takes the place of a slow one, however many there are and whatever the state",
          "[semantics]") {
  ManualEnvironment env;
  constexpr int size = 1030;
  for (const State state : {State::closed, State::metrics_only, State::half_open}) {
    // A minimum that is never reached keeps HALF_OPEN going.
    const auto tripper = MinRequests{20'000} & FailureRate{0.5};
    detail::Core<CountWindow, std::remove_const_t<decltype(tripper)>, Cooldown, AllowAll, ManualEnvironment> core{
        Config{.window = CountWindow{size},
               .tripper = tripper,
               .retry = Cooldown{60s},
               .permit = AllowAll{},
               .slow_threshold = 1s,
               .environment = env}};
    core.command(state == State::half_open ? State::forced_open : state, 0s, Notify::no);
    const auto call = [&](nanoseconds duration) {
      const detail::Ticket ticket = core.admit();
      REQUIRE(ticket.state() == state);
      env.advance(duration);
      core.record(ticket, false);
    };
    for (int i = 0; i != size; ++i) call(1s);
    for (int left = size; left != 0;) {
      call(1ms);
      REQUIRE(core.info().metrics.slow_count() == static_cast<std::uint64_t>(--left));
    }
  }
}

TEST_CASE("a failure that comes late by as many transitions as a slot's tag can tell is dropped", "[semantics]") {
  const ManualEnvironment env;
  detail::Core<CountWindow, FailureRate, Cooldown, AllowAll, ManualEnvironment> core{Config{.window = CountWindow{2},
                                                                                            .tripper = FailureRate{0.5},
                                                                                            .retry = Cooldown{60s},
                                                                                            .permit = AllowAll{},
                                                                                            .environment = env}};
  core.record(core.admit(), false);
  const detail::Phase past{detail::Phase{}.epoch() - (std::uint32_t{1} << 26U), 0, State::closed};
  const detail::Ticket late{past};
  core.record(late, true);
  core.record(late, true);
  CHECK(core.info().metrics == Metrics{1, 0});
  CHECK(core.state() == State::closed);
}

TEST_CASE("a failure that comes too late to open does not move the time of the opening", "[semantics]") {
  ManualEnvironment env;
  std::function<void()> meanwhile;
  CircuitBreaker breaker{Config{.tripper =
                                    [&meanwhile](const CallContext&) {
                                      if (meanwhile) std::exchange(meanwhile, nullptr)();
                                      return true;
                                    },
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .environment = env}};
  auto late = breaker.try_acquire();
  auto other = breaker.try_acquire();
  meanwhile = [&] {
    other.failure();
    env.advance(50s);
  };
  late.failure();
  CHECK(rejection_of(breaker) == Rejection{State::open, 10s});
}

TEST_CASE("a late failure does not lengthen a streak of the new epoch", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, FailureStreak{3});
  auto late = breaker.try_acquire();
  fail(breaker, 2);
  breaker.reset();
  fail(breaker, 2);
  late.failure();
  CHECK(breaker.state() == State::closed);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a call that resets the breaker from within is not counted", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, FailureRate{0.1});
  breaker.call([&] { breaker.reset(); });
  CHECK(total(breaker) == 0);
  breaker.call([&] {
    CHECK_THROWS_AS(breaker.call([&] {
      breaker.disable();
      breaker.reset();
      throw Fault{};
    }),
                    Fault);
  });
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 0);
}

TEST_CASE("nested calls are counted each on its own", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  breaker.call([&] { breaker.call([&] { succeed(breaker); }); });
  CHECK(total(breaker) == 3);
}

TEST_CASE("an admission tells its outcome at most once", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  {
    auto admission = breaker.try_acquire();
    admission.success();
    admission.failure();
    admission.success();
  }
  CHECK(total(breaker) == 1);
  CHECK(breaker.info().metrics.failure_count() == 0);
}

// ---- durations ------------------------------------------------------------------------------------------------------

TEST_CASE("slow thresholds are reached at their value", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = FailureRate{1.0} | SlowRate{1.0, 2s} | SlowRate{1.0, 500ms},
                                .slow_threshold = 1s,
                                .environment = env}};
  breaker.metrics_only();
  const auto take = [&](nanoseconds duration) { breaker.call([&] { env.advance(duration); }); };
  take(500ms - 1ns);
  CHECK(breaker.info().metrics.slow_count(500ms) == 0);
  take(500ms);
  CHECK(breaker.info().metrics.slow_count(500ms) == 1);
  take(1s - 1ns);
  CHECK(breaker.info().metrics.slow_count() == 0);
  take(1s);
  CHECK(breaker.info().metrics.slow_count() == 1);
  CHECK(breaker.info().metrics.slow_count(1s) == 1);
  take(2s);
  CHECK(breaker.info().metrics.slow_count(2s) == 1);
  CHECK(breaker.info().metrics.slow_count() == 2);
  CHECK(breaker.info().metrics.slow_count(500ms) == 4);
  CHECK(breaker.info().metrics.slow_count(3s) == 0);
}

TEST_CASE("a failed call's duration counts like any other", "[semantics]") {
  ManualEnvironment env;
  const auto fail_slowly = [&](auto& breaker) {
    CHECK_THROWS_AS(breaker.call([&] {
      env.advance(1s);
      throw Fault{};
    }),
                    Fault);
  };
  SECTION("for AvgLatency") {
    CircuitBreaker breaker{Config{.tripper = MinRequests{2} & AvgLatency{500ms}, .retry = Never{}, .environment = env}};
    fail_slowly(breaker);
    CHECK(breaker.info().metrics.total_duration() == 1s);
    succeed(breaker);  // half a second on average: reached at the value
    CHECK(breaker.state() == State::open);
  }
  SECTION("for SlowRate") {
    CircuitBreaker breaker{Config{.tripper = SlowRate{0.5, 1s}, .environment = env}};
    fail_slowly(breaker);
    CHECK(breaker.state() == State::open);
  }
  SECTION("for the breaker's own threshold") {
    CircuitBreaker breaker{Config{.slow_threshold = 1s, .environment = env}};
    fail_slowly(breaker);
    CHECK(breaker.info().metrics.slow_count() == 1);
    CHECK(breaker.info().metrics.slow_rate() == std::optional<double>{1.0});
  }
  SECTION("in an admission") {
    CircuitBreaker breaker{Config{.tripper = SlowRate{0.5, 1s}, .environment = env}};
    auto admission = breaker.try_acquire();
    env.advance(1s);
    admission.failure();
    CHECK(breaker.state() == State::open);
  }
}

TEST_CASE("an average just below its threshold does not trip", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = AvgLatency{500ms}, .environment = env}};
  breaker.call([&] { env.advance(500ms - 1us); });
  CHECK(breaker.state() == State::closed);
  breaker.call([&] { env.advance(500ms + 1us); });
  CHECK(breaker.state() == State::open);
}

TEST_CASE("durations are measured only where something asks for them", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  breaker.call([&] { env.advance(1s); });
  CHECK(breaker.info().metrics.total_duration() == 0s);

  CircuitBreaker asking{Config{.tripper = [](const CallContext&) { return false; }, .environment = env}};
  asking.call([&] { env.advance(1s); });
  CHECK(asking.info().metrics.total_duration() == 1s);
}

TEST_CASE("no call is too slow to be counted as slow", "[semantics]") {
  // Each of these is zero or small in some number of microseconds or nanoseconds that a word might be cut to.
  const nanoseconds duration = GENERATE(nanoseconds{71min + 35s}, std::chrono::microseconds{std::int64_t{1} << 32},
                                        std::chrono::microseconds{(std::int64_t{1} << 32) + 3},
                                        std::chrono::microseconds{std::int64_t{1} << 40}, nanoseconds{10 * year});
  ManualEnvironment env;
  CircuitBreaker slow{Config{.tripper = SlowRate{1.0, 1h}, .environment = env}};
  slow.call([&] { env.advance(duration); });
  CHECK(slow.state() == State::open);
  CircuitBreaker average{Config{.tripper = AvgLatency{1h}, .environment = env}};
  average.call([&] { env.advance(duration); });
  CHECK(average.state() == State::open);
  CircuitBreaker timed{Config{.window = TimeWindow{10s}, .tripper = AvgLatency{1h}, .environment = env}};
  timed.call([&] { env.advance(duration); });
  CHECK(timed.state() == State::open);
}

TEST_CASE("a clock that jumps back makes no call slow and no sum negative", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = AvgLatency{1s} | SlowRate{0.1, 1s}, .environment = env}};
  env.advance(1h);
  breaker.call([&] { env.advance(-30min); });
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 1);
  CHECK(breaker.info().metrics.total_duration() == 0s);
}

// ---- time -----------------------------------------------------------------------------------------------------------

TEST_CASE("a duration beyond what nanoseconds hold is the longest that they hold", "[semantics]") {
  CHECK(detail::since(-1ns, nanoseconds::max()) == nanoseconds::max());
  CHECK(detail::since(nanoseconds::min(), nanoseconds::max()) == nanoseconds::max());
  CHECK(detail::since(nanoseconds::min(), -1ns) == nanoseconds::max());
  CHECK(detail::since(nanoseconds::max(), nanoseconds::min()) == 0ns);
}

TEST_CASE("a sum of durations beyond what nanoseconds hold stays at their end", "[semantics]") {
  using Recorder = detail::TimeRecorder<detail::StdAtomics, detail::traits_of<AvgLatency>.needs>;
  using Words = detail::Control<detail::StdAtomics>;
  const Recorder recorder{TimeWindow{100s}};
  const Thresholds thresholds{};
  detail::Block<Words, Recorder::Head, detail::CallCounter<detail::StdAtomics, NoStats>, Recorder::Cell> block{
      recorder.cells(0)};
  const std::uint32_t epoch = detail::Phase{}.epoch();
  const std::uint64_t largest = (std::uint64_t{1} << 48U) - 1;
  CHECK(detail::Tally{}.plus(largest).value() == largest);
  CHECK(detail::Tally{}.plus(5).plus(~std::uint64_t{0}).plus(1).value() == largest);
  nanoseconds now{0};
  Metrics sum;
  for (detail::TimeRecorder<detail::StdAtomics, detail::traits_of<AvgLatency>.needs>::Cell& cell : block.cells()) {
    const Sample sample{.failed = false, .slow = 0, .micros = 1};
    const Recorder::Outcome outcome =
        recorder.record(block, recorder.next_index(block, now, false), epoch, sample, [&] { return now; }, false);
    REQUIRE(outcome.what != Recorded::too_late);
    sum = Recorder::metrics(recorder.snapshot(block, epoch, now, false), thresholds);
    cell.micros.store(cell.micros.load().plus(largest));
    const nanoseconds before = sum.total_duration();
    sum = Recorder::metrics(recorder.snapshot(block, epoch, now, false), thresholds);
    CHECK(sum.total_duration() >= before);
    now += 1s;
  }
  CHECK(sum.total_count() == 100);
  CHECK(sum.total_duration() > nanoseconds::max() - 1ms);
}

TEST_CASE("a success that reaches the minimum trips a time window with failures, old or new ones", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{4} & FailureRate{0.5}, .environment = env}};
  fail(breaker);
  fail(breaker);
  SECTION("at once") {}
  SECTION("while the failures are just in the window") { env.advance(9s); }
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
  succeed(breaker);
  CHECK(breaker.state() == State::open);
}

/// A user's word that there is trouble, whatever the calls.
struct Trouble : TripperOperand<Trouble> {
  static constexpr TripperTraits traits{};
  constexpr bool operator()(const CallContext&) const noexcept { return true; }
};

TEST_CASE("a success trips a time window at a minimum, and where a user's tripper says so", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker minimum{Config{.window = TimeWindow{10s}, .tripper = MinRequests{2} & Trouble{}, .environment = env}};
  CircuitBreaker either{Config{
      .window = TimeWindow{10s}, .tripper = (MinRequests{2} & Trouble{}) | FailureRate{0.5}, .environment = env}};
  CircuitBreaker own{Config{.window = TimeWindow{10s},
                            .tripper = [](const CallContext& context) { return context.metrics.total_count() == 2; },
                            .environment = env}};
  for (int i = 0; i != 2; ++i) {
    succeed(minimum);
    succeed(either);
    succeed(own);
  }
  CHECK(minimum.state() == State::open);
  CHECK(either.state() == State::open);
  CHECK(own.state() == State::open);
}

TEST_CASE("a slow success trips a time window that was healthy", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{2} & SlowRate{0.5, 1s}, .environment = env}};
  succeed(breaker);
  breaker.call([&] { env.advance(1s); });
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a success in the place of a success asks nothing new, but trips where a user's tripper changes its mind",
          "[semantics]") {
  bool angry = false;
  CircuitBreaker breaker{Config{.window = CountWindow{2}, .tripper = [&](const CallContext&) { return angry; }}};
  for (int i = 0; i != 3; ++i) succeed(breaker);
  CHECK(breaker.state() == State::closed);
  angry = true;
  succeed(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a failure in the place of a failure is one more of its streak", "[semantics]") {
  CircuitBreaker breaker{Config{.window = CountWindow{1}, .tripper = FailureStreak{3}}};
  for (int i = 0; i != 2; ++i) fail(breaker);
  CHECK(breaker.state() == State::closed);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a time window forgets on time, also when nothing is recorded", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{5} & FailureRate{0.5}, .environment = env}};
  fail(breaker, 4);
  env.advance(9s);
  CHECK(total(breaker) == 4);
  env.advance(2s);
  CHECK(total(breaker) == 0);
  fail(breaker, 4);
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 4);
  env.advance(5s);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a time window forgets a bucket at a time", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = TimeWindow{1s, 100ms}, .tripper = FailureStreak{1000}, .environment = env}};
  for (int i = 0; i != 10; ++i) {
    succeed(breaker, i + 1);
    env.advance(100ms);
  }
  std::uint64_t left = 55;
  for (int i = 0; i != 10; ++i) {
    left -= static_cast<std::uint64_t>(i + 1);
    CHECK(total(breaker) == left);
    env.advance(100ms);
  }
  CHECK(total(breaker) == 0);
}

TEST_CASE("a time window has forgotten after any gap", "[semantics]") {
  const auto check = [](nanoseconds gap) {
    ManualEnvironment env;
    CircuitBreaker breaker{Config{.window = TimeWindow{10ms, 1ms},
                                  .tripper = FailureStreak{1000} & AvgLatency{1h},
                                  .slow_threshold = 1us,
                                  .environment = env}};
    breaker.call([&] { env.advance(1us); });
    fail(breaker, 3);
    env.advance(gap);
    CHECK(total(breaker) == 0);
    CHECK(breaker.info().metrics.failure_count() == 0);
    succeed(breaker);
    CHECK(total(breaker) == 1);
    CHECK(breaker.info().metrics.failure_count() == 0);
    CHECK(breaker.info().metrics.slow_count() == 0);
    CHECK(breaker.info().metrics.total_duration() == 0s);
  };
  for (const nanoseconds gap : {nanoseconds{1min}, nanoseconds{day}, nanoseconds{10 * year}}) check(gap);
  // Where the number of a bucket might come round again in a word that it is cut to.
  for (int bits = 8; bits != 40; ++bits) {
    const std::int64_t buckets = std::int64_t{1} << bits;
    INFO("after 2^" << bits << " buckets");
    check(std::chrono::milliseconds{buckets});
    check(std::chrono::milliseconds{buckets - 5});
    if (bits < 38) check(std::chrono::milliseconds{10 * buckets});
  }
}

TEST_CASE("waiting and windows work at both ends of the clock", "[semantics]") {
  const steady_clock::time_point start =
      GENERATE(steady_clock::time_point::min(), steady_clock::time_point::min() + 1ns, steady_clock::time_point{} - 5s,
               steady_clock::time_point{}, steady_clock::time_point::max() - 1h);
  ManualEnvironment env{start};
  SECTION("with a count window") {
    auto breaker = make_breaker(env, half_of_four);
    CHECK(total(breaker) == 0);
    trip(breaker);
    CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{60s});
    env.advance(59s);
    CHECK_FALSE(admits(breaker));
    env.advance(1s);
    succeed(breaker, 4);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("with a time window") {
    CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                  .tripper = MinRequests{4} & FailureRate{0.5} & AvgLatency{1s},
                                  .retry = Backoff{60s},
                                  .permit = Probes{4, 10s},
                                  .environment = env}};
    breaker.call([&] { env.advance(2s); });
    CHECK(total(breaker) == 1);
    env.advance(11s);
    CHECK(total(breaker) == 0);
    breaker.call([&] { env.advance(5s); });
    fail(breaker, 3);
    CHECK(breaker.state() == State::open);
    env.advance(60s);
    succeed(breaker, 4);
    CHECK(breaker.state() == State::closed);
  }
}

TEST_CASE("a wait that ends beyond the clock's last moment is not over early", "[semantics]") {
  ManualEnvironment env{steady_clock::time_point::max() - 10s};
  CircuitBreaker breaker{Config{
      .tripper = FailureRate{0.5}, .retry = Cooldown{nanoseconds::max()}, .permit = AllowAll{}, .environment = env}};
  fail(breaker);
  CHECK_FALSE(admits(breaker));
  env.advance(9s);
  CHECK_FALSE(admits(breaker));
  breaker.force_open(60s);
  CHECK_FALSE(admits(breaker));
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{60s});
  breaker.force_open(500ms);
  env.advance(500ms);
  CHECK(admits(breaker));
}

TEST_CASE("a time window whose clock jumps back keeps its latest calls and counts the next ones", "[semantics]") {
  ManualEnvironment env;
  env.advance(1h);
  CircuitBreaker breaker{
      Config{.window = TimeWindow{3s}, .tripper = MinRequests{100} & FailureRate{0.5}, .environment = env}};
  fail(breaker, 2);
  env.advance(-1s);
  CHECK(total(breaker) == 2);  // from the future, but the latest that there are
  succeed(breaker);
  CHECK(breaker.info().metrics == Metrics{3, 2});
  env.advance(-2s);  // the bucket of those two is the one of this time as well
  succeed(breaker, 5);
  CHECK(breaker.info().metrics == Metrics{6, 0});
  env.advance(-1min);
  CHECK(total(breaker) == 0);  // more than a span ahead
}

TEST_CASE("a clock that jumps back delays the retry but does not lose it", "[semantics]") {
  ManualEnvironment env;
  env.advance(1h);
  auto breaker = make_breaker(env, half_of_four);
  trip(breaker);
  env.advance(-30min);
  CHECK_FALSE(admits(breaker));
  env.advance(30min + 60s);
  CHECK(admits(breaker));
}

namespace {

/// Clocks that a test moves apart.
struct Clocks {
  steady_clock::time_point monotonic{};
  std::chrono::system_clock::time_point wall{};
};

class SplitEnvironment {
 public:
  explicit SplitEnvironment(const Clocks& clocks) : clocks_{&clocks} {}
  steady_clock::time_point now() const noexcept { return clocks_->monotonic; }
  steady_clock::time_point coarse_now() const noexcept { return clocks_->monotonic; }
  std::chrono::system_clock::time_point wall_now() const noexcept { return clocks_->wall; }
  double uniform() const noexcept { return 0.5; }

 private:
  const Clocks* clocks_;
};

}  // namespace

TEST_CASE("all waiting is on the monotonic clock, the wall clock is for people", "[semantics]") {
  Clocks clocks;
  clocks.wall += std::chrono::hours{50 * 365 * 24};
  const Journal journal;
  CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                .tripper = FailureStreak{2},
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .listeners = {journal},
                                .environment = SplitEnvironment{clocks}}};
  fail(breaker);
  clocks.wall += 1h;
  CHECK(total(breaker) == 1);
  fail(breaker);
  CHECK(journal.signals().back().timestamp == clocks.wall);
  CHECK(breaker.info().changed_at == clocks.wall);
  clocks.wall += std::chrono::hours{10 * 365 * 24};
  CHECK_FALSE(admits(breaker));
  clocks.wall -= std::chrono::hours{40 * 365 * 24};
  clocks.monotonic += 60s;
  CHECK(admits(breaker));
  CHECK(breaker.info().changed_at == clocks.wall);
}

// ---- notification ---------------------------------------------------------------------------------------------------

TEST_CASE("a signal says what happened, when and why", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  CircuitBreaker breaker{Config{.name = "payment_api",
                                .window = CountWindow{50},
                                .tripper = MinRequests{50} & FailureRate{0.5},
                                .listeners = {journal},
                                .environment = env}};
  env.advance(5s);
  succeed(breaker, 19);
  fail(breaker, 31);
  REQUIRE(journal.signals().size() == 1);
  const Signal& signal = journal.signals().front();
  CHECK(signal.circuit_name == "payment_api");
  CHECK(signal.old_state == State::closed);
  CHECK(signal.new_state == State::open);
  CHECK(signal.cause == Cause::tripped);
  CHECK(signal.reason == "failure_rate 0.62 >= 0.5");
  CHECK(signal.timestamp == env.wall_now());
  CHECK(signal.metrics.total_count() == 50);
  CHECK(signal.metrics.failure_count() == 31);
  CHECK(breaker.info().name == "payment_api");
  CHECK(breaker.info().changed_at == signal.timestamp);
}

TEST_CASE("the reason names the condition that fired with its value", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  const auto reason = [&] { return journal.signals().empty() ? "" : journal.signals().front().reason; };
  CircuitBreaker breaker{Config{.tripper = FailureStreak{3} | (MinRequests{2} & AvgLatency{2s}) | SlowRate{0.9, 10s},
                                .listeners = {journal},
                                .environment = env}};
  SECTION("a streak") {
    succeed(breaker, 20);
    fail(breaker, 3);
    CHECK(reason() == "consecutive_failures 3 >= 3");
  }
  SECTION("latency") {
    succeed(breaker);
    breaker.call([&] { env.advance(5s); });
    CHECK(reason() == "avg_duration 2500ms >= 2s");
  }
  SECTION("a slow rate") {
    breaker.call([&] { env.advance(10s); });
    CHECK(reason() == "slow_rate 1 >= 0.9");
  }
}

TEST_CASE("the reason names all conditions that fired, with three digits", "[semantics]") {
  ManualEnvironment env;
  const auto reason = [&](auto tripper) {
    const Journal journal;
    CircuitBreaker breaker{"late", tripper, journal, env};
    succeed(breaker);
    for (int i = 0; i != 2; ++i) {
      CHECK_THROWS(breaker.call([&] {
        env.advance(2s);
        throw std::runtime_error{"late"};
      }));
    }
    return journal.signals().empty() ? "" : journal.signals().front().reason;
  };
  CHECK(reason(MinRequests{3} & FailureRate{0.5}) == "failure_rate 0.667 >= 0.5");
  CHECK(reason(FailureStreak{2} & SlowRate{0.5, 1s}) == "consecutive_failures 2 >= 2 and slow_rate 0.667 >= 0.5");
  CHECK(reason(FailureStreak{2} & (MinRequests{3} | AvgLatency{1h})) == "consecutive_failures 2 >= 2");
  CHECK(reason(FailureStreak{2} | (MinRequests{3} & FailureRate{0.25})) ==
        "consecutive_failures 2 >= 2 or failure_rate 0.667 >= 0.25");
  CHECK(reason(FailureStreak{2} | (MinRequests{3} & FailureRate{0.75})) == "consecutive_failures 2 >= 2");
}

TEST_CASE("the reason of an opening is the tripper's words, though it would not fire again", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  bool fires = true;
  CircuitBreaker breaker{Config{.tripper = [&](const CallContext&) { return std::exchange(fires, false); },
                                .listeners = {journal},
                                .environment = env}};
  succeed(breaker);
  REQUIRE(journal.transitions() == Strings{"closed>open tripped"});
  CHECK(journal.signals().front().reason == "custom");
}

TEST_CASE("transitions are announced once each, in order, with growing numbers", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  trip(breaker);
  env.advance(60s);
  fail(breaker, 4);
  env.advance(60s);
  succeed(breaker, 4);
  breaker.disable();
  breaker.metrics_only();
  breaker.force_open();
  breaker.reset();
  CHECK(journal.transitions() == Strings{"closed>open tripped", "open>half_open retry_due", "half_open>open tripped",
                                         "open>half_open retry_due", "half_open>closed recovered",
                                         "closed>disabled manual", "disabled>metrics_only manual",
                                         "metrics_only>forced_open manual", "forced_open>closed manual"});
  const std::vector<Signal>& signals = journal.signals();
  for (std::size_t i = 1; i < signals.size(); ++i) {
    CHECK(signals[i].sequence == signals[i - 1].sequence + 1);
    CHECK(signals[i].old_state == signals[i - 1].new_state);
    CHECK(signals[i].timestamp >= signals[i - 1].timestamp);
  }
}

TEST_CASE("a silent command reaches no listener and takes a number", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  breaker.disable();
  const std::uint64_t before = journal.signals().back().sequence;
  breaker.metrics_only(Notify::no);
  breaker.force_open(Notify::no);
  breaker.force_open(1s, Notify::no);
  breaker.disable(Notify::no);
  breaker.reset(Notify::no);
  CHECK(breaker.state() == State::closed);
  CHECK(journal.transitions() == Strings{"closed>disabled manual"});
  breaker.force_open();
  CHECK(journal.transitions() == Strings{"closed>disabled manual", "closed>forced_open manual"});
  CHECK(journal.signals().back().sequence == before + 6);
  breaker.reset(Notify::no);
  breaker.force_open(1s, Notify::no);
  env.advance(1s);
  CHECK(admits(breaker));
  CHECK(journal.transitions().back() == "forced_open>half_open retry_due");
}

TEST_CASE("a listener may call back, and every listener hears one transition at a time, in order", "[semantics]") {
  const ManualEnvironment env;
  Strings heard;
  int depth = 0;
  std::function<void()> call_back;
  const auto listener = [&](const std::string& name, bool calls_back) {
    return [&, name, calls_back](const Signal& signal) {
      CHECK(++depth == 1);
      heard.push_back(name + " " + std::string{to_string(signal.new_state)});
      if (calls_back && signal.new_state == State::open) call_back();
      --depth;
    };
  };
  CircuitBreaker breaker{Config{.window = CountWindow{10},
                                .tripper = half_of_four,
                                .listeners = {listener("first", true), listener("second", false)},
                                .environment = env}};
  call_back = [&] {
    CHECK(breaker.state() == State::open);
    breaker.reset();
    succeed(breaker);
    CHECK(total(breaker) == 1);
  };
  fail(breaker, 4);
  CHECK(heard == Strings{"first open", "second open", "first closed", "second closed"});
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 1);
}

TEST_CASE("what a listener throws reaches the hook and nobody else", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  Strings hooked;
  const bool hook_throws = GENERATE(false, true);
  CircuitBreaker breaker{Config{.tripper = FailureRate{0.5},
                                .listeners = {[](const Signal&) { throw std::logic_error{"listener"}; }, journal},
                                .on_listener_error =
                                    [&](const Signal& signal, const std::exception_ptr& error) {
                                      try {
                                        std::rethrow_exception(error);
                                      } catch (const std::logic_error& e) {
                                        hooked.push_back(std::string{to_string(signal.new_state)} + " " + e.what());
                                      }
                                      if (hook_throws) throw std::logic_error{"hook"};
                                    },
                                .environment = env}};
  fail(breaker);
  CHECK(breaker.state() == State::open);
  breaker.reset();
  CHECK(breaker.state() == State::closed);
  CHECK(hooked == Strings{"open listener", "closed listener"});
  CHECK(journal.signals().size() == 2);
}

TEST_CASE("what a listener throws is dropped without a hook", "[semantics]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tripper = FailureRate{0.5}, .listeners = {[](const Signal&) { throw 1; }}, .environment = env}};
  fail(breaker);
  breaker.reset();
  CHECK(breaker.state() == State::closed);
}

// ---- policies that throw --------------------------------------------------------------------------------------------

TEST_CASE("the call's own outcome wins over a tracker that throws", "[semantics]") {
  const ManualEnvironment env;
  SECTION("a predicate on an exception: does not count") {
    CircuitBreaker breaker{Config{.tracker = Custom{[](const Fault&) -> bool { throw Stranger{}; }},
                                  .tripper = FailureRate{0.5},
                                  .environment = env}};
    fail(breaker, 3);
    CHECK(breaker.state() == State::closed);
    CHECK(breaker.info().metrics.failure_count() == 0);
  }
  SECTION("a predicate on a result: the value is returned") {
    CircuitBreaker breaker{Config{.tracker = OnResult{[](const int&) -> bool { throw Stranger{}; }},
                                  .tripper = FailureRate{0.5},
                                  .environment = env}};
    CHECK(breaker.call([] { return 7; }) == 7);
    CHECK(breaker.state() == State::closed);
    CHECK(breaker.info().metrics.failure_count() == 0);
  }
}

TEST_CASE("the call's own outcome wins over a tripper that throws", "[semantics]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = [](const CallContext&) -> bool { throw Stranger{}; }, .environment = env}};
  CHECK(breaker.call([] { return 7; }) == 7);
  fail(breaker, 3);
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 4);
}

TEST_CASE("a tripper that throws on a round of Probes does not fire on it", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = [](const CallContext& context) -> bool {
                                  if (context.state == State::half_open) throw Stranger{};
                                  return context.metrics.failure_count() != 0;
                                },
                                .retry = Cooldown{60s},
                                .permit = Probes{2, 10s},
                                .environment = env}};
  fail(breaker);
  env.advance(60s);
  fail(breaker);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("a policy that throws leaves the other side of an | its say", "[semantics]") {
  const auto throws = [](const CallContext&) -> bool { throw Stranger{}; };
  const auto rate = MinRequests{3} & FailureRate{0.5};
  const auto opens = [](auto tripper) {
    ManualEnvironment env;
    CircuitBreaker breaker{Config{.tripper = tripper, .environment = env, .as_written = true}};
    fail(breaker, 3);
    return breaker.state() == State::open;
  };
  CHECK(opens(throws | rate));
  CHECK(opens(rate | throws));
  CHECK(opens((throws | Closed{}) & rate));
  CHECK_FALSE(opens((throws & Closed{}) | (HalfOpened{} & rate)));

  const auto puzzled = Custom{[](const Fault&) -> bool { throw Stranger{}; }};
  const auto counts = [](auto tracker) {
    CircuitBreaker breaker{Config{.tracker = tracker, .as_written = true}};
    fail(breaker);
    return breaker.info().metrics.failure_count() == 1;
  };
  CHECK(counts(puzzled | TypeOf<Fault>{}));
  CHECK(counts(TypeOf<Fault>{} | puzzled));
  CHECK_FALSE(counts(puzzled | TypeOf<Stranger>{}));
  CHECK_FALSE(counts(puzzled & TypeOf<Fault>{}));
  CHECK_FALSE(counts(~puzzled));
}

struct Long : TripperOperand<Long> {
  static constexpr TripperTraits traits{.needs = {.durations = true}};
  bool operator()(const CallContext& context) const { return context.metrics.total_duration() >= 3min; }
};

TEST_CASE("a tripper of one's own that needs durations has them measured", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = Long{}, .environment = env}};
  for (int i = 0; i != 3; ++i) breaker.call([&] { env.advance(1min); });
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a permit that throws refuses", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = [](const PermitContext&) -> bool { throw Stranger{}; },
                                .environment = env}};
  fail(breaker);
  env.advance(60s);
  CHECK(rejection_of(breaker).state == State::half_open);
}

namespace {

/// Cannot say what it is.
struct Mute : TripperOperand<Mute> {
  static constexpr TripperTraits traits{};
  bool operator()(const CallContext&) const { return true; }
  static std::string describe() { throw Stranger{}; }
};

}  // namespace

TEST_CASE("a tripper whose description throws opens a breaker with listeners all the same", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, Mute{} & FailureRate{0.5}, journal);
  fail(breaker);
  CHECK(breaker.state() == State::open);
  REQUIRE(journal.signals().size() == 1);
  CHECK(journal.signals().front().reason.empty());
}
