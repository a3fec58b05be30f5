// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a time window holds, when it forgets, and when it opens a breaker.

#include <chrono>
#include <cstdint>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;

constexpr auto day = 24h;
constexpr auto year = 365 * day;

}  // namespace

TEST_CASE("a success that reaches the minimum trips a time window with failures, old or new ones", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{4} & FailureRate{0.5}, .environment = env}};
  fail(breaker);
  fail(breaker);
  SECTION("at once") {}
  SECTION("while the failures are just in the window") { env.advance(9s); }
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
  succeed(breaker);
  CHECK(breaker.state() == State::open);
}

namespace {

/// A user's word that there is trouble, whatever the calls.
struct Trouble : TripperOperand<Trouble> {
  static constexpr TripperTraits traits{};
  constexpr bool operator()(const CallContext&) const noexcept { return true; }
};

}  // namespace

TEST_CASE("a success trips a time window at a minimum, and where a user's tripper says so", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker minimum{Config{.window = TimeWindow{10s}, .tripper = MinRequests{2} & Trouble{}, .environment = env}};
  CircuitBreaker either{Config{
      .window = TimeWindow{10s}, .tripper = (MinRequests{2} & Trouble{}) | FailureRate{0.5}, .environment = env}};
  CircuitBreaker own{Config{.window = TimeWindow{10s},
                            .tripper = [](const CallContext& context) { return context.metrics.total_count() == 2; },
                            .environment = env}};
  for (int i = 0; i != 2; ++i) {
    succeed(minimum);
    succeed(either);
    succeed(own);
  }
  CHECK(minimum.state() == State::open);
  CHECK(either.state() == State::open);
  CHECK(own.state() == State::open);
}

TEST_CASE("a slow success trips a time window that was healthy", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{2} & SlowRate{0.5, 1s}, .environment = env}};
  succeed(breaker);
  called(breaker, [&] { env.advance(1s); });
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a time window forgets on time, also when nothing is recorded", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{5} & FailureRate{0.5}, .environment = env}};
  fail(breaker, 4);
  env.advance(9s);
  CHECK(total(breaker) == 4);
  env.advance(2s);
  CHECK(total(breaker) == 0);
  fail(breaker, 4);
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 4);
  env.advance(5s);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a time window forgets a bucket at a time", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = TimeWindow{1s, 100ms}, .tripper = FailureStreak{1000}, .environment = env}};
  for (int i = 0; i != 10; ++i) {
    succeed(breaker, i + 1);
    env.advance(100ms);
  }
  std::uint64_t left = 55;
  for (int i = 0; i != 10; ++i) {
    CAPTURE(i);
    left -= static_cast<std::uint64_t>(i + 1);
    CHECK(total(breaker) == left);
    env.advance(100ms);
  }
  CHECK(total(breaker) == 0);
}

TEST_CASE("a time window has forgotten after any gap", "[semantics]") {
  const auto check = [](nanoseconds gap) {
    CAPTURE(gap);
    ManualEnvironment env;
    CircuitBreaker breaker{Config{.window = TimeWindow{10ms, 1ms},
                                  .tripper = FailureStreak{1000} & AvgLatency{1h},
                                  .slow_threshold = 1us,
                                  .environment = env}};
    called(breaker, [&] { env.advance(1us); });
    fail(breaker, 3);
    env.advance(gap);
    CHECK(total(breaker) == 0);
    CHECK(breaker.info().metrics.failure_count() == 0);
    succeed(breaker);
    CHECK(total(breaker) == 1);
    CHECK(breaker.info().metrics.failure_count() == 0);
    CHECK(breaker.info().metrics.slow_count() == 0);
    CHECK(breaker.info().metrics.total_duration() == 0s);
  };
  for (const nanoseconds gap : {nanoseconds{1min}, nanoseconds{day}, nanoseconds{10 * year}}) check(gap);
  // Where the number of a bucket might come round again in a word that it is cut to.
  for (int bits = 8; bits != 40; ++bits) {
    const std::int64_t buckets = std::int64_t{1} << bits;
    INFO("after 2^" << bits << " buckets");
    check(std::chrono::milliseconds{buckets});
    check(std::chrono::milliseconds{buckets - 5});
    if (bits < 38) check(std::chrono::milliseconds{10 * buckets});
  }
}

TEST_CASE("a time window whose clock jumps back keeps its latest calls and counts the next ones", "[semantics]") {
  ManualEnvironment env;
  env.advance(1h);
  CircuitBreaker breaker{
      Config{.window = TimeWindow{3s}, .tripper = MinRequests{100} & FailureRate{0.5}, .environment = env}};
  fail(breaker, 2);
  env.advance(-1s);
  CHECK(total(breaker) == 2);  // from the future, but the latest that there are
  succeed(breaker);
  CHECK(breaker.info().metrics == Metrics{3, 2});
  env.advance(-2s);  // the bucket of those two is the one of this time as well
  succeed(breaker, 5);
  CHECK(breaker.info().metrics == Metrics{6, 0});
  env.advance(-1min);
  CHECK(total(breaker) == 0);  // more than a span ahead
}
