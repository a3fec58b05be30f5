// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Trippers at their edges: the values at which each fires, those right below, and what tells it from its neighbour.

#include <chrono>
#include <cstdint>
#include <memory>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;

// One thing short of a tripper.
struct Whole {
  bool operator()(const CallContext&) const { return false; }
};
struct NotConst {
  bool operator()(const CallContext&) { return false; }
};
struct OnMutable {
  bool operator()(CallContext&) const { return false; }
};
struct WithoutAnswer {
  void operator()(const CallContext&) const {}
};
struct WithPointer {
  std::unique_ptr<int> kept;
  bool operator()(const CallContext&) const { return false; }
};
struct OnMetrics {
  bool operator()(const Metrics&) const { return false; }
};
static_assert(Tripper<Whole> && !Tripper<NotConst> && !Tripper<OnMutable> && !Tripper<WithoutAnswer>);
static_assert(!Tripper<WithPointer> && !Tripper<OnMetrics>);

constexpr CallContext after(std::uint64_t calls, std::uint64_t failures) {
  return {.metrics = Metrics{calls, failures}};
}
constexpr CallContext in(State state) { return {.state = state, .metrics = Metrics{10, 10}}; }

constexpr State states[] = {State::closed,       State::open,     State::half_open,
                            State::metrics_only, State::disabled, State::forced_open};

/// Calls that succeed and take so long.
template <class Breaker>
void take(Breaker& breaker, ManualEnvironment environment, nanoseconds duration, int times = 1) {
  for (int i = 0; i != times; ++i) called(breaker, [&] { environment.advance(duration); });
}

TEST_CASE("FailureRate fires at its share of the calls, and not at one call less") {
  constexpr FailureRate half{0.5};
  CHECK_FALSE(half(after(0, 1)));  // of no call there is no share
  CHECK_FALSE(half(after(9, 4)));
  CHECK(half(after(10, 5)));
  CHECK_FALSE(half(after(11, 5)));
  CHECK_FALSE(half(after(0, 0)));
}

TEST_CASE("MinRequests fires at its count of calls whatever became of them, and not at one less") {
  constexpr MinRequests ten{10};
  CHECK_FALSE(ten(after(9, 9)));
  CHECK(ten(after(10, 0)));
}

TEST_CASE("FailureStreak fires at its count of failures in a row, and not at as many with a success between them") {
  ManualEnvironment environment;
  auto breaker = make_breaker(environment, FailureStreak{3});
  fail(breaker, 2);
  succeed(breaker);
  fail(breaker, 2);
  CHECK(breaker.state() == State::closed);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("SlowRate with its own threshold fires at its share of calls that reach it, and not a nanosecond below") {
  ManualEnvironment environment;
  auto breaker = make_breaker(environment, MinRequests{4} & SlowRate{0.5, 1s});
  take(breaker, environment, 1s);
  take(breaker, environment, 1s - 1ns, 4);
  CHECK(breaker.state() == State::closed);
  take(breaker, environment, 1s, 2);
  CHECK(breaker.state() == State::closed);  // three of seven
  take(breaker, environment, 1s);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("SlowRate without one fires at its share of calls that reach the breaker's, and not a nanosecond below") {
  ManualEnvironment environment;
  CircuitBreaker breaker{
      Config{.tripper = MinRequests{2} & SlowRate{0.5}, .slow_threshold = 1s, .environment = environment}};
  take(breaker, environment, 1s - 1ns, 2);
  take(breaker, environment, 1s);
  CHECK(breaker.state() == State::closed);  // one of three
  take(breaker, environment, 1s);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("AvgLatency fires at its average, and not a microsecond below") {
  ManualEnvironment environment;
  auto breaker = make_breaker(environment, MinRequests{4} & AvgLatency{2s});
  take(breaker, environment, 2s, 3);
  take(breaker, environment, 2s - 1us);
  CHECK(breaker.state() == State::closed);
  take(breaker, environment, 2s + 1us);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("AvgLatency fires at one call that outweighs the fast ones, where SlowRate does not") {
  ManualEnvironment environment;
  auto average = make_breaker(environment, MinRequests{4} & AvgLatency{2s});
  auto share = make_breaker(environment, MinRequests{4} & SlowRate{0.5, 2s});
  take(average, environment, 0s, 3);
  take(average, environment, 8s);
  take(share, environment, 0s, 3);
  take(share, environment, 8s);
  CHECK(average.state() == State::open);
  CHECK(share.state() == State::closed);
}

TEST_CASE("Closed fires in CLOSED and in no other state") {
  for (const State state : states) {
    CAPTURE(state);
    CHECK(Closed{}(in(state)) == (state == State::closed));
  }
}

TEST_CASE("HalfOpened fires in HALF_OPEN and in no other state") {
  for (const State state : states) {
    CAPTURE(state);
    CHECK(HalfOpened{}(in(state)) == (state == State::half_open));
  }
}

TEST_CASE("Manual fires in no state though all calls failed, and leaves opening to the command") {
  for (const State state : states) {
    CAPTURE(state);
    CHECK_FALSE(Manual{}(in(state)));
  }
  ManualEnvironment environment;
  auto breaker = make_breaker(environment, Manual{});
  fail(breaker, 100);
  CHECK(breaker.state() == State::closed);
  breaker.force_open();
  CHECK(breaker.state() == State::forced_open);
}

}  // namespace
