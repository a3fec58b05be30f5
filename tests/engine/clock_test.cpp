// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How often a call reads the clock, what becomes of a coarse clock that lags behind the exact one, and time that passes.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include <chrono>
#include <memory>
#include <system_error>

#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

struct Reads {
  int exact = 0;
  int coarse = 0;
};

/// An environment that counts its questions.
struct CountingEnvironment {
  std::shared_ptr<Reads> reads = std::make_shared<Reads>();

  std::chrono::steady_clock::time_point now() const noexcept {
    ++reads->exact;
    return {};
  }
  std::chrono::steady_clock::time_point coarse_now() const noexcept {
    ++reads->coarse;
    return {};
  }
  std::chrono::system_clock::time_point wall_now() const noexcept { return {}; }
  double uniform() const noexcept { return 0.5; }
};

/// What one success and one failure in CLOSED read.
template <class Breaker>
Reads reads_of(Breaker& breaker, const CountingEnvironment& environment) {
  *environment.reads = {};
  called(breaker, [] { return std::error_code{}; });
  called(breaker, [] { return std::make_error_code(std::errc::timed_out); });
  return *environment.reads;
}

TEST_CASE("a duration beyond what nanoseconds hold is the longest that they hold", "[semantics]") {
  using std::chrono::nanoseconds;
  CHECK(detail::since(-1ns, nanoseconds::max()) == nanoseconds::max());
  CHECK(detail::since(nanoseconds::min(), nanoseconds::max()) == nanoseconds::max());
  CHECK(detail::since(nanoseconds::min(), -1ns) == nanoseconds::max());
  CHECK(detail::since(nanoseconds::max(), nanoseconds::min()) == 0ns);
}

TEST_CASE("a closed call over a count window without a latency condition reads no clock") {
  const CountingEnvironment environment;
  CircuitBreaker breaker{Config{.tripper = MinRequests{10} & FailureRate{0.5}, .environment = environment}};
  const Reads reads = reads_of(breaker, environment);
  CHECK(reads.exact == 0);
  CHECK(reads.coarse == 0);
}

TEST_CASE("a latency condition or a slow threshold reads the clock before and after each call") {
  const CountingEnvironment environment;
  CircuitBreaker by_tripper{Config{.tripper = MinRequests{10} & AvgLatency{1s}, .environment = environment}};
  CHECK(reads_of(by_tripper, environment).exact == 4);
  CircuitBreaker by_threshold{
      Config{.tripper = MinRequests{10} & FailureRate{0.5}, .slow_threshold = 1s, .environment = environment}};
  CHECK(reads_of(by_threshold, environment).exact == 4);
}

TEST_CASE("a disabled breaker reads the clock for CallStats only, which count slow calls") {
  const CountingEnvironment environment;
  CircuitBreaker plain{Config{.slow_threshold = 1s, .environment = environment}};
  plain.disable();
  CHECK(reads_of(plain, environment).exact == 0);
  CircuitBreaker counting{Config{.slow_threshold = 1s, .environment = environment, .stats = CallStats{}}};
  counting.disable();
  CHECK(reads_of(counting, environment).exact == 4);
}

TEST_CASE("a closed call over a time window without a latency condition reads the coarse clock once") {
  const CountingEnvironment environment;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{10} & FailureRate{0.5}, .environment = environment}};
  const Reads reads = reads_of(breaker, environment);
  CHECK(reads.exact == 0);
  CHECK(reads.coarse == 2);
}

/// A manual clock with a coarse one that lags behind it, as the system's does by a timer tick.
struct LaggingEnvironment {
  ManualEnvironment exact{};
  std::chrono::milliseconds lag{10};

  std::chrono::steady_clock::time_point now() const noexcept { return exact.now(); }
  std::chrono::steady_clock::time_point coarse_now() const noexcept { return exact.now() - lag; }
  std::chrono::system_clock::time_point wall_now() const noexcept { return exact.wall_now(); }
  double uniform() const noexcept { return exact.uniform(); }
};

