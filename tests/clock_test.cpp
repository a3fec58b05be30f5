// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How often a call reads the clock.

#include <fluxgate/fluxgate.hpp>

#include <chrono>
#include <memory>
#include <system_error>

#include "catch.hpp"

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
  breaker.call([] { return std::error_code{}; });
  breaker.call([] { return std::make_error_code(std::errc::timed_out); });
  return *environment.reads;
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

TEST_CASE("a closed call over a time window without a latency condition reads the coarse clock once") {
  const CountingEnvironment environment;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{10} & FailureRate{0.5}, .environment = environment}};
  const Reads reads = reads_of(breaker, environment);
  CHECK(reads.exact == 0);
  CHECK(reads.coarse == 2);
}

}  // namespace
