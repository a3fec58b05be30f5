// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// RampUp under a manual clock.

#include <chrono>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

constexpr auto year = 365 * 24h;

}  // namespace

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