template <class Breaker>
void fail(Breaker& breaker) {
  breaker.try_acquire().failure();
}

TEST_CASE("an opening ends on the exact clock, not when the coarse one says so") {
  LaggingEnvironment environment;
  environment.lag = GENERATE(1ms, 10ms, 40ms);
  CircuitBreaker breaker{
      Config{.tripper = FailureRate{0.5}, .retry = Cooldown{60s}, .permit = AllowAll{}, .environment = environment}};
  environment.exact.advance(1h);
  fail(breaker);
  REQUIRE(breaker.state() == State::open);
  environment.exact.advance(60s - 1ns);
  CHECK_FALSE(breaker.try_acquire());
  environment.exact.advance(1ns);
  CHECK(breaker.try_acquire());
  CHECK(breaker.state() == State::half_open);
}

TEST_CASE("probes are given up by the exact clock") {
  LaggingEnvironment environment;
  environment.lag = 40ms;
  CircuitBreaker breaker{Config{
      .tripper = FailureRate{0.5}, .retry = Cooldown{60s}, .permit = Probes{1, 10s}, .environment = environment}};
  fail(breaker);
  environment.exact.advance(60s);
  const auto lost = breaker.try_acquire();
  REQUIRE(lost);
  environment.exact.advance(10s - 1ns);
  CHECK_FALSE(breaker.try_acquire());
  CHECK(breaker.state() == State::half_open);
  environment.exact.advance(1ns);
  CHECK_FALSE(breaker.try_acquire());
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a call is in a window of short buckets as soon as it is recorded, however the coarse clock lags") {
  LaggingEnvironment environment;
  CircuitBreaker breaker{Config{
      .window = TimeWindow{5ms, 1ms}, .tripper = MinRequests{10} & FailureRate{0.5}, .environment = environment}};
  environment.exact.advance(1h);
  fail(breaker);
  CHECK(breaker.info().metrics == Metrics{1, 1});
  environment.exact.advance(4ms);
  CHECK(breaker.info().metrics == Metrics{1, 1});
  environment.exact.advance(1ms);
  CHECK(breaker.info().metrics == Metrics{});
}

/// Two clocks that are set by hand, back too.
struct SetEnvironment {
  struct Hands {
    std::chrono::steady_clock::time_point exact{};
    std::chrono::steady_clock::time_point coarse{};
  };
  Hands* hands;

  std::chrono::steady_clock::time_point now() const noexcept { return hands->exact; }
  std::chrono::steady_clock::time_point coarse_now() const noexcept { return hands->coarse; }
  static std::chrono::system_clock::time_point wall_now() noexcept { return {}; }
  static double uniform() noexcept { return 0.5; }
};

TEST_CASE("a call behind a jump back of the clock is counted, though the next bucket's time begins meanwhile") {
  using Time = std::chrono::steady_clock::time_point;
  SetEnvironment::Hands hands{Time{20s}, Time{20s}};
  CircuitBreaker breaker{Config{.window = TimeWindow{10s, 1s},
                                .tripper = MinRequests{10} & FailureRate{0.5},
                                .environment = SetEnvironment{&hands}}};
  breaker.try_acquire().success();
  hands = {Time{11s}, Time{11s} - 1ms};
  fail(breaker);
  CHECK(breaker.info().metrics == Metrics{1, 1});
}

TEST_CASE("a coarse clock that lags takes a call one bucket back at most") {
  LaggingEnvironment environment;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{2s, 1s}, .tripper = MinRequests{10} & FailureRate{0.5}, .environment = environment}};
  environment.exact.advance(1h);
  fail(breaker);  // in the bucket before, by the coarse clock
  CHECK(breaker.info().metrics == Metrics{1, 1});
  environment.exact.advance(999ms);
  CHECK(breaker.info().metrics == Metrics{1, 1});
  environment.exact.advance(1ms);
  CHECK(breaker.info().metrics == Metrics{});
}

}  // namespace
