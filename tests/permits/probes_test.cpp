// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How many calls a round of Probes admits, and what gives a place back.

#include <chrono>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

}  // namespace

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
    CAPTURE(describe(permit));
    auto breaker = make_breaker(env, Closed{} & half_of_four, {}, permit);
    trip(breaker);
    env.advance(60s);
    env.set_uniform(0.5);
    for (int i = 0; i != 10; ++i) {
      CAPTURE(i);
      CHECK_FALSE(admits(breaker));
    }
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
