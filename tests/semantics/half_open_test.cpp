// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What HALF_OPEN means: when a breaker closes, opens again, or waits for more outcomes.

#include <chrono>
#include <string>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

}  // namespace

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
