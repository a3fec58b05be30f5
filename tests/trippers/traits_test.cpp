// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What is true of trees of trippers, and what a breaker makes of it.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;
using detail::States;
using detail::traits_of;

constexpr Needs everything{.durations = true, .streak = true, .clock = true, .context_only = false};

// Sets of states.
static_assert(!States{}.contains(State::closed) && States::all().contains(State::forced_open));
static_assert(States::only(State::half_open).contains(State::half_open));
static_assert(!States::only(State::half_open).contains(State::closed));
static_assert((~States::only(State::half_open)).contains(State::closed));
static_assert(~States{} == States::all() && ~States::all() == States{});

// Leaves.
struct Says : TripperOperand<Says> {
  static constexpr TripperTraits traits{};
  bool operator()(const CallContext&) const { return false; }
};
struct Silent : TripperOperand<Silent> {
  bool operator()(const CallContext&) const { return false; }
};
static_assert(traits_of<Silent>.needs == everything && traits_of<Says>.needs == Needs{});
static_assert(!traits_of<Silent>.on_trouble_only && traits_of<Silent>.monotone && !traits_of<Silent>.holds_manual);
static_assert(traits_of<Silent>.ruled_out == States{} && traits_of<Silent>.fires_on_successes == States{});
static_assert(traits_of<Says>.ruled_out == States{} && traits_of<Says>.fires_on_successes == States{});
static_assert(traits_of<Closed>.ruled_out == ~States::only(State::closed));
static_assert(traits_of<Closed>.fires_on_successes == States::only(State::closed));
static_assert(traits_of<HalfOpened>.fires_on_successes == States::only(State::half_open));
static_assert(traits_of<MinRequests>.ruled_out == States{} &&
              traits_of<MinRequests>.fires_on_successes == States::all());
static_assert(traits_of<Manual>.ruled_out == States::all() && traits_of<Manual>.holds_manual);
static_assert(traits_of<Manual>.on_trouble_only && traits_of<Manual>.fires_on_successes == States{});
static_assert(traits_of<FailureRate>.needs == Needs{} && traits_of<FailureRate>.on_trouble_only);
static_assert(traits_of<FailureStreak>.needs == Needs{.streak = true} && traits_of<FailureStreak>.on_trouble_only);
static_assert(traits_of<AvgLatency>.needs == Needs{.durations = true, .clock = true});  // the one brings the other
static_assert(!traits_of<AvgLatency>.on_trouble_only);
static_assert(traits_of<SlowRate<true>>.needs == Needs{.slow_rates = 1, .clock = true});
static_assert(!traits_of<SlowRate<true>>.uses_slow_threshold && traits_of<SlowRate<true>>.on_trouble_only);
static_assert(traits_of<SlowRate<false>>.needs == Needs{.clock = true} &&
              traits_of<SlowRate<false>>.uses_slow_threshold);

// Trees.
template <class L, class R>
constexpr auto both = traits_of<decltype(std::declval<L>() & std::declval<R>())>;
template <class L, class R>
constexpr auto either = traits_of<decltype(std::declval<L>() | std::declval<R>())>;

static_assert(both<FailureStreak, AvgLatency>.needs == Needs{.durations = true, .streak = true, .clock = true});
static_assert(either<FailureStreak, AvgLatency>.needs == both<FailureStreak, AvgLatency>.needs);
static_assert(both<SlowRate<true>, SlowRate<true>>.needs.slow_rates == 2);
static_assert(!both<FailureRate, Silent>.needs.context_only && !either<Silent, FailureRate>.needs.context_only);

static_assert(both<Closed, FailureRate>.ruled_out == traits_of<Closed>.ruled_out);
static_assert(both<FailureRate, Closed>.ruled_out == traits_of<Closed>.ruled_out);
static_assert(both<Closed, HalfOpened>.ruled_out == States::all());
static_assert(either<Closed, HalfOpened>.ruled_out == (traits_of<Closed>.ruled_out & traits_of<HalfOpened>.ruled_out));
static_assert(either<Closed, FailureRate>.ruled_out == States{} && either<FailureRate, Closed>.ruled_out == States{});

static_assert(both<MinRequests, Closed>.fires_on_successes == States::only(State::closed));
static_assert(both<MinRequests, FailureRate>.fires_on_successes == States{});
static_assert(both<FailureRate, MinRequests>.fires_on_successes == States{});
static_assert(either<MinRequests, FailureRate>.fires_on_successes == States::all());
static_assert(either<FailureRate, Closed>.fires_on_successes == States::only(State::closed));

static_assert(both<FailureRate, Says>.on_trouble_only && both<Says, FailureRate>.on_trouble_only);
static_assert(!both<Says, Says>.on_trouble_only);
static_assert(!either<FailureRate, AvgLatency>.on_trouble_only && !either<AvgLatency, FailureRate>.on_trouble_only);
static_assert(either<FailureRate, FailureStreak>.on_trouble_only);

static_assert(both<Manual, FailureRate>.holds_manual && both<FailureRate, Manual>.holds_manual);
static_assert(either<Manual, FailureRate>.holds_manual && either<FailureRate, Manual>.holds_manual);
static_assert(!both<FailureRate, Closed>.holds_manual && !either<FailureRate, Closed>.holds_manual);
static_assert(both<SlowRate<false>, Closed>.uses_slow_threshold && either<Closed, SlowRate<false>>.uses_slow_threshold);
static_assert(both<Closed, SlowRate<false>>.uses_slow_threshold && either<SlowRate<false>, Closed>.uses_slow_threshold);
static_assert(!both<Closed, SlowRate<true>>.uses_slow_threshold && !either<Closed, SlowRate<true>>.uses_slow_threshold);

