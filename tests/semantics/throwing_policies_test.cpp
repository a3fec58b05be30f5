// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Policies that throw: the call gives what it would give without them, and they have no say.

#include <chrono>
#include <string>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

}  // namespace

TEST_CASE("the call's own outcome wins over a tracker that throws", "[semantics]") {
  const ManualEnvironment env;
  SECTION("a predicate on an exception: does not count") {
    CircuitBreaker breaker{Config{.tracker = Custom{[](const Fault&) -> bool { throw Stranger{}; }},
                                  .tripper = FailureRate{0.5},
                                  .environment = env}};
    fail(breaker, 3);
    CHECK(breaker.state() == State::closed);
    CHECK(breaker.info().metrics.failure_count() == 0);
  }
  SECTION("a predicate on a result: the value is returned") {
    CircuitBreaker breaker{Config{.tracker = OnResult{[](const int&) -> bool { throw Stranger{}; }},
                                  .tripper = FailureRate{0.5},
                                  .environment = env}};
    CHECK(breaker.call([] { return 7; }) == 7);
    CHECK(breaker.state() == State::closed);
    CHECK(breaker.info().metrics.failure_count() == 0);
  }
}

TEST_CASE("the call's own outcome wins over a tripper that throws", "[semantics]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = [](const CallContext&) -> bool { throw Stranger{}; }, .environment = env}};
  CHECK(breaker.call([] { return 7; }) == 7);
  fail(breaker, 3);
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 4);
}

TEST_CASE("a tripper that throws on a round of Probes does not fire on it", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = [](const CallContext& context) -> bool {
                                  if (context.state == State::half_open) throw Stranger{};
                                  return context.metrics.failure_count() != 0;
                                },
                                .retry = Cooldown{60s},
                                .permit = Probes{2, 10s},
                                .environment = env}};
  fail(breaker);
  env.advance(60s);
  fail(breaker);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("a policy that throws leaves the other side of an | its say", "[semantics]") {
  const auto throws = [](const CallContext&) -> bool { throw Stranger{}; };
  const auto rate = MinRequests{3} & FailureRate{0.5};
  const auto opens = [](auto tripper) {
    ManualEnvironment env;
    CircuitBreaker breaker{Config{.tripper = tripper, .environment = env, .as_written = true}};
    fail(breaker, 3);
    return breaker.state() == State::open;
  };
  CHECK(opens(throws | rate));
  CHECK(opens(rate | throws));
  CHECK(opens((throws | Closed{}) & rate));
  CHECK_FALSE(opens((throws & Closed{}) | (HalfOpened{} & rate)));

  const auto puzzled = Custom{[](const Fault&) -> bool { throw Stranger{}; }};
  const auto counts = [](auto tracker) {
    CircuitBreaker breaker{Config{.tracker = tracker, .as_written = true}};
    fail(breaker);
    return breaker.info().metrics.failure_count() == 1;
  };
  CHECK(counts(puzzled | TypeOf<Fault>{}));
  CHECK(counts(TypeOf<Fault>{} | puzzled));
  CHECK_FALSE(counts(puzzled | TypeOf<Stranger>{}));
  CHECK_FALSE(counts(puzzled & TypeOf<Fault>{}));
  CHECK_FALSE(counts(~puzzled));
}

TEST_CASE("a permit that throws refuses", "[semantics]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = [](const PermitContext&) -> bool { throw Stranger{}; },
                                .environment = env}};
  fail(breaker);
  env.advance(60s);
  CHECK(rejection_of(breaker).state == State::half_open);
}

namespace {

/// Cannot say what it is.
struct Mute : TripperOperand<Mute> {
  static constexpr TripperTraits traits{};
  bool operator()(const CallContext&) const { return true; }
  static std::string describe() { throw Stranger{}; }
};

}  // namespace

TEST_CASE("a tripper whose description throws opens a breaker with listeners all the same", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, Mute{} & FailureRate{0.5}, journal);
  fail(breaker);
  CHECK(breaker.state() == State::open);
  REQUIRE(journal.signals().size() == 1);
  CHECK(journal.signals().front().reason.empty());
}
