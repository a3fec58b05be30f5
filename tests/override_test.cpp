// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/override.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace breakers;

constexpr std::string_view longest =
    "0123456789012345678901234567890123456789012345678901234567890123"
    "4567890123456789012345678901234567890123456789012345678901234567";
static_assert(longest.size() == Override::longest_reason);

/// The command that leads to this state.
template <class Breaker>
void command(Breaker& breaker, State state, const Override& given) {
  switch (state) {
    case State::disabled: return breaker.disable(given);
    case State::metrics_only: return breaker.metrics_only(given);
    default: return breaker.force_open(given);
  }
}

constexpr auto overrides = {State::forced_open, State::disabled, State::metrics_only};

}  // namespace

TEST_CASE("an override's reason is that of its signal, and of info() while the state lasts") {
  for (const State state : overrides) {
    CAPTURE(to_string(state));
    const ManualEnvironment env;
    std::vector<Signal> signals;
    CircuitBreaker breaker{Config{.name = "payment",
                                  .listeners = {[&](const Signal& signal) { signals.push_back(signal); }},
                                  .environment = env}};
    command(breaker, state, Override{.reason = "INC-42"});
    CHECK(breaker.state() == state);
    REQUIRE(signals.size() == 1);
    CHECK(signals[0].reason == "INC-42");
    CHECK(signals[0].cause == Cause::manual);
    CHECK(breaker.info().reason == "INC-42");
    breaker.reset();
    CHECK(breaker.info().reason.empty());
    CHECK(signals.back().reason == "reset()");
  }
}

TEST_CASE("a reason is copied, and may be as long as 128 bytes") {
  CircuitBreaker breaker{Config{.name = "payment"}};
  for (const std::string_view reason :
       {longest, std::string_view{"a"}, std::string_view{"abcd"}, std::string_view{"abcde"},
        std::string_view{"\xc3\xa9t\xc3\xa9 \n\"x\""}, longest.substr(1)}) {
    CAPTURE(reason);
    {
      const std::string own{reason};
      breaker.disable(Override{.reason = own});
    }
    CHECK(breaker.info().reason == reason);
  }
  breaker.disable();
  CHECK(breaker.info().reason.empty());
}

TEST_CASE("a later override's reason takes the place of an earlier one's") {
  CircuitBreaker breaker{Config{.name = "payment"}};
  breaker.force_open(Override{.reason = "the first of two incidents"});
  breaker.force_open(Override{.reason = "INC-43"});
  CHECK(breaker.info().reason == "INC-43");
  breaker.metrics_only(Override{});
  CHECK(breaker.info().reason.empty());
}

TEST_CASE("DISABLED and METRICS_ONLY end in CLOSED, by the first call after their time") {
  for (const State state : {State::disabled, State::metrics_only}) {
    CAPTURE(to_string(state));
    ManualEnvironment env;
    const Journal journal;
    auto breaker = make_breaker(env, half_of_four, journal);
    fail(breaker);
    command(breaker, state, Override{.lasting = 10min});
    CHECK(breaker.info().override_ends_after == 10min);
    env.advance(10min - 1us);
    fail(breaker, 5);
    CHECK(breaker.state() == state);
    CHECK(breaker.info().override_ends_after == 1us);
    env.advance(1us);
    CHECK(breaker.state() == state);
    CHECK(breaker.info().override_ends_after == 0us);
    CHECK(breaker.would_admit());
    CHECK(admits(breaker));
    CHECK(breaker.state() == State::closed);
    CHECK(breaker.info().override_ends_after == std::nullopt);
    CHECK(total(breaker) == 0);
    CHECK(journal.transitions() == Strings{"closed>" + std::string{to_string(state)} + " manual",
                                           std::string{to_string(state)} + ">closed override_ended"});
    fail(breaker, 4);
    CHECK(breaker.state() == State::open);
  }
}

TEST_CASE("the call that ends an override counts in CLOSED") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, FailureStreak{1});
  breaker.metrics_only(Override{.lasting = 1s});
  env.advance(1s);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a call that an override let through no longer counts when it has ended") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, FailureStreak{1});
  breaker.metrics_only(Override{.lasting = 1s});
  auto late = breaker.try_acquire();
  env.advance(1s);
  succeed(breaker);
  REQUIRE(breaker.state() == State::closed);
  late.failure();
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 1);
}

