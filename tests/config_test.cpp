// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The range of every value: what lies outside is refused with its name, its value and the range; the limits are in.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <ratio>
#include <string>
#include <type_traits>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::chrono::duration<double> nan_seconds{not_a_number};
constexpr std::chrono::duration<double> endless_seconds{infinity};
constexpr auto longest = std::chrono::nanoseconds::max();
constexpr std::chrono::hours beyond_nanoseconds{9'000'000};

// Counts of any integer type, durations of any unit.
static_assert(CountWindow{short{5}} == CountWindow{5U} && CountWindow{std::int64_t{5}} == CountWindow{std::size_t{5}});
static_assert(MinRequests{5} == MinRequests{5ULL} && FailureStreak{5} == FailureStreak{std::uint8_t{5}});
static_assert(Probes{short{5}, 1s} == Probes{5ULL, 1000ms});
static_assert(!std::is_constructible_v<CountWindow, bool> && !std::is_constructible_v<CountWindow, double>);
static_assert(!std::is_constructible_v<MinRequests, bool> && !std::is_constructible_v<FailureStreak, double>);

static_assert(!SlowThreshold{}.has_value() && SlowThreshold{}.value_or_zero() == 0s);
static_assert(!SlowThreshold{std::nullopt}.has_value());
static_assert(SlowThreshold{0.5s}.has_value() && SlowThreshold{0.5s}.value_or_zero() == 500ms);
static_assert(SlowThreshold{beyond_nanoseconds}.value_or_zero() == longest);
static_assert(SlowThreshold{std::optional<std::chrono::nanoseconds>{3ms}}.value_or_zero() == 3ms);
static_assert(!SlowThreshold{std::optional<std::chrono::nanoseconds>{}}.has_value());

struct Refused {
  std::string message;
  std::function<void()> build;
};

struct Accepted {
  std::string what;
  std::function<void()> build;
};

void check(const std::vector<Refused>& cases) {
  for (const Refused& each : cases) CHECK(refusal(each.build) == each.message);
}

void check(const std::vector<Accepted>& cases) {
  for (const Accepted& each : cases) {
    INFO(each.what);
    CHECK(refusal(each.build) == "accepted");
  }
}

template <class Configuration>
std::function<void()> breaker(Configuration configuration) {
  return [configuration] { [[maybe_unused]] CircuitBreaker cb{configuration}; };
}

}  // namespace

