// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How Backoff grows, ends and starts anew.

#include <chrono>
#include <cstdint>
#include <optional>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

}  // namespace

TEST_CASE("Backoff grows with each failed recovery up to its cap, and starts anew after a recovery", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tripper = FailureRate{0.5}, .retry = Backoff{1s, 2.0, 5s}, .permit = AllowAll{}, .environment = env}};
  std::uint32_t reopens = 0;
  fail(breaker);
  for (const nanoseconds delay : {1s, 2s, 4s, 5s, 5s}) {
    CAPTURE(reopens, delay);
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
