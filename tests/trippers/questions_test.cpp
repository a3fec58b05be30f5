// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What a tree of trippers answers about itself, as the engine and the configuration ask it.

#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

constexpr auto rate = FailureRate{0.5};
constexpr auto average = AvgLatency{1s};
constexpr auto streak = FailureStreak{3};
constexpr auto slow = SlowRate{0.5};
constexpr auto slower = SlowRate{0.5, 2s};
constexpr auto anything = [](const CallContext& context) { return context.metrics.failure_count() != 0; };

// ---- What has to be measured.

template <class Tripper>
constexpr Needs needs_of(const Tripper&) {
  return detail::traits_of<Tripper>.needs;
}
constexpr Needs nothing{.durations = false, .streak = false, .slow_rates = 0, .clock = false, .context_only = true};
constexpr Needs everything{.durations = true, .streak = true, .slow_rates = 0, .clock = true, .context_only = false};
constexpr Needs a_clock{.clock = true};

static_assert(Needs{} == nothing);
static_assert(needs_of(Closed{}) == nothing && needs_of(HalfOpened{}) == nothing && needs_of(Manual{}) == nothing);
static_assert(needs_of(MinRequests{5}) == nothing && needs_of(rate) == nothing);
static_assert(needs_of(average) == Needs{.durations = true, .clock = true});
static_assert(needs_of(streak) == Needs{.streak = true});
static_assert(needs_of(slow) == a_clock && needs_of(slower) == Needs{.slow_rates = 1, .clock = true});
static_assert(needs_of(anything) == everything);

// A tree needs what either side of it needs, on whichever side that stands.
template <class L, class R>
constexpr bool need(const L& left, const R& right, const Needs& both) {
  return needs_of(left & right) == both && needs_of(right & left) == both && needs_of(left | right) == both &&
         needs_of(right | left) == both;
}
static_assert(need(rate, MinRequests{5}, nothing) && need(rate, slow, a_clock));
static_assert(need(rate, average, {.durations = true, .clock = true}) && need(rate, streak, {.streak = true}));
static_assert(need(average, streak, {.durations = true, .streak = true, .clock = true}));
static_assert(need(slower, SlowRate{0.1, 3s}, {.slow_rates = 2, .clock = true}));
static_assert(need(rate, anything, everything));
static_assert(need(anything, slower,
                   {.durations = true, .streak = true, .slow_rates = 1, .clock = true, .context_only = false}));

// A tripper of the user's own says what it needs, and may leave out that it needs a clock if that follows.
template <bool durations, bool clock, bool context_only>
struct Mine : TripperOperand<Mine<durations, clock, context_only>> {
  static constexpr TripperTraits traits{
      .needs = {.durations = durations, .clock = clock, .context_only = context_only}};
  constexpr bool operator()(const CallContext&) const { return false; }
};
struct MineWithThreshold : TripperOperand<MineWithThreshold> {
  static constexpr TripperTraits traits{.needs = {.slow_rates = 1}};
  constexpr bool operator()(const CallContext&) const { return false; }
  constexpr std::chrono::nanoseconds slow_threshold() const { return 2s; }
};
static_assert(needs_of(Mine<false, false, true>{}) == nothing && needs_of(Mine<false, true, true>{}) == a_clock);
static_assert(needs_of(Mine<true, false, true>{}) == Needs{.durations = true, .clock = true});
static_assert(needs_of(MineWithThreshold{}) == Needs{.slow_rates = 1, .clock = true});
static_assert(needs_of(Mine<false, false, false>{}) == Needs{.context_only = false});
static_assert(need(Mine<false, false, false>{}, rate, {.context_only = false}));

// ---- Whether a success changes nothing without trouble in the window.

template <class Tripper>
constexpr bool on_trouble_only(const Tripper&) {
  return detail::traits_of<Tripper>.on_trouble_only;
}
static_assert(on_trouble_only(rate) && on_trouble_only(streak) && on_trouble_only(slow) && on_trouble_only(slower));
static_assert(on_trouble_only(Manual{}) && !on_trouble_only(average) && !on_trouble_only(anything));
static_assert(!on_trouble_only(Closed{}) && !on_trouble_only(HalfOpened{}) && !on_trouble_only(MinRequests{5}));
static_assert(on_trouble_only(rate & average) && on_trouble_only(average & rate) && on_trouble_only(rate & streak));
static_assert(!on_trouble_only(average & Closed{}) && !on_trouble_only(rate | average));
static_assert(!on_trouble_only(average | rate) && on_trouble_only(rate | streak) &&
              !on_trouble_only(average | average));

// ---- Whether the breaker's own threshold is asked for.

