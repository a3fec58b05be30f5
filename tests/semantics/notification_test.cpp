// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What listeners hear: which transitions, in which order, and the reason in words.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;

}  // namespace

TEST_CASE("a signal says what happened, when and why", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  CircuitBreaker breaker{Config{.name = "payment_api",
                                .window = CountWindow{50},
                                .tripper = MinRequests{50} & FailureRate{0.5},
                                .listeners = {journal},
                                .environment = env}};
  env.advance(5s);
  succeed(breaker, 19);
  fail(breaker, 31);
  REQUIRE(journal.signals().size() == 1);
  const Signal& signal = journal.signals().front();
  CHECK(signal.circuit_name == "payment_api");
  CHECK(signal.old_state == State::closed);
  CHECK(signal.new_state == State::open);
  CHECK(signal.cause == Cause::tripped);
  CHECK(signal.reason == "failure_rate 0.62 >= 0.5");
  CHECK(signal.timestamp == env.wall_now());
  CHECK(signal.metrics.total_count() == 50);
  CHECK(signal.metrics.failure_count() == 31);
  CHECK(breaker.info().name == "payment_api");
  CHECK(breaker.info().changed_at == signal.timestamp);
}

TEST_CASE("the reason names the condition that fired with its value", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  const auto reason = [&] { return journal.signals().empty() ? "" : journal.signals().front().reason; };
  CircuitBreaker breaker{Config{.tripper = FailureStreak{3} | (MinRequests{2} & AvgLatency{2s}) | SlowRate{0.9, 10s},
                                .listeners = {journal},
                                .environment = env}};
  SECTION("a streak") {
    succeed(breaker, 20);
    fail(breaker, 3);
    CHECK(reason() == "consecutive_failures 3 >= 3");
  }
  SECTION("latency") {
    succeed(breaker);
    called(breaker, [&] { env.advance(5s); });
    CHECK(reason() == "avg_duration 2500ms >= 2s");
  }
  SECTION("a slow rate") {
    called(breaker, [&] { env.advance(10s); });
    CHECK(reason() == "slow_rate 1 >= 0.9");
  }
}

TEST_CASE("the reason names all conditions that fired, with three digits", "[semantics]") {
  ManualEnvironment env;
  const auto reason = [&](auto tripper) {
    const Journal journal;
    CircuitBreaker breaker{"late", tripper, journal, env};
    succeed(breaker);
    for (int i = 0; i != 2; ++i) {
      CAPTURE(i);
      CHECK(fails_with(breaker, Fault{}, [&] { env.advance(2s); }));
    }
    return journal.signals().empty() ? "" : journal.signals().front().reason;
  };
  CHECK(reason(MinRequests{3} & FailureRate{0.5}) == "failure_rate 0.667 >= 0.5");
  CHECK(reason(FailureStreak{2} & SlowRate{0.5, 1s}) == "consecutive_failures 2 >= 2 and slow_rate 0.667 >= 0.5");
  CHECK(reason(FailureStreak{2} & (MinRequests{3} | AvgLatency{1h})) == "consecutive_failures 2 >= 2");
  CHECK(reason(FailureStreak{2} | (MinRequests{3} & FailureRate{0.25})) ==
        "consecutive_failures 2 >= 2 or failure_rate 0.667 >= 0.25");
  CHECK(reason(FailureStreak{2} | (MinRequests{3} & FailureRate{0.75})) == "consecutive_failures 2 >= 2");
}

TEST_CASE("the reason of an opening is the tripper's words, though it would not fire again", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  bool fires = true;
  CircuitBreaker breaker{Config{.tripper = [&](const CallContext&) { return std::exchange(fires, false); },
                                .listeners = {journal},
                                .environment = env}};
  succeed(breaker);
  REQUIRE(journal.transitions() == Strings{"closed>open tripped"});
  CHECK(journal.signals().front().reason == "custom");
}

