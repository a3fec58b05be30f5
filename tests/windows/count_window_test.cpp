// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a count window holds: the last calls, slow ones too, in the place of each other.

#include <chrono>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;

}  // namespace

TEST_CASE("a slow call leaves a full window as a failure does", "[semantics]") {
  ManualEnvironment env;
  const auto slow_then_fast = [&](auto& breaker) {
    called(breaker, [&] { env.advance(3s); });
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

TEST_CASE("a call that is slow by a shorter threshold alone leaves the window, whatever the order of thresholds",
          "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = CountWindow{2},
                                .tripper = MinRequests{2} & (SlowRate{1.0, 5s} | SlowRate{1.0, 1s} | SlowRate{1.0, 3s}),
                                .permit = AllowAll{},
                                .environment = env}};
  for (const nanoseconds duration : {1s, 3s, 5s}) {
    CAPTURE(duration);
    called(breaker, [] {});
    called(breaker, [&] { env.advance(duration); });
    CHECK(breaker.info().metrics.slow_count(1s) == 1);
    called(breaker, [] {});
    called(breaker, [] {});
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