template <class Tripper>
constexpr bool uses_slow_threshold(const Tripper&) {
  return detail::traits_of<Tripper>.uses_slow_threshold;
}
static_assert(uses_slow_threshold(slow) && !uses_slow_threshold(slower));
static_assert(!uses_slow_threshold(rate) && !uses_slow_threshold(average) && !uses_slow_threshold(anything));
static_assert(uses_slow_threshold(rate & slow) && uses_slow_threshold(slow & rate));
static_assert(uses_slow_threshold(rate | slow) && uses_slow_threshold(slow | rate));
static_assert(!uses_slow_threshold(rate | average));

// ---- How many calls it waits for.

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
constexpr auto by_state = (Closed{} & MinRequests{20} & rate) | (HalfOpened{} & MinRequests{5} & streak);

using detail::min_requests_in;
using detail::outcomes_wanted;

constexpr std::uint64_t calls_to_fire(const auto& tripper, State state) {
  return detail::fold(detail::CallsToFire{{state}}, tripper);
}

static_assert(min_requests_in(rate, State::closed) == 0 && min_requests_in(Manual{}, State::closed) == 0 &&
              min_requests_in(anything, State::closed) == 0);
static_assert(min_requests_in(MinRequests{7} & rate, State::closed) == 7);
static_assert(min_requests_in(MinRequests{7} & (MinRequests{9} | rate), State::closed) == 9);
static_assert(min_requests_in((rate | MinRequests{9}) & MinRequests{7}, State::half_open) == 9);
static_assert(min_requests_in(by_state, State::closed) == 20 && min_requests_in(by_state, State::half_open) == 5);
static_assert(min_requests_in(Closed{} & MinRequests{20} & rate, State::half_open) == 0);
static_assert(min_requests_in(MinRequests{20} & HalfOpened{} & rate, State::closed) == 0);

static_assert(calls_to_fire(rate, State::closed) == 1 && calls_to_fire(anything, State::half_open) == 1);
static_assert(calls_to_fire(streak, State::closed) == 3 && calls_to_fire(MinRequests{7} & rate, State::closed) == 7);
static_assert(calls_to_fire(MinRequests{7} & FailureStreak{9}, State::closed) == 9);
static_assert(calls_to_fire(rate | streak, State::closed) == 1);
static_assert(calls_to_fire(FailureStreak{4} | streak, State::closed) == 3);
static_assert(calls_to_fire(Manual{}, State::closed) == never && calls_to_fire(Closed{}, State::half_open) == never);
static_assert(calls_to_fire(by_state, State::closed) == 20 && calls_to_fire(by_state, State::half_open) == 5);
static_assert(calls_to_fire(Manual{} | streak, State::closed) == 3);

static_assert(outcomes_wanted(rate, State::half_open) == 1 && outcomes_wanted(streak, State::half_open) == 3);
static_assert(outcomes_wanted(Manual{}, State::half_open) == 0 && outcomes_wanted(by_state, State::open) == 0);
static_assert(outcomes_wanted((MinRequests{7} & rate) | streak, State::half_open) == 7);
static_assert(outcomes_wanted((MinRequests{2} & rate & streak) | Manual{}, State::half_open) == 3);
static_assert(outcomes_wanted(by_state, State::closed) == 20 && outcomes_wanted(by_state, State::half_open) == 5);

// ---- Whether "does not fire" means "healthy".

constexpr bool is_settled(const auto& tripper, State state, std::uint64_t calls) {
  return detail::settled(tripper, CallContext{.state = state, .metrics = Metrics{calls, 0}});
}
static_assert(is_settled(rate, State::half_open, 0) && is_settled(anything, State::half_open, 0));
static_assert(is_settled(MinRequests{2}, State::half_open, 2) && !is_settled(MinRequests{2}, State::half_open, 1));
static_assert(!is_settled(MinRequests{2} & rate, State::half_open, 1) &&
              !is_settled(rate | MinRequests{2}, State::half_open, 1));
static_assert(is_settled(by_state, State::half_open, 5) && !is_settled(by_state, State::half_open, 4));

}  // namespace

#if defined(__cpp_exceptions)

namespace {

/// Cannot tell whether it has seen enough.
struct Unsure {
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() != 0; }
  bool settled(const CallContext&) const { throw std::runtime_error{"unsure"}; }
};

}  // namespace

TEST_CASE("A tripper whose settled throws holds the recovery up") {
  ManualEnvironment env;
  auto cb = make_breaker(env, Unsure{});
  fail(cb);
  env.advance(60s);
  succeed(cb, 10);
  CHECK(cb.state() == State::half_open);
  fail(cb);
  CHECK(cb.state() == State::open);
}

#endif
