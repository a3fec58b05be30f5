// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Which calls are slow, and when durations are measured.

#include <chrono>
#include <cstdint>
#include <optional>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;

constexpr auto year = 365 * 24h;

}  // namespace

TEST_CASE("slow thresholds are reached at their value", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = FailureRate{1.0} | SlowRate{1.0, 2s} | SlowRate{1.0, 500ms},
                                .slow_threshold = 1s,
                                .environment = env}};
  breaker.metrics_only();
  const auto take = [&](nanoseconds duration) { called(breaker, [&] { env.advance(duration); }); };
  take(500ms - 1ns);
  CHECK(breaker.info().metrics.slow_count(500ms) == 0);
  take(500ms);
  CHECK(breaker.info().metrics.slow_count(500ms) == 1);
  take(1s - 1ns);
  CHECK(breaker.info().metrics.slow_count() == 0);
  take(1s);
  CHECK(breaker.info().metrics.slow_count() == 1);
  CHECK(breaker.info().metrics.slow_count(1s) == 1);
  take(2s);
  CHECK(breaker.info().metrics.slow_count(2s) == 1);
  CHECK(breaker.info().metrics.slow_count() == 2);
  CHECK(breaker.info().metrics.slow_count(500ms) == 4);
  CHECK(breaker.info().metrics.slow_count(3s) == 0);
}

TEST_CASE("a failed call's duration counts like any other", "[semantics]") {
  ManualEnvironment env;
  const auto fail_slowly = [&](auto& breaker) { CHECK(fails_with(breaker, Fault{}, [&] { env.advance(1s); })); };
  SECTION("for AvgLatency") {
    CircuitBreaker breaker{Config{.tripper = MinRequests{2} & AvgLatency{500ms}, .retry = Never{}, .environment = env}};
    fail_slowly(breaker);
    CHECK(breaker.info().metrics.total_duration() == 1s);
    succeed(breaker);  // half a second on average: reached at the value
    CHECK(breaker.state() == State::open);
  }
  SECTION("for SlowRate") {
    CircuitBreaker breaker{Config{.tripper = SlowRate{0.5, 1s}, .environment = env}};
    fail_slowly(breaker);
    CHECK(breaker.state() == State::open);
  }
  SECTION("for the breaker's own threshold") {
    CircuitBreaker breaker{Config{.slow_threshold = 1s, .environment = env}};
    fail_slowly(breaker);
    CHECK(breaker.info().metrics.slow_count() == 1);
    CHECK(breaker.info().metrics.slow_rate() == std::optional<double>{1.0});
  }
  SECTION("in an admission") {
    CircuitBreaker breaker{Config{.tripper = SlowRate{0.5, 1s}, .environment = env}};
    auto admission = breaker.try_acquire();
    env.advance(1s);
    admission.failure();
    CHECK(breaker.state() == State::open);
  }
}

TEST_CASE("an average just below its threshold does not trip", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = AvgLatency{500ms}, .environment = env}};
  called(breaker, [&] { env.advance(500ms - 1us); });
  CHECK(breaker.state() == State::closed);
  called(breaker, [&] { env.advance(500ms + 1us); });
  CHECK(breaker.state() == State::open);
}

TEST_CASE("durations are measured only where something asks for them", "[semantics]") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  called(breaker, [&] { env.advance(1s); });
  CHECK(breaker.info().metrics.total_duration() == 0s);

  CircuitBreaker asking{Config{.tripper = [](const CallContext&) { return false; }, .environment = env}};
  called(asking, [&] { env.advance(1s); });
  CHECK(asking.info().metrics.total_duration() == 1s);
}

TEST_CASE("no call is too slow to be counted as slow", "[semantics]") {
  // Each of these is zero or small in some number of microseconds or nanoseconds that a word might be cut to.
  const nanoseconds duration = GENERATE(nanoseconds{71min + 35s}, std::chrono::microseconds{std::int64_t{1} << 32},
                                        std::chrono::microseconds{(std::int64_t{1} << 32) + 3},
                                        std::chrono::microseconds{std::int64_t{1} << 40}, nanoseconds{10 * year});
  ManualEnvironment env;
  CircuitBreaker slow{Config{.tripper = SlowRate{1.0, 1h}, .environment = env}};
  called(slow, [&] { env.advance(duration); });
  CHECK(slow.state() == State::open);
  CircuitBreaker average{Config{.tripper = AvgLatency{1h}, .environment = env}};
  called(average, [&] { env.advance(duration); });
  CHECK(average.state() == State::open);
  CircuitBreaker timed{Config{.window = TimeWindow{10s}, .tripper = AvgLatency{1h}, .environment = env}};
  called(timed, [&] { env.advance(duration); });
  CHECK(timed.state() == State::open);
}

TEST_CASE("a clock that jumps back makes no call slow and no sum negative", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = AvgLatency{1s} | SlowRate{0.1, 1s}, .environment = env}};
  env.advance(1h);
  called(breaker, [&] { env.advance(-30min); });
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 1);
  CHECK(breaker.info().metrics.total_duration() == 0s);
}

namespace {

struct Long : TripperOperand<Long> {
  static constexpr TripperTraits traits{.needs = {.durations = true}};
  bool operator()(const CallContext& context) const { return context.metrics.total_duration() >= 3min; }
};

}  // namespace

TEST_CASE("a tripper of one's own that needs durations has them measured", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = Long{}, .environment = env}};
  for (int i = 0; i != 3; ++i) called(breaker, [&] { env.advance(1min); });
  CHECK(breaker.state() == State::open);
}
