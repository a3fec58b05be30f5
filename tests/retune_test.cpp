// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Other numbers for a running breaker.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/registry.hpp>
#include <fluxgate/testing.hpp>
#include <fluxgate/text/text_config.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace breakers;

struct Numbers {
  double rate = 0.5;
  std::uint64_t minimum = 4;
  nanoseconds cooldown = 10s;
  std::uint64_t probes = 2;
  nanoseconds patience = 30s;
};

/// The breaker of the service `db` with these numbers.
auto config(const Numbers& n, const ManualEnvironment& env = {}) {
  return Config{
      .name = "db",
      .window = CountWindow{10},
      .tripper = (Closed{} & MinRequests{n.minimum} & FailureRate{n.rate}) | (HalfOpened{} & FailureRate{n.rate}),
      .retry = Cooldown{n.cooldown},
      .permit = Probes{n.probes, n.patience},
      .environment = env,
      .as_written = true,
  };
}

/// Takes `n` places of a round.
template <class Breaker>
auto admitted(Breaker& breaker) {
  auto admission = breaker.try_acquire();
  REQUIRE(admission);
  return admission;
}

/// What a tracker holds, and can be compared.
struct Above {
  int least;
  bool operator()(const int& number) const { return number >= least; }
  friend bool operator==(const Above&, const Above&) = default;
};

}  // namespace

TEST_CASE("the next outcome is judged by the new numbers, on the evidence that there is") {
  ManualEnvironment env;
  CircuitBreaker breaker{config({.rate = 0.9}, env)};
  succeed(breaker, 5);
  fail(breaker, 4);
  CHECK(breaker.state() == State::closed);

  breaker.retune(config({.rate = 0.4}));
  CHECK(breaker.state() == State::closed);  // state and evidence are kept
  CHECK(counted(breaker) == "9/4");
  SECTION("a failure opens") { fail(breaker); }
  SECTION("so does a success that leaves the rate where it is, or above") { succeed(breaker); }
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a success that changes nothing in the window is judged by new numbers, too") {
  CircuitBreaker breaker{config({.rate = 0.9})};
  succeed(breaker, 7);
  fail(breaker, 3);
  breaker.retune(config({.rate = 0.3}));
  CHECK(breaker.state() == State::closed);
  succeed(breaker);  // in place of a success
  CHECK(breaker.state() == State::open);
}

TEST_CASE("an opening keeps its delay, the next one has the new") {
  ManualEnvironment env;
  CircuitBreaker breaker{config({.cooldown = 10s}, env)};
  fail(breaker, 4);
  REQUIRE(breaker.state() == State::open);
  breaker.retune(config({.cooldown = 60s}));
  CHECK(rejection_of(breaker) == Rejection{State::open, 10s, "db"});
  env.advance(10s);
  fail(breaker);
  CHECK(rejection_of(breaker) == Rejection{State::open, 60s, "db"});
}