TEST_CASE("A window outside its range is refused with its name and value and range") {
  check(std::vector<Refused>{
      {"CountWindow: size 0 is not in [1, 30000]", [] { CountWindow{0}; }},
      {"CountWindow: size 30001 is not in [1, 30000]", [] { CountWindow{30'001}; }},
      // The value that a cut to 32 bits would let through.
      {"CountWindow: size 4294967297 is not in [1, 30000]", [] { CountWindow{4'294'967'297}; }},
      {"TimeWindow: span 0s is not in [1, 3600] whole buckets of 1s", [] { TimeWindow{0s}; }},
      {"TimeWindow: span -1s is not in [1, 3600] whole buckets of 1s", [] { TimeWindow{-1s}; }},
      {"TimeWindow: span 500ms is not in [1, 3600] whole buckets of 1s", [] { TimeWindow{500ms}; }},
      {"TimeWindow: span 1500ms is not in [1, 3600] whole buckets of 1s", [] { TimeWindow{1500ms}; }},
      {"TimeWindow: span 3601s is not in [1, 3600] whole buckets of 1s", [] { TimeWindow{3601s}; }},
      {"TimeWindow: bucket 0s is not in [1ms, span]", [] { (TimeWindow{1s, 0s}); }},
      {"TimeWindow: bucket -1s is not in [1ms, span]", [] { (TimeWindow{1s, -1s}); }},
      {"TimeWindow: bucket 999us is not in [1ms, span]", [] { (TimeWindow{999ms, 999us}); }},
  });
  CHECK(refusal([] { TimeWindow{nan_seconds}; }) != "accepted");
  CHECK(refusal([] { (TimeWindow{10s, nan_seconds}); }) != "accepted");
}

TEST_CASE("A window at its limits is accepted") {
  check(std::vector<Accepted>{
      {"one call", [] { CountWindow{1}; }},
      {"30000 calls", [] { CountWindow{30'000}; }},
      {"one bucket", [] { TimeWindow{1s}; }},
      {"3600 buckets", [] { TimeWindow{3600s}; }},
      {"the finest bucket", [] { (TimeWindow{1ms, 1ms}); }},
      {"hours", [] { (TimeWindow{1h, 1min}); }},
  });
}

TEST_CASE("A tripper outside its range is refused with its name and value and range") {
  check(std::vector<Refused>{
      {"MinRequests: count 0 is not in [1, 1000000]", [] { MinRequests{0}; }},
      {"MinRequests: count 1000001 is not in [1, 1000000]", [] { MinRequests{1'000'001}; }},
      {"FailureRate: ratio 0 is not in (0, 1]", [] { FailureRate{0.0}; }},
      {"FailureRate: ratio -0.1 is not in (0, 1]", [] { FailureRate{-0.1}; }},
      {"FailureRate: ratio 1.1 is not in (0, 1]", [] { FailureRate{1.1}; }},
      {"FailureRate: ratio nan is not in (0, 1]", [] { FailureRate{not_a_number}; }},
      {"FailureRate: ratio inf is not in (0, 1]", [] { FailureRate{infinity}; }},
      {"AvgLatency: threshold 0s is not in [1us, 4294s]", [] { AvgLatency{0s}; }},
      {"AvgLatency: threshold -1ms is not in [1us, 4294s]", [] { AvgLatency{-1ms}; }},
      {"AvgLatency: threshold 999ns is not in [1us, 4294s]", [] { AvgLatency{999ns}; }},
      {"AvgLatency: threshold 4294000000001ns is not in [1us, 4294s]", [] { AvgLatency{4294s + 1ns}; }},
      {"SlowRate: ratio 0 is not in (0, 1]", [] { SlowRate{0.0}; }},
      {"SlowRate: ratio 1.5 is not in (0, 1]", [] { SlowRate{1.5}; }},
      {"SlowRate: ratio nan is not in (0, 1]", [] { SlowRate{not_a_number}; }},
      {"SlowRate: ratio nan is not in (0, 1]", [] { (SlowRate{not_a_number, 1s}); }},
      {"SlowRate: ratio 2 is not in (0, 1]", [] { (SlowRate{2.0, 1s}); }},
      {"SlowRate: threshold 0s is not in (0s, 292 years]", [] { (SlowRate{0.5, 0s}); }},
      {"SlowRate: threshold -3us is not in (0s, 292 years]", [] { (SlowRate{0.5, -3us}); }},
      {"FailureStreak: count 0 is not in [1, 30000]", [] { FailureStreak{0}; }},
      {"FailureStreak: count 30001 is not in [1, 30000]", [] { FailureStreak{30'001}; }},
      {"FailureStreak: count 4294967297 is not in [1, 30000]", [] { FailureStreak{4'294'967'297}; }},
  });
  CHECK(refusal([] { AvgLatency{nan_seconds}; }) != "accepted");
  CHECK(refusal([] { (SlowRate{0.5, nan_seconds}); }) != "accepted");
}

TEST_CASE("A negative count is refused as the number it is") {
  const int minus_one = -1;
  check(std::vector<Refused>{
      {"CountWindow: size -1 is not in [1, 30000]", [=] { CountWindow{minus_one}; }},
      {"CountWindow: size -1 is not in [1, 30000]", [] { CountWindow{static_cast<signed char>(-1)}; }},
      {"CountWindow: size -9223372036854775808 is not in [1, 30000]",
       [] { CountWindow{std::numeric_limits<std::int64_t>::min()}; }},
      {"MinRequests: count -5 is not in [1, 1000000]", [] { MinRequests{-5}; }},
      {"FailureStreak: count -1 is not in [1, 30000]", [=] { FailureStreak{minus_one}; }},
      {"Probes: count -1 is not in [1, 1000000]", [=] { (Probes{minus_one, 1s}); }},
  });
}

TEST_CASE("A count comes from a variable of any integer type") {
  int size = 20;
  long minimum = 10;
  unsigned streak = 3;
  short probes = 5;
  CircuitBreaker cb{Config{.window = CountWindow{size},
                           .tripper = (Closed{} & MinRequests{minimum} & FailureRate{0.5}) | FailureStreak{streak},
                           .permit = Probes{probes, 1s}}};
  for (unsigned i = 0; i != streak; ++i) cb.try_acquire().failure();
  CHECK(cb.state() == State::open);
}

TEST_CASE("A duration without an end is the longest and one that is no number is refused in words") {
  CHECK(Cooldown{endless_seconds} == Cooldown{longest});
  CHECK(RampUp{0.1, 1.0, endless_seconds} == RampUp{0.1, 1.0, longest});
  CHECK(Probes{1, endless_seconds} == Probes{1, longest});
  check(std::vector<Refused>{
      {"Cooldown: duration -292 years, or not a number, is not in (0s, 292 years]", [] { Cooldown{nan_seconds}; }},
      {"Cooldown: duration -292 years, or not a number, is not in (0s, 292 years]", [] { Cooldown{-endless_seconds}; }},
      {"Probes: patience -292 years, or not a number, is not in (0s, 292 years]", [] { (Probes{1, nan_seconds}); }},
      {"SlowRate: threshold -292 years, or not a number, is not in (0s, 292 years]",
       [] { (SlowRate{0.5, nan_seconds}); }},
      {"circuit breaker 'default': slow_threshold -292 years, or not a number, is not in (0s, 292 years]",
       breaker(Config{.slow_threshold = nan_seconds})},
  });
}

TEST_CASE("A duration in a unit finer than nanoseconds keeps its length, cut to whole nanoseconds") {
  using Picoseconds = std::chrono::duration<std::int64_t, std::pico>;
  CHECK(Cooldown{Picoseconds{100'000'000'000'000'000}} == Cooldown{100'000s});
  CHECK(Cooldown{Picoseconds{1'999}} == Cooldown{1ns});
}

TEST_CASE("A tripper at its limits is accepted") {
  check(std::vector<Accepted>{
      {"MinRequests 1", [] { MinRequests{1}; }},
      {"MinRequests 1000000", [] { MinRequests{1'000'000}; }},
      {"FailureRate 1", [] { FailureRate{1.0}; }},
      {"FailureRate next to 0", [] { FailureRate{std::numeric_limits<double>::denorm_min()}; }},
      {"AvgLatency 1us", [] { AvgLatency{1us}; }},
      {"AvgLatency longest", [] { AvgLatency{4294s}; }},
      {"SlowRate 1", [] { SlowRate{1.0}; }},
      {"SlowRate shortest", [] { (SlowRate{0.5, 1ns}); }},
      {"SlowRate longest", [] { (SlowRate{0.5, longest}); }},
      {"FailureStreak 1", [] { FailureStreak{1}; }},
      {"FailureStreak 30000", [] { FailureStreak{30'000}; }},
  });
}

TEST_CASE("A retry outside its range is refused with its name and value and range") {
  check(std::vector<Refused>{
      {"Cooldown: duration 0s is not in (0s, 292 years]", [] { Cooldown{0s}; }},
      {"Cooldown: duration -1s is not in (0s, 292 years]", [] { Cooldown{-1s}; }},
      {"Cooldown: jitter_ratio -0.1 is not in [0, 1)", [] { (Cooldown{1s, -0.1}); }},
      {"Cooldown: jitter_ratio 1 is not in [0, 1)", [] { (Cooldown{1s, 1.0}); }},
      {"Cooldown: jitter_ratio nan is not in [0, 1)", [] { (Cooldown{1s, not_a_number}); }},
      {"Backoff: initial 0s is not in (0s, max_duration]", [] { Backoff{0s}; }},
      {"Backoff: initial -1s is not in (0s, max_duration]", [] { Backoff{-1s}; }},
      {"Backoff: multiplier 1 is not in (1, 1e9)", [] { (Backoff{1s, 1.0}); }},
      {"Backoff: multiplier 0.5 is not in (1, 1e9)", [] { (Backoff{1s, 0.5}); }},
      {"Backoff: multiplier 1e+09 is not in (1, 1e9)", [] { (Backoff{1s, 1e9}); }},
      {"Backoff: multiplier nan is not in (1, 1e9)", [] { (Backoff{1s, not_a_number}); }},
      {"Backoff: multiplier inf is not in (1, 1e9)", [] { (Backoff{1s, infinity}); }},
      {"Backoff: max_duration 1s is not in [initial 2s, 292 years]", [] { (Backoff{2s, 2.0, 1s}); }},
      {"Backoff: max_duration -1s is not in [initial 2s, 292 years]", [] { (Backoff{2s, 2.0, -1s}); }},
      {"Backoff: jitter_ratio 1 is not in [0, 1)", [] { (Backoff{1s, 2.0, 60s, 1.0}); }},
      {"Backoff: jitter_ratio -0.5 is not in [0, 1)", [] { (Backoff{1s, 2.0, 60s, -0.5}); }},
      {"Backoff: jitter_ratio nan is not in [0, 1)", [] { (Backoff{1s, 2.0, 60s, not_a_number}); }},
  });
  CHECK(refusal([] { Cooldown{nan_seconds}; }) != "accepted");
  CHECK(refusal([] { Backoff{nan_seconds}; }) != "accepted");
  CHECK(refusal([] { (Backoff{1s, 2.0, nan_seconds}); }) != "accepted");
}

TEST_CASE("A refusal names the other value that it depends on") {
  check(std::vector<Refused>{
      {"Backoff: max_duration 300s is not in [initial 600s, 292 years]", [] { Backoff{10min}; }},
      {"TimeWindow: span 10s is not in [1, 3600] whole buckets of 3s", [] { (TimeWindow{10s, 3s}); }},
      {"TimeWindow: span 1s is not in [1, 3600] whole buckets of 2s", [] { (TimeWindow{1s, 2s}); }},
      {"TimeWindow: span 3601ms is not in [1, 3600] whole buckets of 1ms", [] { (TimeWindow{3601ms, 1ms}); }},
  });
}

TEST_CASE("A retry at its limits is accepted") {
  check(std::vector<Accepted>{
      {"Cooldown shortest", [] { Cooldown{1ns}; }},
      {"Cooldown longest", [] { Cooldown{longest}; }},
      {"Cooldown hours beyond nanoseconds", [] { Cooldown{std::chrono::hours{1'000'000'000}}; }},
      {"Cooldown jitter 0", [] { (Cooldown{1s, 0.0}); }},
      {"Cooldown jitter 0.999", [] { (Cooldown{1s, 0.999}); }},
      {"Backoff shortest", [] { Backoff{1ns}; }},
      {"Backoff max = initial", [] { (Backoff{2s, 2.0, 2s}); }},
      {"Backoff longest", [] { (Backoff{longest, 2.0, longest}); }},
      {"Backoff multiplier just above 1", [] { (Backoff{1s, 1.000'001}); }},
      {"Backoff jitter 0.999", [] { (Backoff{1s, 2.0, 60s, 0.999}); }},
  });
}

TEST_CASE("A permit outside its range is refused with its name and value and range") {
  check(std::vector<Refused>{
      {"Random: ratio 0 is not in (0, 1]", [] { Random{0.0}; }},
      {"Random: ratio -1 is not in (0, 1]", [] { Random{-1.0}; }},
      {"Random: ratio 1.01 is not in (0, 1]", [] { Random{1.01}; }},
      {"Random: ratio nan is not in (0, 1]", [] { Random{not_a_number}; }},
      {"RampUp: initial 0 is not in (0, 1]", [] { (RampUp{0.0, 1.0, 1s}); }},
      {"RampUp: initial 1.5 is not in (0, 1]", [] { (RampUp{1.5, 1.0, 1s}); }},
      {"RampUp: initial nan is not in (0, 1]", [] { (RampUp{not_a_number, 1.0, 1s}); }},
      {"RampUp: final 0.1 is not in [initial, 1]", [] { (RampUp{0.5, 0.1, 1s}); }},
      {"RampUp: final 1.1 is not in [initial, 1]", [] { (RampUp{0.5, 1.1, 1s}); }},
      {"RampUp: final nan is not in [initial, 1]", [] { (RampUp{0.5, not_a_number, 1s}); }},
      {"RampUp: duration 0s is not in (0s, 292 years]", [] { (RampUp{0.1, 1.0, 0s}); }},
      {"RampUp: duration -1s is not in (0s, 292 years]", [] { (RampUp{0.1, 1.0, -1s}); }},
      {"Probes: count 0 is not in [1, 1000000]", [] { (Probes{0, 1s}); }},
      {"Probes: count 1000001 is not in [1, 1000000]", [] { (Probes{1'000'001, 1s}); }},
      {"Probes: patience 0s is not in (0s, 292 years]", [] { (Probes{1, 0s}); }},
      {"Probes: patience -1s is not in (0s, 292 years]", [] { (Probes{1, -1s}); }},
  });
  CHECK(refusal([] { (RampUp{0.1, 1.0, nan_seconds}); }) != "accepted");
  CHECK(refusal([] { (Probes{1, nan_seconds}); }) != "accepted");
}

TEST_CASE("A permit at its limits is accepted") {
  check(std::vector<Accepted>{
      {"Random 1", [] { Random{1.0}; }},
      {"Random next to 0", [] { Random{std::numeric_limits<double>::denorm_min()}; }},
      {"RampUp level", [] { (RampUp{0.5, 0.5, 1ns}); }},
      {"RampUp full", [] { (RampUp{1.0, 1.0, longest}); }},
      {"Probes 1", [] { (Probes{1, 1ns}); }},
      {"Probes 1000000", [] { (Probes{1'000'000, longest}); }},
  });
}

TEST_CASE("A slow threshold that is not positive is refused") {
  check(std::vector<Refused>{
      {"circuit breaker 'default': slow_threshold 0s is not in (0s, 292 years]", breaker(Config{.slow_threshold = 0s})},
      {"circuit breaker 'default': slow_threshold -1ms is not in (0s, 292 years]",
       breaker(Config{.slow_threshold = -1ms})},
  });
  check(std::vector<Accepted>{
      {"shortest", breaker(Config{.slow_threshold = 1ns})},
      {"longest", breaker(Config{.slow_threshold = longest})},
  });
}

TEST_CASE("A slow threshold comes in any unit or not at all") {
  const std::optional<std::chrono::nanoseconds> configured = 250ms;
  const std::optional<std::chrono::nanoseconds> unset;
  const auto slow_calls = [](SlowThreshold threshold, std::chrono::nanoseconds duration) {
    ManualEnvironment env;
    CircuitBreaker cb{Config{.slow_threshold = threshold, .environment = env}};
    auto admission = cb.try_acquire();
    env.advance(duration);
    admission.success();
    return cb.info().metrics.slow_count();
  };
  CHECK(slow_calls(0.5s, 500ms) == 1);
  CHECK(slow_calls(0.5s, 499ms) == 0);
  CHECK(slow_calls(configured, 250ms) == 1);
  CHECK(slow_calls(configured, 249ms) == 0);
  CHECK(slow_calls(unset, 1h) == 0);
  CHECK(slow_calls(std::nullopt, 1h) == 0);
  CHECK_FALSE(Config{.slow_threshold = {}}.slow_threshold.has_value());
}

TEST_CASE("A slow threshold beyond what nanoseconds hold is the longest that they do") {
  check(std::vector<Accepted>{{"beyond", breaker(Config{.slow_threshold = beyond_nanoseconds})}});
  check(std::vector<Refused>{
      {"circuit breaker 'default': slow_threshold -292 years, or not a number, is not in (0s, 292 years]",
       breaker(Config{.slow_threshold = -beyond_nanoseconds})},
  });
}

TEST_CASE("An empty listener is refused") {
  CHECK(refusal(breaker(Config{.listeners = {Listener{}}})) == "circuit breaker 'default': a listener is empty");
}

TEST_CASE("A hold of force_open that is not positive is refused and changes nothing") {
  CircuitBreaker cb{Config{}};
  CHECK(refusal([&] { cb.force_open(0s); }) == "force_open: duration 0s is not in (0s, 292 years]");
  CHECK(refusal([&] { cb.force_open(-1s); }) == "force_open: duration -1s is not in (0s, 292 years]");
  CHECK(refusal([&] { cb.force_open(nan_seconds); }) != "accepted");
  CHECK(cb.state() == State::closed);
  CHECK(refusal([&] { cb.force_open(1ns); }) == "accepted");
}

TEST_CASE("A minimum that the count window can never hold is refused") {
  const std::string message =
      "circuit breaker 'default': MinRequests: count 11 can never be reached over CountWindow{10}";
  const auto rate = FailureRate{0.5};
  check(std::vector<Refused>{
      {message, breaker(Config{.window = CountWindow{10}, .tripper = MinRequests{11} & rate})},
      {message, breaker(Config{.window = CountWindow{10}, .tripper = Closed{} & MinRequests{11} & rate})},
      {message, breaker(Config{.window = CountWindow{10},
                               .tripper = (Closed{} & rate) | (HalfOpened{} & MinRequests{11} & rate),
                               .permit = AllowAll{}})},
      {message, breaker(Config{.window = CountWindow{10}, .tripper = (MinRequests{11} & rate) | FailureStreak{3}})},
      {message, breaker(Config{.window = CountWindow{10}, .tripper = MinRequests{11}})},
      {"circuit breaker 'payment': MinRequests: count 100 can never be reached over CountWindow{10}",
       breaker(Config{.name = "payment", .window = CountWindow{10}, .tripper = MinRequests{100} & rate})},
  });
  check(std::vector<Accepted>{
      {"as many as fit", breaker(Config{.window = CountWindow{10}, .tripper = MinRequests{10} & rate})},
      {"a round of probes is kept whole",
       breaker(Config{.window = CountWindow{10},
                      .tripper = (Closed{} & rate) | (HalfOpened{} & MinRequests{11} & rate),
                      .permit = Probes{11, 10s}})},
      {"a round of probes beside another permit",
       breaker(Config{.window = CountWindow{10},
                      .tripper = (Closed{} & rate) | (HalfOpened{} & MinRequests{11} & rate),
                      .permit = AllowAll{} & Probes{11, 10s}})},
      {"a time window has no end",
       breaker(Config{.window = TimeWindow{10s}, .tripper = MinRequests{1'000'000} & rate})},
      {"ruled out in every state that trips",
       breaker(Config{.window = CountWindow{10}, .tripper = (Closed{} & HalfOpened{} & MinRequests{11}) | rate})},
  });
}

TEST_CASE("A minimum that the probes can never reach in HALF_OPEN is refused") {
  const auto rate = FailureRate{0.5};
  const std::string message =
      "circuit breaker 'default': MinRequests: count 20 can never be reached in HALF_OPEN with Probes{10, 5s}";
  check(std::vector<Refused>{
      {message, breaker(Config{.tripper = MinRequests{20} & rate, .permit = Probes{10, 5s}})},
      {message, breaker(Config{.tripper = HalfOpened{} & MinRequests{20} & rate, .permit = Probes{10, 5s}})},
      {message, breaker(Config{.tripper = (Closed{} & MinRequests{50} & rate) | (HalfOpened{} & MinRequests{20} & rate),
                               .permit = Probes{10, 5s}})},
      {message, breaker(Config{.tripper = MinRequests{20} & rate, .permit = Probes{10, 5s} & RampUp{0.1, 1.0, 1s}})},
      {message,
       breaker(Config{
           .window = TimeWindow{10s}, .tripper = MinRequests{20} & rate, .permit = Random{0.5} & Probes{10, 5s}})},
  });
  check(std::vector<Accepted>{
      {"as many as there are probes", breaker(Config{.tripper = MinRequests{10} & rate, .permit = Probes{10, 5s}})},
      {"in CLOSED only", breaker(Config{.tripper = Closed{} & MinRequests{20} & rate, .permit = Probes{10, 5s}})},
      {"fewer in HALF_OPEN",
       breaker(Config{.tripper = (Closed{} & MinRequests{50} & rate) | (HalfOpened{} & MinRequests{10} & rate),
                      .permit = Probes{10, 5s}})},
  });
}

TEST_CASE("A streak that the probes can never reach in HALF_OPEN is refused, with a rule that would do") {
  const auto message = [](const std::string& tripper) {
    return "circuit breaker 'default': tripper: 20 failures in a row can never be reached in HALF_OPEN with "
           "Probes{10, 5s}; give HALF_OPEN a rule of its own, as in " +
           tripper + " | (HalfOpened{} & FailureStreak{1})";
  };
  const auto rate = FailureRate{0.5};
  check(std::vector<Refused>{
      {message("FailureStreak{20}"), breaker(Config{.tripper = FailureStreak{20}, .permit = Probes{10, 5s}})},
      {message("(FailureStreak{20} & FailureRate{0.5})"),
       breaker(Config{.tripper = FailureStreak{20} & rate, .permit = Probes{10, 5s}})},
      {message("(HalfOpened{} & FailureStreak{20})"),
       breaker(Config{.tripper = HalfOpened{} & FailureStreak{20}, .permit = Probes{10, 5s}})},
      {message("(FailureStreak{20} | FailureStreak{30})"),
       breaker(Config{.tripper = FailureStreak{20} | FailureStreak{30}, .permit = Probes{10, 5s}})},
      {message("(FailureStreak{20} | (Closed{} & FailureRate{0.5}))"),
       breaker(Config{.tripper = FailureStreak{20} | (Closed{} & rate), .permit = Probes{10, 5s}})},
      {message("FailureStreak{20}"),
       breaker(Config{.tripper = FailureStreak{20}, .permit = Random{0.5} & Probes{10, 5s}})},
  });
  check(std::vector<Accepted>{
      {"with the rule that it names",
       breaker(Config{.tripper = FailureStreak{20} | (HalfOpened{} & FailureStreak{1}), .permit = Probes{10, 5s}})},
      {"as long as there are probes", breaker(Config{.tripper = FailureStreak{10}, .permit = Probes{10, 5s}})},
      {"another rule can fire", breaker(Config{.tripper = FailureStreak{20} | rate, .permit = Probes{10, 5s}})},
      {"in CLOSED only", breaker(Config{.tripper = Closed{} & FailureStreak{20}, .permit = Probes{10, 5s}})},
      {"shorter in HALF_OPEN",
       breaker(Config{.tripper = (Closed{} & FailureStreak{20}) | FailureStreak{5}, .permit = Probes{10, 5s}})},
      {"no end of probes", breaker(Config{.tripper = FailureStreak{20}, .permit = RampUp{0.1, 1.0, 1s}})},
  });
}

/// Has its calls timed only where the breaker's own threshold wants that.
struct TenSlow : TripperOperand<TenSlow> {
  static constexpr TripperTraits traits{.uses_slow_threshold = true};
  bool operator()(const CallContext& context) const noexcept { return context.metrics.slow_count() >= 10; }
  static std::string describe() { return "TenSlow{}"; }
};

TEST_CASE("A slow rate without any threshold is refused") {
  const std::string message =
      "circuit breaker 'default': SlowRate{0.5}: needs Config::slow_threshold, or a threshold of its own";
  check(std::vector<Refused>{
      {message, breaker(Config{.tripper = SlowRate{0.5}})},
      {message, breaker(Config{.tripper = MinRequests{10} & (FailureRate{0.5} | SlowRate{0.5})})},
      {message, breaker(Config{.tripper = (SlowRate{0.2, 1s} | SlowRate{0.5})})},
      {"circuit breaker 'default': TenSlow{}: needs Config::slow_threshold, or a threshold of its own",
       breaker(Config{.tripper = TenSlow{}})},
  });
  check(std::vector<Accepted>{
      {"the breaker's", breaker(Config{.tripper = SlowRate{0.5}, .slow_threshold = 1s})},
      {"its own", breaker(Config{.tripper = SlowRate{0.5, 1s}})},
      {"both", breaker(Config{.tripper = SlowRate{0.5, 1s} | SlowRate{0.1}, .slow_threshold = 2s})},
      {"three of their own", breaker(Config{.tripper = SlowRate{0.5, 1s} | SlowRate{0.1, 2s} | SlowRate{0.1, 3s}})},
  });
}

TEST_CASE("More probes than a count window can hold are refused over one") {
  check(std::vector<Refused>{
      {"circuit breaker 'api': Probes: count 30001 is not in [1, 30000] over CountWindow{100}",
       breaker(Config{.name = "api", .permit = Probes{30'001, 5s}})},
      {"circuit breaker 'default': Probes: count 1000000 is not in [1, 30000] over CountWindow{30000}",
       breaker(Config{.window = CountWindow{30'000}, .permit = AllowAll{} & Probes{1'000'000, 5s}})},
  });
  check(std::vector<Accepted>{
      {"as many as there can be", breaker(Config{.permit = Probes{30'000, 5s}})},
      {"a time window has no end", breaker(Config{.window = TimeWindow{10s}, .permit = Probes{1'000'000, 5s}})},
  });
}

TEST_CASE("The positional constructor refuses what Config refuses") {
  const std::string message = "circuit breaker 'api': MinRequests: count 11 can never be reached over CountWindow{10}";
  CHECK(refusal([] { CircuitBreaker cb{"api", CountWindow{10}, All{}, MinRequests{11}}; }) == message);
  CircuitBreaker named{"api"};
  CHECK(named.name() == "api");
  CircuitBreaker full{"api", TimeWindow{10s}, All{}, FailureStreak{3}, Never{}, AllowAll{}, ManualEnvironment{}};
  CHECK(full.state() == State::closed);
}

TEST_CASE("A breaker of a spelt-out type is built from its name alone") {
  using Tested = CircuitBreaker<CountWindow, All, decltype(Config<>::tripper), Backoff, decltype(Config<>::permit),
                                ManualEnvironment>;
  Tested cb{"api"};
  CHECK(cb.name() == "api");
  CHECK(cb.state() == State::closed);
}
