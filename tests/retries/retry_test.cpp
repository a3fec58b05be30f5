// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Retries at their edges: the last moment at which each refuses, and the first at which it does not.

#include <chrono>
#include <cstdint>
#include <memory>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

// One thing short of a retry.
struct Whole {
  nanoseconds delay(std::uint32_t, double) const noexcept { return 1s; }
};
struct Throwing {
  nanoseconds delay(std::uint32_t, double) const { return 1s; }
};
struct NotConst {
  nanoseconds delay(std::uint32_t, double) noexcept { return 1s; }
};
struct InSeconds {
  std::chrono::seconds delay(std::uint32_t, double) const noexcept { return 1s; }
};
struct WithoutDraw {
  nanoseconds delay(std::uint32_t) const noexcept { return 1s; }
};
struct WithPointer {
  std::unique_ptr<int> kept;
  nanoseconds delay(std::uint32_t, double) const noexcept { return 1s; }
};
static_assert(Retry<Whole> && !Retry<Throwing> && !Retry<NotConst> && !Retry<InSeconds> && !Retry<WithoutDraw>);
static_assert(!Retry<WithPointer>);

/// A breaker that opens at each failure, also at one that tests recovery.
template <class R>
auto breaker_with(const ManualEnvironment& environment, R retry) {
  return CircuitBreaker{"db", FailureStreak{1}, retry, AllowAll{}, environment};
}

/// Whether the open breaker refuses a call that comes a nanosecond before `delay` is over, and admits one at its end,
/// which fails and so opens the breaker again.
template <class Breaker>
bool tests_recovery_after(Breaker& breaker, ManualEnvironment environment, nanoseconds delay) {
  environment.advance(delay - 1ns);
  const bool early = admits(breaker);
  environment.advance(1ns);
  auto admission = breaker.try_acquire();
  const bool due = static_cast<bool>(admission);
  admission.failure();
  return !early && due;
}

TEST_CASE("Cooldown refuses until its time is over and not a nanosecond longer, at each opening") {
  ManualEnvironment environment;
  auto breaker = breaker_with(environment, Cooldown{60s});
  fail(breaker);
  CHECK(tests_recovery_after(breaker, environment, 60s));
  CHECK(tests_recovery_after(breaker, environment, 60s));
}

TEST_CASE("Cooldown with jitter waits as its draw says, at least the least and less than the most") {
  ManualEnvironment environment;
  auto breaker = breaker_with(environment, Cooldown{60s, 0.5});
  environment.set_uniform(0.0);
  fail(breaker);
  environment.set_uniform(0.5);
  CHECK(tests_recovery_after(breaker, environment, 30s));
  environment.set_uniform(0.75);
  CHECK(tests_recovery_after(breaker, environment, 60s));
  CHECK(tests_recovery_after(breaker, environment, 75s));
}

TEST_CASE("Backoff waits the longer the more often recovery failed, up to its longest wait and not a nanosecond more") {
  ManualEnvironment environment;
  auto breaker = breaker_with(environment, Backoff{60s, 2.0, 200s});
  fail(breaker);
  CHECK(tests_recovery_after(breaker, environment, 60s));
  CHECK(tests_recovery_after(breaker, environment, 120s));
  CHECK(tests_recovery_after(breaker, environment, 200s));
  CHECK(tests_recovery_after(breaker, environment, 200s));
}

TEST_CASE("Always admits a test of recovery at the moment of the opening, where the shortest Cooldown refuses it") {
  ManualEnvironment environment;
  auto always = breaker_with(environment, Always{});
  auto cooldown = breaker_with(environment, Cooldown{1ns});
  fail(always);
  fail(cooldown);
  CHECK(admits(always));
  CHECK_FALSE(admits(cooldown));
}

TEST_CASE("Never refuses after two hundred years, where a Cooldown admits, and until a reset") {
  constexpr auto years = std::chrono::hours{24 * 365 * 200};
  ManualEnvironment environment;
  auto never = breaker_with(environment, Never{});
  auto cooldown = breaker_with(environment, Cooldown{years});
  fail(never);
  fail(cooldown);
  environment.advance(years + 24h);  // so long a wait is rounded up
  CHECK(admits(cooldown));
  CHECK_FALSE(admits(never));
  never.reset();
  CHECK(admits(never));
}

}  // namespace
