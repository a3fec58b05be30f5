// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The states that commands lead to, and the way from each state to each.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
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
  CHECK(called(breaker, [] { return 7; }) == 7);
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
      INFO("from " << to_string(from) << " to " << to_string(to));
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
