// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Windows at their edges: the last moment at which each holds a call, and the first at which it does not.

#include <chrono>
#include <memory>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

// One thing short of a window.
template <class Atomics, Needs needs>
struct SomeRecorder {};
struct Whole {
  template <class Atomics, Needs needs>
  using recorder = SomeRecorder<Atomics, needs>;
};
struct WithoutNeeds {
  template <class Atomics>
  using recorder = SomeRecorder<Atomics, Needs{}>;
};
struct OneRecorder {
  using recorder = SomeRecorder<int, Needs{}>;
};
struct WithPointer : Whole {
  std::unique_ptr<int> kept;
};
struct Longer : CountWindow {
  using CountWindow::CountWindow;
};
static_assert(Window<Whole> && !Window<WithoutNeeds> && !Window<OneRecorder> && !Window<WithPointer>);
static_assert(!Window<Longer>);  // its recorder would be that of another window

TEST_CASE("CountWindow holds a call until as many as its size have followed, however late they come") {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.window = CountWindow{3}, .tripper = Manual{}, .environment = environment}};
  fail(breaker);
  environment.advance(24h);
  succeed(breaker, 2);
  CHECK(breaker.info().metrics == Metrics{3, 1});
  succeed(breaker);
  CHECK(breaker.info().metrics == Metrics{3, 0});
}

TEST_CASE("TimeWindow holds a call until its span is over and not a nanosecond longer, however many follow") {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.window = TimeWindow{10s}, .tripper = Manual{}, .environment = environment}};
  fail(breaker);
  succeed(breaker, 1'000);
  environment.advance(10s - 1ns);
  CHECK(breaker.info().metrics == Metrics{1'001, 1});
  environment.advance(1ns);
  CHECK(breaker.info().metrics == Metrics{});
}

TEST_CASE("TimeWindow drops a call with its bucket, the first call of the next bucket a bucket later") {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.window = TimeWindow{10s, 2s}, .tripper = Manual{}, .environment = environment}};
  environment.advance(2s - 1ns);
  fail(breaker);
  environment.advance(1ns);
  fail(breaker);
  environment.advance(8s - 1ns);
  CHECK(breaker.info().metrics == Metrics{2, 2});
  environment.advance(1ns);
  CHECK(breaker.info().metrics == Metrics{1, 1});
  environment.advance(2s - 1ns);
  CHECK(breaker.info().metrics == Metrics{1, 1});
  environment.advance(1ns);
  CHECK(breaker.info().metrics == Metrics{});
}

}  // namespace