TEST_CASE("a round of probes follows the new number") {
  ManualEnvironment env;
  CircuitBreaker breaker{config({.rate = 1, .probes = 3}, env)};
  fail(breaker, 4);
  env.advance(10s);

  SECTION("more places at once") {
    succeed(breaker, 2);
    breaker.retune(config({.rate = 1, .probes = 4}));
    succeed(breaker, 1);
    CHECK(breaker.state() == State::half_open);
    succeed(breaker, 1);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("fewer than have ended: the next call finds the verdict") {
    succeed(breaker, 2);
    breaker.retune(config({.rate = 1, .probes = 1}));
    CHECK(breaker.would_admit());
    CHECK(admits(breaker));
    CHECK(breaker.state() == State::closed);
  }
  SECTION("fewer than have ended, all of them failures") {
    breaker.retune(config({.rate = 1, .probes = 5}));
    fail(breaker, 2);
    CHECK(breaker.state() == State::half_open);
    breaker.retune(config({.rate = 1, .probes = 1}));
    CHECK(rejection_of(breaker).state == State::open);
    CHECK(breaker.info().reopens == 1);
  }
  SECTION("fewer than are taken: no more, and lost after the new patience") {
    const auto first = admitted(breaker);
    const auto second = admitted(breaker);
    breaker.retune(config({.rate = 1, .probes = 1, .patience = 2s}));
    CHECK_FALSE(breaker.would_admit());
    CHECK(rejection_of(breaker).state == State::half_open);
    env.advance(2s);
    CHECK(rejection_of(breaker).state == State::open);
  }
}

TEST_CASE("what is slow changes for calls to come, and thresholds that stay keep their calls") {
  ManualEnvironment env;
  const auto slow = [&](nanoseconds a, nanoseconds b, nanoseconds own) {
    return Config{.name = "db",
                  .window = CountWindow{10},
                  .tripper = SlowRate{1, a} | SlowRate{0.9, b},
                  .retry = Cooldown{1s},
                  .permit = AllowAll{},
                  .slow_threshold = own,
                  .environment = env,
                  .as_written = true};
  };
  CircuitBreaker breaker{slow(2s, 4s, 1s)};
  const auto take = [&](nanoseconds time) { called(breaker, [&] { env.advance(time); }); };
  take(0s);
  take(3s);
  take(5s);
  const auto counts = [&] {
    const Metrics metrics = breaker.info().metrics;
    std::string text = std::to_string(metrics.slow_count());
    for (const auto threshold : {2s, 4s, 6s}) text += " " + std::to_string(metrics.slow_count(threshold));
    return text;
  };
  CHECK(counts() == "2 2 1 0");
  breaker.retune(slow(4s, 2s, 1s));  // the other way round
  CHECK(counts() == "2 2 1 0");
  breaker.retune(slow(6s, 4s, 1s));
  take(7s);
  CHECK(breaker.info().metrics.slow_count(4s) == 2);
  // What stood in the place of a threshold is counted for it until the window has forgotten it.
  CHECK(breaker.info().metrics.slow_count(6s) == 3);
  breaker.retune(slow(6s, 4s, 100s));
  take(50s);
  CHECK(breaker.info().metrics.slow_count() == 3);
}

TEST_CASE("a slow_threshold may change or go where calls are timed") {
  ManualEnvironment env;
  auto with = [&](SlowThreshold threshold) {
    auto all = config({}, env);
    all.slow_threshold = threshold;
    return all;
  };
  CircuitBreaker breaker{with(1s)};
  breaker.retune(with(5s));
  called(breaker, [&] { env.advance(3s); });
  CHECK(breaker.info().metrics.slow_count() == 0);
  CHECK(breaker.describe().slow_threshold == "5s");
  breaker.retune(with(std::nullopt));
  called(breaker, [&] { env.advance(30s); });
  CHECK(breaker.info().metrics.slow_count() == 0);
  CHECK(breaker.describe().slow_threshold.empty());
}

TEST_CASE("a late outcome is slow or not by the new numbers") {
  ManualEnvironment env;
  const auto with = [&](nanoseconds slow) {
    return Config{.name = "db", .slow_threshold = slow, .environment = env, .stats = CallStats{}, .as_written = true};
  };
  CircuitBreaker breaker{with(1s)};
  auto admission = admitted(breaker);
  auto other = admitted(breaker);
  breaker.reset();
  env.advance(3s);
  breaker.retune(with(10s));
  admission.success();
  CHECK(breaker.call_counts().slow == 0);
  breaker.retune(with(2s));
  other.success();
  CHECK(breaker.call_counts().slow == 1);
}

TEST_CASE("numbers change in every state, and commands use the new ones") {
  ManualEnvironment env;
  for (const State state : {State::disabled, State::metrics_only, State::forced_open}) {
    CAPTURE(to_string(state));
    CircuitBreaker breaker{config({}, env)};
    state == State::disabled       ? breaker.disable()
    : state == State::metrics_only ? breaker.metrics_only()
                                   : breaker.force_open(5s);
    breaker.retune(config({.rate = 0.1, .minimum = 1, .cooldown = 1s}));
    CHECK(breaker.state() == state);
    breaker.reset();
    fail(breaker);
    CHECK(rejection_of(breaker) == Rejection{State::open, 1s, "db"});
  }
}

TEST_CASE("describe() tells the numbers that decide") {
  CircuitBreaker breaker{config({})};
  breaker.retune(config({.rate = 0.25, .minimum = 7, .cooldown = 3s, .probes = 4, .patience = 5s}));
  CHECK(to_string(breaker.describe()) ==
        "window CountWindow{10}, tracker All{}, tripper (((Closed{} & MinRequests{7}) & FailureRate{0.25}) | "
        "(HalfOpened{} & FailureRate{0.25})), retry Cooldown{3s}, permit Probes{4, 5s}");
}

TEST_CASE("what cannot change is refused by name, and nothing changes") {
  auto first = config({});
  first.labels = {{"team", "pay"}};
  CircuitBreaker breaker{first};
  const PolicyTexts before = breaker.describe();
  const auto refused = [&](auto change) {
    auto other = config({.rate = 0.1, .minimum = 1});
    change(other);
    return refusal([&] { breaker.retune(other); });
  };
  CHECK(refused([](auto& c) { c.window = CountWindow{20}; }) ==
        "circuit breaker 'db': retune: window CountWindow{20} must stay CountWindow{10}");
  CHECK(refused([](auto& c) { c.name = "cache"; }) == "circuit breaker 'db': retune: name 'cache' must stay 'db'");
  CHECK(refused([](auto& c) { c.labels = {{"team", "web"}}; }) ==
        "circuit breaker 'db': retune: labels {team=\"web\"} must stay {team=\"pay\"}");
  CHECK(refused([](auto& c) { c.slow_threshold = 3s; }) ==
        "circuit breaker 'db': retune: slow_threshold 3s must stay absent, since the breaker was made to measure no "
        "times");
  CHECK(refused([](auto& c) { c.permit = Probes{11, 1s}; }) ==
        "circuit breaker 'db': retune: Probes: count 11 is not in [1, 10], for which the breaker was made with room");
  CHECK(refused([](auto& c) { c.tripper = config({.minimum = 11}).tripper; }) ==
        "circuit breaker 'db': MinRequests: count 11 can never be reached over CountWindow{10}");
  CHECK(breaker.describe() == before);
  fail(breaker);
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("a tracker of other values is refused") {
  const auto above = [](int least) {
    return Config{.name = "db", .tracker = OnResult{Above{least}}, .as_written = true};
  };
  CircuitBreaker breaker{above(3)};
  breaker.retune(above(3));
  CHECK(refusal([&] { breaker.retune(above(4)); }).starts_with("circuit breaker 'db': retune: tracker "));
}

TEST_CASE("a name and labels that are left out stay, and listeners and environment are not looked at") {
  ManualEnvironment env;
  const Journal journal;
  const Journal other;
  auto first = config({}, env);
  first.listeners = {journal};
  CircuitBreaker breaker{first};
  auto second = config({.minimum = 1}, ManualEnvironment{});
  second.name = "default";
  second.listeners = {other};
  breaker.retune(second);
  fail(breaker);
  CHECK(breaker.name() == "db");
  CHECK(journal.transitions() == Strings{"closed>open tripped"});
  CHECK(other.transitions().empty());
  env.advance(10s);
  CHECK(admits(breaker));
}

TEST_CASE("a listener may retune, and a call may") {
  ManualEnvironment env;
  using Breaker = CircuitBreaker<CountWindow, decltype(config({}).tracker), decltype(config({}).tripper), Cooldown,
                                 Probes, ManualEnvironment>;
  Breaker* told = nullptr;
  auto first = config({}, env);
  first.listeners = {[&](const Signal& signal) {
    if (signal.new_state == State::open) told->retune(config({.minimum = 1, .cooldown = 1min}));
  }};
  Breaker breaker{first};
  told = &breaker;
  fail(breaker, 4);
  CHECK(rejection_of(breaker).retry_after == nanoseconds{10s});
  breaker.reset();
  called(breaker, [&] { breaker.retune(config({.minimum = 2})); });
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("numbers that were replaced are freed: the first set and the newest are left") {
  const auto witness = std::make_shared<int>();
  const auto numbers = [&](std::uint64_t minimum) {
    return Config{.tripper = MinRequests{minimum} & [witness](const CallContext&) { return true; }, .as_written = true};
  };
  {
    CircuitBreaker breaker{numbers(1)};
    for (std::uint64_t minimum = 2; minimum != 100; ++minimum) {
      CAPTURE(minimum);
      breaker.retune(numbers(minimum));
      REQUIRE(witness.use_count() == 1 + 2);
    }
  }
  CHECK(witness.use_count() == 1);
}

TEST_CASE("an asynchronous breaker and those of a registry take other numbers") {
  AsyncCircuitBreaker asynchronous{config({})};
  asynchronous.retune(config({.minimum = 9}));
  CHECK(asynchronous.describe().tripper.find("MinRequests{9}") != std::string::npos);

  CircuitBreakerRegistry peers{[](const std::string&) { return config({}); }};
  const auto peer = peers["a"];
  peers.for_each([](const std::string&, auto& breaker) { breaker.retune(config({.minimum = 1})); });
  fail(*peer);
  CHECK(peer->state() == State::open);
}

TEST_CASE("a breaker of any type takes numbers of its own types only") {
  ManualEnvironment env;
  AnyCircuitBreaker breaker{config({}, env)};
  breaker.retune(config({.minimum = 1}));
  CHECK(refusal([&] { breaker.retune(Config{.name = "db", .window = CountWindow{10}, .as_written = true}); }) ==
        "circuit breaker 'db': retune: tripper (((Closed{} & MinRequests{20}) | (HalfOpened{} & MinRequests{5})) & "
        "FailureRate{0.5}) is of another type than the breaker's tripper, or needs more to be measured");
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a breaker from text takes any text that needs no more to be measured") {
  AnyCircuitBreaker breaker{TextConfig{.name = "db",
                                       .window = "CountWindow{10}",
                                       .tripper = "Closed{} & (FailureStreak{9} | SlowRate{1, 2s})",
                                       .permit = "Probes{2, 30s}"}};
  breaker.retune(TextConfig{.window = "CountWindow{10}",
                            .tripper = "MinRequests{2} & FailureRate{100%}",
                            .retry = "Never{}",
                            .permit = "Probes{3, 1s} & Random{0.5}"});
  CHECK(breaker.describe().retry == "Never{}");
  fail(breaker, 2);
  CHECK(breaker.state() == State::open);

  AnyCircuitBreaker plain{TextConfig{.name = "db", .tripper = "FailureRate{0.5}"}};
  CHECK(
      refusal([&] { plain.retune(TextConfig{.tripper = "FailureStreak{5}"}); }) ==
      "circuit breaker 'db': retune: tripper FailureStreak{5} is of another type than the breaker's tripper, or needs "
      "more to be measured");
  CHECK(
      refusal([&] { plain.retune(TextConfig{.window = "TimeWindow{10s}"}); }) ==
      "circuit breaker 'db': retune: window TimeWindow{10s, 1s} is of another type than the breaker's window, or needs "
      "more to be measured");
  CHECK(refusal([&] { plain.retune(TextConfig{.tripper = "FailRate{5}"}); }).find("FailRate") != std::string::npos);
}

TEST_CASE("calls, questions and other numbers at once: each verdict is by one set of numbers") {
  // On two calls of which one fails, neither set opens. A mixture of them would.
  const auto patient = Numbers{.rate = 0.1, .minimum = 3};
  const auto lenient = Numbers{.rate = 1, .minimum = 1};
  CircuitBreaker breaker{config(patient)};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (int i = 0; i != 500; ++i) breaker.retune(config(i % 2 == 0 ? lenient : patient));
    stop = true;
  });
  threads.emplace_back([&] {
    while (!stop) {
      const PolicyTexts texts = breaker.describe();
      const bool whole = (texts.tripper.find("MinRequests{3}") != std::string::npos) ==
                         (texts.tripper.find("FailureRate{0.1}") != std::string::npos);
      if (!whole) FAIL("a mixture: " << texts);
      (void)breaker.info();
      (void)breaker.would_admit();
    }
  });
  std::uint64_t opened = 0;
  while (!stop) {
    breaker.reset();
    succeed(breaker);
    called(breaker, [] { return 1; });
    breaker.reset();
    succeed(breaker);
    breaker.try_acquire().failure();
    if (breaker.state() != State::closed) ++opened;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(opened == 0);
}
