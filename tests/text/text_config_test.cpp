// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// A breaker from text behaves as the breaker of the policies that the text says.

#include <fluxgate/text/text_config.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

/// What happens to a breaker: a pause, and then a call that takes some time.
struct Step {
  std::chrono::milliseconds pause;
  std::chrono::milliseconds duration;
  bool fails;
};

std::vector<Step> random_steps(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  const auto up_to = [&](int most) { return std::uniform_int_distribution<int>{0, most}(random); };
  std::vector<Step> steps;
  for (int phase = 0; phase != 12; ++phase) {
    const int trouble = up_to(100);
    const int slowness = up_to(3'000);
    for (int call = 0; call != 40; ++call) {
      steps.push_back({std::chrono::milliseconds{up_to(9) == 0 ? up_to(20'000) : up_to(200)},
                       std::chrono::milliseconds{up_to(slowness)}, up_to(100) < trouble});
    }
  }
  return steps;
}

/// All that a breaker shows while it goes through the steps, as text.
template <class Breaker>
std::string history_of(Breaker& breaker, ManualEnvironment& environment, const std::vector<Step>& steps) {
  std::string history;
  for (const Step& step : steps) {
    environment.advance(step.pause);
    const auto result = breaker.try_call([&] {
      environment.advance(step.duration);
      return step.fails ? std::make_error_code(std::errc::io_error) : std::error_code{};
    });
    const Info info = breaker.info();
    history += result ? "+" : "-";
    history += detail::concat({to_string(info.state), " ", detail::text(info.metrics.total_count()), " ",
                               detail::text(info.metrics.failure_count()), " ", detail::text(info.metrics.slow_count()),
                               " ", detail::text(info.retry_after.value_or(0ns)), "\n"});
  }
  return history;
}

/// The history of a breaker from text; or, without steps, only its making.
template <class Text>
std::string history_from(const Text& config, ManualEnvironment environment, const std::vector<Step>& steps) {
  std::string history;
  config.visit_config([&](auto said) {
    CircuitBreaker breaker{std::move(said)};
    history = history_of(breaker, environment, steps);
  });
  return history;
}

struct Texts {
  std::string window = {};
  std::string tripper = {};
  std::string retry = {};
  std::string permit = {};
  std::string slow_threshold = {};
};

std::string history_of_text(const Texts& texts, const std::vector<Step>& steps) {
  ManualEnvironment environment;
  return history_from(TextConfig{.name = "payment",
                                 .window = texts.window,
                                 .tripper = texts.tripper,
                                 .retry = texts.retry,
                                 .permit = texts.permit,
                                 .slow_threshold = texts.slow_threshold,
                                 .environment = environment},
                      environment, steps);
}

template <class... Policies>
std::string history_of_types(const std::vector<Step>& steps, Policies... policies) {
  ManualEnvironment environment;
  CircuitBreaker breaker{"payment", environment, std::move(policies)...};
  return history_of(breaker, environment, steps);
}

std::string refusal_of(const Texts& texts) {
  return refusal([&] { history_of_text(texts, {}); });
}

}  // namespace

TEST_CASE("a breaker from text does what the breaker of its policies does") {
  for (std::uint64_t seed = 0; seed != 6; ++seed) {
    CAPTURE(seed);
    const auto steps = random_steps(seed);
    CHECK(history_of_text({}, steps) == history_of_types(steps));
    CHECK(history_of_text({.tripper = "FailureStreak{3}", .retry = "Cooldown{2s}", .permit = "AllowAll{}"}, steps) ==
          history_of_types(steps, FailureStreak{3}, Cooldown{2s}, AllowAll{}));
    CHECK(history_of_text({.window = "TimeWindow{10s, 100ms}",
                           .tripper = "MinRequests{3} & (FailureRate{50%} | SlowRate{0.3, 2s})",
                           .permit = "Probes{3, 30s} & RampUp{0.1, 1, 5s}"},
                          steps) == history_of_types(steps, TimeWindow{10s, 100ms},
                                                     MinRequests{3} & (FailureRate{0.5} | SlowRate{0.3, 2s}),
                                                     Probes{3, 30s} & RampUp{0.1, 1.0, 5s}));
    CHECK(history_of_text({.window = "CountWindow{20}",
                           .tripper = "MinRequests{5} & (AvgLatency{900ms} | SlowRate{0.5, 1s} | SlowRate{0.2, 2s})",
                           .retry = "Backoff{1s, 2, 1min, 0.1}",
                           .permit = "Random{0.5} & RampUp{10%, 1, 10s}"},
                          steps) ==
          history_of_types(steps, CountWindow{20},
                           MinRequests{5} & (AvgLatency{900ms} | SlowRate{0.5, 1s} | SlowRate{0.2, 2s}),
                           Backoff{1s, 2.0, 60s, 0.1}, Random{0.5} & RampUp{0.1, 1.0, 10s}));
    CHECK(history_of_text({.tripper = "MinRequests{5} & SlowRate{50%}", .retry = "Never{}", .slow_threshold = "1.5s"},
                          steps) ==
          history_of_types(steps, MinRequests{5} & SlowRate{0.5}, Never{}, SlowThreshold{1500ms}));
    CHECK(history_of_text({.window = "CountWindow{4}", .tripper = "FailureStreak{2} | Manual{}"}, steps) ==
          history_of_types(steps, CountWindow{4}, FailureStreak{2} | Manual{}));
    CHECK(history_of_text({.tripper = "Manual{}", .slow_threshold = "1s"}, steps) ==
          history_of_types(steps, Manual{}, SlowThreshold{1s}));
  }
}

TEST_CASE("the defaults of a text fit what is written") {
  const auto policies = [](const Texts& texts) {
    const TextConfig config{.window = texts.window, .tripper = texts.tripper, .permit = texts.permit};
    return detail::read_policies(config);
  };
  CHECK(policies({}).permit.describe() == "Probes{5, 30s}");
  CHECK(policies({.tripper = "MinRequests{20} & FailureRate{0.5}"}).permit.describe() == "Probes{20, 30s}");
  CHECK(policies({.window = "CountWindow{3}", .tripper = "FailureStreak{2}"}).permit.describe() == "Probes{5, 30s}");
  CHECK(refusal_of({.window = "CountWindow{3}"}) == "accepted");
  CHECK(refusal_of({.permit = "Probes{2, 3s}"}) == "accepted");
}

TEST_CASE("a text that can never work is refused as such a Config is") {
  CHECK(
      refusal_of({.tripper = "MinRequests{10}"}) ==
      "circuit breaker 'payment': tripper MinRequests{10}: MinRequests{10} fires on successes alone in CLOSED; join it "
      "to a condition by &, such as FailureRate{0.5}");
  CHECK(refusal_of({.tripper = "HalfOpened{} & FailureRate{0.5}"}) ==
        "circuit breaker 'payment': tripper (HalfOpened{} & FailureRate{0.5}): can never open the breaker, since it is "
        "ruled out in CLOSED; the tripper that is meant never to fire is Manual{}");
  CHECK(refusal_of({.window = "CountWindow{10}", .tripper = "MinRequests{20} & FailureRate{0.5}"}) ==
        "circuit breaker 'payment': MinRequests: count 20 can never be reached over CountWindow{10}");
  CHECK(refusal_of({.tripper = "MinRequests{20} & FailureRate{0.5}", .permit = "Probes{5, 3s} & Random{1}"}) ==
        "circuit breaker 'payment': MinRequests: count 20 can never be reached in HALF_OPEN with Probes{5, 3s}");
  CHECK(refusal_of({.tripper = "MinRequests{2} & SlowRate{0.5}"}) ==
        "circuit breaker 'payment': SlowRate{0.5}: needs Config::slow_threshold, or a threshold of its own");
  CHECK(refusal_of({.slow_threshold = "-1s"}) ==
        "circuit breaker 'payment': slow_threshold -1s is not in (0s, 292 years]");
  CHECK(refusal_of({.tripper = "MinRequests{2} & (SlowRate{0.5, 1s} | SlowRate{0.5, 2s} | SlowRate{0.5, 3s} | "
                               "SlowRate{0.5, 4s})"}) ==
        "circuit breaker 'payment': tripper: 4 SlowRates with a threshold of their own are not in [0, 3]");
}

TEST_CASE("a breaker from text measures what its tripper asks for, or the least that includes it") {
  const auto measured = [](const Texts& texts) {
    Needs chosen;
    const TextConfig config{.tripper = texts.tripper, .slow_threshold = texts.slow_threshold};
    detail::visit_policies(detail::read_policies(config),
                           [&]<class W, class Tr, class P>(const W&, const Tr&, const P&) {
                             chosen = detail::traits_of<Tr>.needs;
                             return true;
                           });
    return chosen;
  };
  const Needs everything{.durations = true, .streak = true, .slow_rates = 3, .clock = true};
  CHECK(measured({}) == Needs{});
  CHECK(measured({.tripper = "MinRequests{2} & FailureRate{0.5}"}) == Needs{});
  // The breaker's own threshold is measured by any breaker that has one.
  CHECK(measured({.tripper = "MinRequests{2} & SlowRate{0.5}", .slow_threshold = "1s"}) == Needs{});
  CHECK(measured({.tripper = "FailureStreak{2}"}) == Needs{.streak = true});
  CHECK(measured({.tripper = "MinRequests{2} & SlowRate{0.5, 1s}"}) == Needs{.slow_rates = 1, .clock = true});
  CHECK(measured({.tripper = "MinRequests{2} & SlowRate{0.5, 1s} & SlowRate{0.1, 2s}"}) == everything);
  CHECK(measured({.tripper = "FailureStreak{2} | (MinRequests{2} & SlowRate{0.5, 1s})"}) == everything);
  CHECK(measured({.tripper = "MinRequests{2} & AvgLatency{1s}"}) == everything);
}

TEST_CASE("a breaker from text has a window and a permit of the kinds that are written") {
  const auto kinds = [](const Texts& texts) {
    std::string chosen;
    const TextConfig config{.window = texts.window, .permit = texts.permit};
    detail::visit_policies(detail::read_policies(config),
                           [&]<class W, class Tr, class P>(const W& window, const Tr&, const P& permit) {
                             chosen = window.describe() + " " + permit.describe();
                             CHECK(std::same_as<W, CountWindow> == texts.window.starts_with("Count"));
                             CHECK((detail::probes_in<P>() == 1) == (texts.permit.find("Probes") != std::string::npos));
                             return true;
                           });
    return chosen;
  };
  CHECK(kinds({.window = "CountWindow{9}", .permit = "Random{0.5}"}) == "CountWindow{9} Random{0.5}");
  CHECK(kinds({.window = "TimeWindow{9s}", .permit = "Random{0.5}"}) == "TimeWindow{9s, 1s} Random{0.5}");
  CHECK(kinds({.window = "CountWindow{9}", .permit = "Probes{1, 1s}"}) == "CountWindow{9} Probes{1, 1s}");
  CHECK(kinds({.window = "TimeWindow{9s}", .permit = "AllowAll{} & Probes{1, 1s}"}) ==
        "TimeWindow{9s, 1s} (AllowAll{} & Probes{1, 1s})");
}

TEST_CASE("a breaker of any type is made of a text") {
  AnyCircuitBreaker breaker{TextConfig{.name = "payment", .tripper = "FailureStreak{2}", .retry = "Cooldown{1h}"}};
  const auto fail = [] { return std::make_error_code(std::errc::io_error); };
  CHECK(breaker.name() == "payment");
  CHECK(breaker.call(fail) == std::errc::io_error);
  CHECK(breaker.state() == State::closed);
  CHECK(breaker.call(fail) == std::errc::io_error);
  CHECK(breaker.state() == State::open);
  CHECK_FALSE(breaker.try_call(fail).has_value());
  CHECK(refusal([] { AnyCircuitBreaker{TextConfig{.name = "payment", .retry = "Cooldown"}}; }) ==
        "circuit breaker 'payment': retry, column 9: found the end, expected '{' or '('");
}

TEST_CASE("each member of a text is read under its own name") {
  CHECK(refusal_of({.window = "x"}).starts_with("circuit breaker 'payment': window, column 1: found 'x', "));
  CHECK(refusal_of({.tripper = "x"}).starts_with("circuit breaker 'payment': tripper, column 1: found 'x', "));
  CHECK(refusal_of({.retry = "x"}).starts_with("circuit breaker 'payment': retry, column 1: found 'x', "));
  CHECK(refusal_of({.permit = "x"}).starts_with("circuit breaker 'payment': permit, column 1: found 'x', "));
  CHECK(refusal_of({.slow_threshold = "x"})
            .starts_with("circuit breaker 'payment': slow_threshold, column 1: found 'x', "));
}

TEST_CASE("a breaker from text has the code that goes with it") {
  ManualEnvironment environment;
  std::vector<std::string> told;
  const TextConfig config{.name = "payment",
                          .labels = {{"team", "pay"}},
                          .tracker = TypeOf<std::errc>{},
                          .tripper = "FailureStreak{2}",
                          .listeners = {[&](const Signal& signal) { told.push_back(signal.reason); }},
                          .environment = environment,
                          .stats = CallStats{}};
  config.visit_config([&](auto said) {
    CircuitBreaker breaker{std::move(said)};
    for (int i = 0; i != 2; ++i) (void)breaker.try_call([] { return std::errc::io_error; });
    CHECK(breaker.state() == State::open);
    CHECK(breaker.call_counts().failed == 2);
    REQUIRE(breaker.info().labels.find("team") != nullptr);
    CHECK(*breaker.info().labels.find("team") == "pay");
  });
  CHECK(told == std::vector<std::string>{"consecutive_failures 2 >= 2"});
}