/// Fires where an odd number of calls failed.
struct OddFailures : TripperOperand<OddFailures> {
  static constexpr TripperTraits traits{.on_trouble_only = true, .monotone = false};
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() % 2 == 1; }
};
/// The same, and says that it is what it is not.
struct OddAndSure : TripperOperand<OddAndSure> {
  static constexpr TripperTraits traits{.on_trouble_only = true};
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() % 2 == 1; }
};
static_assert(!both<OddFailures, Closed>.monotone && !both<Closed, OddFailures>.monotone);
static_assert(!either<OddFailures, Closed>.monotone && !either<Closed, OddFailures>.monotone);
static_assert(both<FailureRate, Closed>.monotone && either<FailureRate, Closed>.monotone);

TEST_CASE("a round of a rule that is not monotone is judged when all outcomes are in") {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.tripper = (Closed{} & FailureStreak{1}) | (HalfOpened{} & OddFailures{}),
                                .retry = Cooldown{1s},
                                .permit = Probes{3, 10s},
                                .environment = environment}};
  const auto half_open = [&] {
    breaker.reset();
    fail(breaker);
    environment.advance(1s);
  };
  half_open();
  fail(breaker);
  CHECK(breaker.state() == State::half_open);  // one failure is odd, but more may come
  fail(breaker);
  succeed(breaker);
  CHECK(breaker.state() == State::closed);
  half_open();
  succeed(breaker);
  succeed(breaker);
  CHECK(breaker.state() == State::half_open);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a round of a rule that is taken for monotone ends with the first outcome that decides it") {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.tripper = (Closed{} & FailureStreak{1}) | (HalfOpened{} & OddAndSure{}),
                                .retry = Cooldown{1s},
                                .permit = Probes{3, 10s},
                                .environment = environment}};
  fail(breaker);
  environment.advance(1s);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

/// Fires from the second call on, whatever became of it.
struct SecondCall : TripperOperand<SecondCall> {
  static constexpr TripperTraits traits{.monotone = false};
  bool operator()(const CallContext& context) const { return context.metrics.total_count() >= 2; }
};

TEST_CASE("without probes a success never reopens under a rule that is not monotone") {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.tripper = (Closed{} & FailureStreak{1}) | (HalfOpened{} & SecondCall{}),
                                .retry = Cooldown{1s},
                                .permit = AllowAll{},
                                .environment = environment}};
  fail(breaker);
  environment.advance(1s);
  fail(breaker);
  succeed(breaker);
  succeed(breaker);
  CHECK(breaker.state() == State::half_open);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

}  // namespace

// The example refuses by throwing.
#if defined(__cpp_exceptions)

#include "../../examples/own_policies/percentile.hpp"

namespace {

static_assert(traits_of<Percentile95>.needs == Needs{.slow_rates = 1, .clock = true});

/// The 95th percentile by the nearest rank, of all durations.
std::chrono::nanoseconds percentile95(std::vector<std::chrono::nanoseconds> durations) {
  std::sort(durations.begin(), durations.end());
  const std::size_t rank = (durations.size() * 95 + 99) / 100;
  return durations[rank - 1];
}

TEST_CASE("the documented percentile is the percentile of the durations in the window") {
  std::uint32_t seed = 1;
  const auto draw = [&seed](std::uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8U) % below;
  };
  for (std::uint32_t size = 1; size != 130; ++size) {
    CAPTURE(size);
    std::vector<std::chrono::nanoseconds> durations;
    std::uint64_t slow = 0;
    const std::uint32_t slow_ones = draw(size / 10 + 2);
    for (std::uint32_t i = 0; i != size; ++i) {
      durations.push_back(i < slow_ones ? 300ms : 299ms);
      slow += i < slow_ones ? 1U : 0U;
    }
    const CallContext context{State::closed, Metrics{size, 0, {}, {{{}, {300ms, slow}, {}, {}}}}, 0};
    CHECK(Percentile95{300ms}(context) == (percentile95(durations) >= 300ms));
  }
}

TEST_CASE("the documented percentile opens a breaker, and says so") {
  ManualEnvironment environment;
  std::vector<Signal> signals;
  CircuitBreaker breaker{Config{.window = CountWindow{40},
                                .tripper = MinRequests{40} & Percentile95{250ms},
                                .listeners = {[&signals](const Signal& signal) { signals.push_back(signal); }},
                                .environment = environment}};
  const auto call = [&](std::chrono::milliseconds duration) { breaker.call([&] { environment.advance(duration); }); };
  for (int i = 0; i != 38; ++i) call(20ms);
  call(250ms);
  call(250ms);
  CHECK(breaker.state() == State::closed);  // two of forty: the 38th of forty is fast
  call(250ms);
  CHECK(breaker.state() == State::open);
  REQUIRE(signals.size() == 1);
  CHECK(signals[0].reason == "p95 >= 250ms");
  CHECK(describe(MinRequests{40} & Percentile95{250ms}) == "(MinRequests{40} & Percentile95{250ms})");
  CHECK_THROWS_AS(Percentile95{0ms}, std::invalid_argument);
}

}  // namespace

#endif
