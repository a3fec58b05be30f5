// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What OPEN means: how long it refuses, and which call ends it.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;

constexpr auto year = 365 * 24h;

}  // namespace

TEST_CASE("an open breaker refuses until the retry is due, and does not run the call", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  trip(breaker);
  int runs = 0;
  CHECK(refuses(breaker, [&] { ++runs; }));
  env.advance(60s - 1ns);
  CHECK(refuses(breaker, [&] { ++runs; }));
  CHECK(breaker.state() == State::open);
  CHECK(runs == 0);
  env.advance(1ns);
  called(breaker, [&] { ++runs; });
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
  CHECK(rejection_of(breaker) == Rejection{State::open, 60s, breaker.name()});
  env.advance(45s);
  CHECK(rejection_of(breaker) == Rejection{State::open, 15s, breaker.name()});
  env.advance(15s);
  env.set_uniform(0.9);
  CHECK(rejection_of(breaker) == Rejection{State::half_open, std::nullopt, breaker.name()});
  breaker.force_open();
  CHECK(rejection_of(breaker) == Rejection{State::forced_open, std::nullopt, breaker.name()});
  breaker.force_open(20s);
  env.advance(5s);
  CHECK(rejection_of(breaker) == Rejection{State::forced_open, 15s, breaker.name()});

  CircuitBreaker never{Config{.tripper = FailureRate{0.5}, .retry = Never{}, .environment = env}};
  fail(never);
  CHECK(rejection_of(never) == Rejection{State::open, std::nullopt, never.name()});
}

#if defined(__cpp_exceptions)
TEST_CASE("the exception of a refusal says which breaker refused, in which state, and for how long", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  trip(breaker);
  env.advance(45s);
  try {
    breaker.call([] {});
    FAIL("was not refused");
  } catch (const CallNotPermittedError& error) {
    CHECK(error.circuit_name() == "db");
    CHECK(error.state() == State::open);
    CHECK(error.retry_after() == std::optional<nanoseconds>{15s});
  }
}
#endif
