// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Outcomes that arrive after a transition, and calls within calls.

#include <chrono>
#include <functional>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;

}  // namespace

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
  for (int i = 0; i != 3; ++i) called(breaker, [&] { env.advance(3s); });
  REQUIRE(breaker.info().metrics.total_duration() == 9s);
  for (int i = 0; i != 65'536; ++i) breaker.reset();
  CHECK(total(breaker) == 0);
  CHECK(breaker.info().metrics.total_duration() == 0s);
  succeed(breaker, 3);
  CHECK(total(breaker) == 3);
  CHECK(breaker.info().metrics.slow_count(2s) == 0);
  CHECK(breaker.info().metrics.total_duration() == 0s);
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
  CHECK(rejection_of(breaker) == Rejection{State::open, 10s, breaker.name()});
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
  called(breaker, [&] { breaker.reset(); });
  CHECK(total(breaker) == 0);
  called(breaker, [&] {
    CHECK(fails_with(breaker, Fault{}, [&] {
      breaker.disable();
      breaker.reset();
    }));
  });
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 0);
}

TEST_CASE("nested calls are counted each on its own", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  called(breaker, [&] { called(breaker, [&] { succeed(breaker); }); });
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