TEST_CASE("transitions are announced once each, in order, with growing numbers", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  trip(breaker);
  env.advance(60s);
  fail(breaker, 4);
  env.advance(60s);
  succeed(breaker, 4);
  breaker.disable();
  breaker.metrics_only();
  breaker.force_open();
  breaker.reset();
  CHECK(journal.transitions() == Strings{"closed>open tripped", "open>half_open retry_due", "half_open>open tripped",
                                         "open>half_open retry_due", "half_open>closed recovered",
                                         "closed>disabled manual", "disabled>metrics_only manual",
                                         "metrics_only>forced_open manual", "forced_open>closed manual"});
  const std::vector<Signal>& signals = journal.signals();
  for (std::size_t i = 1; i < signals.size(); ++i) {
    CAPTURE(i);
    CHECK(signals[i].sequence == signals[i - 1].sequence + 1);
    CHECK(signals[i].old_state == signals[i - 1].new_state);
    CHECK(signals[i].timestamp >= signals[i - 1].timestamp);
  }
}

TEST_CASE("a silent command reaches no listener and takes a number", "[semantics]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, half_of_four, journal);
  breaker.disable();
  const std::uint64_t before = journal.signals().back().sequence;
  breaker.metrics_only(Notify::no);
  breaker.force_open(Notify::no);
  breaker.force_open(1s, Notify::no);
  breaker.disable(Notify::no);
  breaker.reset(Notify::no);
  CHECK(breaker.state() == State::closed);
  CHECK(journal.transitions() == Strings{"closed>disabled manual"});
  breaker.force_open();
  CHECK(journal.transitions() == Strings{"closed>disabled manual", "closed>forced_open manual"});
  CHECK(journal.signals().back().sequence == before + 6);
  breaker.reset(Notify::no);
  breaker.force_open(1s, Notify::no);
  env.advance(1s);
  CHECK(admits(breaker));
  CHECK(journal.transitions().back() == "forced_open>half_open retry_due");
}

TEST_CASE("a listener may call back, and every listener hears one transition at a time, in order", "[semantics]") {
  const ManualEnvironment env;
  Strings heard;
  int depth = 0;
  std::function<void()> call_back;
  const auto listener = [&](const std::string& name, bool calls_back) {
    return [&, name, calls_back](const Signal& signal) {
      CHECK(++depth == 1);
      heard.push_back(name + " " + std::string{to_string(signal.new_state)});
      if (calls_back && signal.new_state == State::open) call_back();
      --depth;
    };
  };
  CircuitBreaker breaker{Config{.window = CountWindow{10},
                                .tripper = half_of_four,
                                .listeners = {listener("first", true), listener("second", false)},
                                .environment = env}};
  call_back = [&] {
    CHECK(breaker.state() == State::open);
    breaker.reset();
    succeed(breaker);
    CHECK(total(breaker) == 1);
  };
  fail(breaker, 4);
  CHECK(heard == Strings{"first open", "second open", "first closed", "second closed"});
  CHECK(breaker.state() == State::closed);
  CHECK(total(breaker) == 1);
}

#if defined(__cpp_exceptions)
TEST_CASE("what a listener throws reaches the hook and nothing else", "[semantics]") {
  const ManualEnvironment env;
  const Journal journal;
  Strings hooked;
  const bool hook_throws = GENERATE(false, true);
  CircuitBreaker breaker{Config{.tripper = FailureRate{0.5},
                                .listeners = {[](const Signal&) { throw std::logic_error{"listener"}; }, journal},
                                .on_listener_error =
                                    [&](const Signal& signal, const std::exception_ptr& error) {
                                      try {
                                        std::rethrow_exception(error);
                                      } catch (const std::logic_error& e) {
                                        hooked.push_back(std::string{to_string(signal.new_state)} + " " + e.what());
                                      }
                                      if (hook_throws) throw std::logic_error{"hook"};
                                    },
                                .environment = env}};
  fail(breaker);
  CHECK(breaker.state() == State::open);
  breaker.reset();
  CHECK(breaker.state() == State::closed);
  CHECK(hooked == Strings{"open listener", "closed listener"});
  CHECK(journal.signals().size() == 2);
}

TEST_CASE("what a listener throws is dropped without a hook", "[semantics]") {
  const ManualEnvironment env;
  CircuitBreaker breaker{
      Config{.tripper = FailureRate{0.5}, .listeners = {[](const Signal&) { throw 1; }}, .environment = env}};
  fail(breaker);
  breaker.reset();
  CHECK(breaker.state() == State::closed);
}
#endif
