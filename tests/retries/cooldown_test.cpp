// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The jitter of Cooldown.

#include <chrono>
#include <optional>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

}  // namespace

TEST_CASE("jitter is drawn once per opening", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tripper = FailureRate{0.5}, .retry = Cooldown{100s, 0.5}, .permit = AllowAll{}, .environment = env}};
  env.script_uniform({0.0, 0.75});
  fail(breaker);
  for (int i = 0; i != 49; ++i) {
    CAPTURE(i);
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
