// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Words for tests of what breakers do: calls with an outcome, what was announced, and a breaker that most tests use.

#ifndef FLUXGATE_TESTS_SUPPORT_BREAKERS_HPP
#define FLUXGATE_TESTS_SUPPORT_BREAKERS_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "catch.hpp"
#include "endings.hpp"
#include "exceptions.hpp"

namespace breakers {

using namespace fluxgate;
using namespace std::chrono_literals;
using endings::Fault;
using endings::Stranger;
using std::chrono::nanoseconds;
using Strings = std::vector<std::string>;

template <class Breaker>
void succeed(Breaker& breaker, int times = 1) {
  for (int i = 0; i != times; ++i) called(breaker, [] {});
}

template <class Error = Fault, class Breaker>
void fail(Breaker& breaker, int times = 1) {
  for (int i = 0; i != times; ++i) {
    CAPTURE(i, times);
    CHECK(fails_with<Error>(breaker));
  }
}

/// Whether a call would be admitted now; the call itself is neutral.
template <class Breaker>
bool admits(Breaker& breaker) {
  return static_cast<bool>(breaker.try_acquire());
}

/// The rejection of a call made now; ends the test case when it is admitted.
template <class Breaker>
Rejection rejection_of(Breaker& breaker) {
  const CallResult<int> result = breaker.try_call([] { return 1; });
  REQUIRE_FALSE(result.has_value());
  return result.rejection();
}

template <class Breaker>
std::uint64_t total(const Breaker& breaker) {
  return breaker.info().metrics.total_count();
}

/// What was counted: "calls/failures".
template <class Breaker>
std::string counted(const Breaker& breaker) {
  const Metrics metrics = breaker.info().metrics;
  return std::to_string(metrics.total_count()) + "/" + std::to_string(metrics.failure_count());
}

/// Keeps every signal; copies share one list.
class Journal {
 public:
  void operator()(const Signal& signal) const { signals_->push_back(signal); }
  const std::vector<Signal>& signals() const { return *signals_; }
  /// "closed>open tripped", one for each transition.
  Strings transitions() const {
    Strings all;
    for (const Signal& signal : *signals_) {
      all.push_back(std::string{to_string(signal.old_state)} + ">" + std::string{to_string(signal.new_state)} + " " +
                    std::string{to_string(signal.cause)});
    }
    return all;
  }

 private:
  std::shared_ptr<std::vector<Signal>> signals_ = std::make_shared<std::vector<Signal>>();
};

/// A breaker over ten calls that opens for 60 s and admits every probe.
template <class Tripper, class Permit = AllowAll>
auto make_breaker(const ManualEnvironment& env, Tripper tripper, const Journal& journal = {}, Permit permit = {}) {
  return CircuitBreaker{Config{.name = "db",
                               .window = CountWindow{10},
                               .tripper = tripper,
                               .retry = Cooldown{60s},
                               .permit = permit,
                               .listeners = {journal},
                               .environment = env,
                               .as_written = true}};
}

/// The rule most tests use: at least four calls, half of them failed.
inline constexpr auto half_of_four = MinRequests{4} & FailureRate{0.5};

/// Opens a closed breaker whose rule `half_of_four` satisfies.
template <class Breaker>
void trip(Breaker& breaker) {
  REQUIRE(breaker.state() == State::closed);
  fail(breaker, 4);
  REQUIRE(breaker.state() == State::open);
}

/// Opens it and brings it to HALF_OPEN with a call that says nothing.
template <class Breaker>
void trip_and_retry(Breaker& breaker, const ManualEnvironment& env) {
  trip(breaker);
  ManualEnvironment clock = env;
  clock.advance(60s);
  REQUIRE(admits(breaker));
  REQUIRE(breaker.state() == State::half_open);
}

}  // namespace breakers

#endif