TEST_CASE("FORCED_OPEN with a time goes to HALF_OPEN after it, as force_open(duration) does") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  breaker.force_open(Override{.reason = "INC-42", .lasting = 30s});
  CHECK(breaker.info().retry_after == 30s);
  CHECK(breaker.info().override_ends_after == 30s);
  env.advance(29s);
  CHECK_FALSE(admits(breaker));
  env.advance(1s);
  CHECK(admits(breaker));
  CHECK(breaker.state() == State::half_open);
  CHECK(breaker.info().reason.empty());
  CHECK(journal.transitions() == Strings{"closed>forced_open manual", "forced_open>half_open retry_due"});
}

TEST_CASE("an override without a time lasts until the next command, and one with a time no longer than that") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  for (const State state : overrides) {
    CAPTURE(to_string(state));
    command(breaker, state, Override{.lasting = 1s});
    command(breaker, state, Override{});
    CHECK(breaker.info().override_ends_after == std::nullopt);
    env.advance(1000h);
    admits(breaker);
    CHECK(breaker.state() == state);
  }
  breaker.disable(Override{.lasting = 1s});
  breaker.disable(Override{.lasting = 1h});
  env.advance(1s);
  CHECK(admits(breaker));
  CHECK(breaker.state() == State::disabled);
}

TEST_CASE("the end of an override says what ended, and how long it was") {
  ManualEnvironment env;
  std::string reason;
  CircuitBreaker breaker{Config{
      .name = "payment", .listeners = {[&](const Signal& signal) { reason = signal.reason; }}, .environment = env}};
  breaker.disable(Override{.reason = "INC-42", .lasting = 90s});
  env.advance(90s);
  admits(breaker);
  CHECK(reason == "disable() lasted 90s");
}

TEST_CASE("a silent override is announced to no listener, and its end is") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  breaker.disable(Override{.reason = "INC-42", .lasting = 1s, .notify = Notify::no});
  CHECK(breaker.info().reason == "INC-42");
  CHECK(journal.transitions().empty());
  env.advance(1s);
  admits(breaker);
  CHECK(journal.transitions() == Strings{"disabled>closed override_ended"});
}

TEST_CASE("an override out of range is refused by name, and changes nothing") {
  CircuitBreaker breaker{Config{.name = "payment"}};
  const std::string prefix = "circuit breaker 'payment': Override: ";
  for (const State state : overrides) {
    CAPTURE(to_string(state));
    const auto refused = [&](const Override& given) { return refusal([&] { command(breaker, state, given); }); };
    CHECK(refused(Override{.lasting = 0s}) == prefix + "lasting 0s is not in (0s, 292 years]");
    CHECK(refused(Override{.lasting = -3ms}) == prefix + "lasting -3ms is not in (0s, 292 years]");
    CHECK(refused(Override{.reason = std::string_view{"a\0b", 3}}) == prefix + "reason has a NUL; it must have none");
    const std::string too_long = std::string{longest} + "x";
    CHECK(refused(Override{.reason = too_long}) == prefix + "reason of 129 bytes is not in [0, 128] bytes");
    CHECK(breaker.state() == State::closed);
    CHECK(breaker.info().reason.empty());
    command(breaker, state, Override{.lasting = 1ns});
    CHECK(breaker.state() == state);
    breaker.reset();
  }
}

TEST_CASE("a duration of any unit is taken, and one that no clock reaches lasts until the next command") {
  ManualEnvironment env;
  auto breaker = make_breaker(env, half_of_four);
  breaker.disable(Override{.lasting = std::chrono::duration<double, std::ratio<60>>{0.5}});
  CHECK(breaker.info().override_ends_after == 30s);
  breaker.disable(Override{.lasting = std::chrono::years{1'000}});
  CHECK(breaker.info().override_ends_after == std::nullopt);
}

TEST_CASE("a coroutine's breaker takes overrides, too") {
  ManualEnvironment env;
  AsyncCircuitBreaker breaker{Config{.name = "payment", .environment = env}};
  for (const State state : overrides) {
    CAPTURE(to_string(state));
    command(breaker, state, Override{.reason = "INC-42", .lasting = 1min});
    CHECK(breaker.state() == state);
    CHECK(breaker.info().reason == "INC-42");
    CHECK(breaker.info().override_ends_after == 1min);
  }
}
