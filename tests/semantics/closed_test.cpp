// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What CLOSED means: which outcomes are recorded, when the tripper is asked, and when it opens.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

}  // namespace

TEST_CASE("a closed breaker opens at the outcome that makes the tripper true, not before", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  fail(breaker, 3);
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 3);
  fail(breaker);
  CHECK(breaker.state() == State::open);
  CHECK(journal.transitions() == Strings{"closed>open tripped"});
}

TEST_CASE("a success can trip a closed breaker", "[semantics]") {
  const ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  fail(breaker, 2);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
  succeed(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a closed breaker asks the tripper at every recorded outcome and at no other", "[semantics]") {
  const ManualEnvironment env;
  const auto asked = std::make_shared<int>(0);
  CircuitBreaker breaker{Config{.window = CountWindow{3},
                                .tracker = TypeOf<Fault>{},
                                .tripper = [asked](const CallContext&) { return ++*asked < 0; },
                                .environment = env}};
  succeed(breaker, 5);
  CHECK(*asked == 5);
  fail(breaker);
  CHECK(*asked == 6);
  fail<Stranger>(breaker);
  CHECK(*asked == 6);
  breaker.try_acquire().ignore();
  CHECK(*asked == 6);
}

namespace {

/// Counts how often it is asked.
struct Asked {
  static constexpr TripperTraits traits{.needs = {.context_only = false}};
  int* times;
  bool operator()(const CallContext&) const {
    ++*times;
    return false;
  }
};

}  // namespace

TEST_CASE("a tripper that depends on more than the context is asked at every outcome, though nothing changes",
          "[semantics]") {
  const ManualEnvironment env;
  int times = 0;
  auto breaker = make_breaker(env, Asked{&times});
  succeed(breaker, 30);
  CHECK(times == 30);
}

TEST_CASE("an untracked failure is neutral", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = CountWindow{10},
                                .tracker = TypeOf<Fault>{},
                                .tripper = FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .environment = env}};
  fail<Stranger>(breaker, 3);
  CHECK(total(breaker) == 0);
  CHECK(breaker.state() == State::closed);
  fail(breaker);
  env.advance(60s);
  fail<Stranger>(breaker, 3);
  CHECK(breaker.state() == State::half_open);
  CHECK(total(breaker) == 0);
}

TEST_CASE("an untracked failure does not end a streak, a success does", "[semantics]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tracker = TypeOf<Fault>{}, .tripper = FailureStreak{3}, .retry = Never{}, .environment = env}};
  fail(breaker, 2);
  succeed(breaker);
  fail(breaker, 2);
  CHECK(breaker.state() == State::closed);
  fail<Stranger>(breaker);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}
