// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Kinds of breakers, each written once for two vocabularies: the library's policies, and the model's.

#ifndef FLUXGATE_TESTS_MODEL_RECIPES_HPP
#define FLUXGATE_TESTS_MODEL_RECIPES_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/fluxgate.hpp>

#include "breaker.hpp"

namespace model {

/// The values of one breaker's policies.
struct Numbers {
  std::uint32_t window = 5;
  Time bucket = 1'000'000;
  int buckets = 3;
  std::uint64_t minimum = 2, minimum_half_open = 1;
  int rate = 50, rate_half_open = 50;  // per cent
  std::uint64_t streak = 2;
  Time slow_threshold = 0;  // 0: none
  Time slow = 1'000'000, slower = 2'000'000, average = 1'000'000;
  Time cooldown = 1'000'000, longest = 8'000'000;
  int multiplier = 2, jitter = 0;
  int chance = 50, ramp_from = 8, ramp_to = 64;
  Time ramp = 1 << 20;
  std::uint64_t probes = 2;
  Time patience = 1'000'000;
};

inline std::string to_string(const Numbers& n) {
  const auto ns = [](Time time) { return std::to_string(time) + "ns"; };
  return "window " + std::to_string(n.window) + " or " + std::to_string(n.buckets) + " x " + ns(n.bucket) +
         ", minimum " + std::to_string(n.minimum) + "/" + std::to_string(n.minimum_half_open) + ", rate " +
         std::to_string(n.rate) + "/" + std::to_string(n.rate_half_open) + " %, streak " + std::to_string(n.streak) +
         ", slow_threshold " + ns(n.slow_threshold) + ", slow " + ns(n.slow) + "/" + ns(n.slower) + ", average " +
         ns(n.average) + ", cooldown " + ns(n.cooldown) + " up to " + ns(n.longest) + " by " +
         std::to_string(n.multiplier) + ", jitter " + std::to_string(n.jitter) + "/8, chance " +
         std::to_string(n.chance) + " %, ramp " + std::to_string(n.ramp_from) + " to " + std::to_string(n.ramp_to) +
         " of 64 in " + ns(n.ramp) + ", probes " + std::to_string(n.probes) + " within " + ns(n.patience);
}

/// The library's counterpart of Rule::Kind::custom.
struct Custom : fluxgate::TripperOperand<Custom> {
  explicit Custom(Time most) : threshold{most} {}
  bool operator()(const fluxgate::CallContext& context) const {
    return context.consecutive_failures >= 2 || context.metrics.total_duration().count() >= threshold;
  }
  Time threshold;
};

/// A user's word that there is trouble, whatever the calls: it lets a minimum alone decide.
struct Trouble : fluxgate::TripperOperand<Trouble> {
  static constexpr fluxgate::TripperTraits traits{};
  bool operator()(const fluxgate::CallContext&) const { return true; }
};

struct Library {
  using ns = std::chrono::nanoseconds;
  static double share(int per_cent) { return per_cent / 100.0; }

  static auto count_window(const Numbers& n) { return fluxgate::CountWindow{n.window}; }
  static auto time_window(const Numbers& n) { return fluxgate::TimeWindow{ns{n.bucket * n.buckets}, ns{n.bucket}}; }
  static auto closed() { return fluxgate::Closed{}; }
  static auto half_opened() { return fluxgate::HalfOpened{}; }
  static auto min_requests(std::uint64_t count) { return fluxgate::MinRequests{count}; }
  static auto failure_rate(int per_cent) { return fluxgate::FailureRate{share(per_cent)}; }
  static auto avg_latency(Time threshold) { return fluxgate::AvgLatency{ns{threshold}}; }
  static auto slow_rate(int per_cent) { return fluxgate::SlowRate{share(per_cent)}; }
  static auto slow_rate(int per_cent, Time threshold) { return fluxgate::SlowRate{share(per_cent), ns{threshold}}; }
  static auto failure_streak(std::uint64_t count) { return fluxgate::FailureStreak{count}; }
  static auto custom(Time threshold) { return Custom{threshold}; }
  static auto trouble() { return Trouble{}; }
  static auto never() { return fluxgate::Never{}; }
  static auto always() { return fluxgate::Always{}; }
  static auto cooldown(const Numbers& n) { return fluxgate::Cooldown{ns{n.cooldown}, n.jitter / 8.0}; }
  static auto backoff(const Numbers& n) {
    return fluxgate::Backoff{ns{n.cooldown}, static_cast<double>(n.multiplier), ns{n.longest}, n.jitter / 8.0};
  }
  static auto allow_all() { return fluxgate::AllowAll{}; }
  static auto random(const Numbers& n) { return fluxgate::Random{share(n.chance)}; }
  static auto ramp_up(const Numbers& n) { return fluxgate::RampUp{n.ramp_from / 64.0, n.ramp_to / 64.0, ns{n.ramp}}; }
  static auto probes(const Numbers& n) { return fluxgate::Probes{n.probes, ns{n.patience}}; }
};

struct Plain {
  using Kind = Rule::Kind;
  static Rule rule(Kind kind, std::uint64_t number = 0, Time threshold = 0) { return {kind, number, threshold, {}}; }
  static std::uint64_t share(int per_cent) { return static_cast<std::uint64_t>(per_cent); }

  static Window count_window(const Numbers& n) { return {n.window, 0, 0}; }
  static Window time_window(const Numbers& n) { return {0, n.bucket, n.buckets}; }
  static Rule closed() { return rule(Kind::closed); }
  static Rule half_opened() { return rule(Kind::half_opened); }
  static Rule min_requests(std::uint64_t count) { return rule(Kind::min_requests, count); }
  static Rule failure_rate(int per_cent) { return rule(Kind::failure_rate, share(per_cent)); }
  static Rule avg_latency(Time threshold) { return rule(Kind::avg_latency, 0, threshold); }
  static Rule slow_rate(int per_cent) { return rule(Kind::slow_rate, share(per_cent)); }
  static Rule slow_rate(int per_cent, Time threshold) { return rule(Kind::slow_rate_own, share(per_cent), threshold); }
  static Rule failure_streak(std::uint64_t count) { return rule(Kind::failure_streak, count); }
  static Rule custom(Time threshold) { return rule(Kind::custom, 0, threshold); }
  static Rule trouble() { return rule(Kind::min_requests, 0); }
  static Retry never() { return {}; }
  static Retry always() { return {Retry::Kind::always, 0, 0, 2, 0}; }
  static Retry cooldown(const Numbers& n) { return {Retry::Kind::cooldown, n.cooldown, 0, 2, n.jitter}; }
  static Retry backoff(const Numbers& n) {
    return {Retry::Kind::backoff, n.cooldown, n.longest, n.multiplier, n.jitter};
  }
  static Permits allow_all() { return {{}}; }
  static Permits random(const Numbers& n) { return {{Permit::Kind::random, n.chance, 0, 0, 0}}; }
  static Permits ramp_up(const Numbers& n) { return {{Permit::Kind::ramp_up, n.ramp_from, n.ramp_to, n.ramp, 0}}; }
  static Permits probes(const Numbers& n) { return {{Permit::Kind::probes, 0, 0, n.patience, n.probes}}; }
};

// A recipe: `window`, `tripper`, `retry`, `permit`, each in a vocabulary V.

#define FLUXGATE_RECIPE(name, window_, tripper_, retry_, permit_)                           \
  struct name {                                                                             \
    static constexpr const char* text = #tripper_ "; " #window_ "; " #retry_ "; " #permit_; \
    template <class V>                                                                      \
    static auto window([[maybe_unused]] const Numbers& n) {                                 \
      return V::window_;                                                                    \
    }                                                                                       \
    template <class V>                                                                      \
    static auto tripper([[maybe_unused]] const Numbers& n) {                                \
      return tripper_(V{}, n);                                                              \
    }                                                                                       \
    template <class V>                                                                      \
    static auto retry([[maybe_unused]] const Numbers& n) {                                  \
      return V::retry_;                                                                     \
    }                                                                                       \
    template <class V>                                                                      \
    static auto permit([[maybe_unused]] const Numbers& n) {                                 \
      return permit_(V{}, n);                                                               \
    }                                                                                       \
  }

namespace trippers {

inline constexpr auto rate = [](auto v, const Numbers& n) {
  return v.min_requests(n.minimum) & v.failure_rate(n.rate);
};
inline constexpr auto rate_alone = [](auto v, const Numbers& n) { return v.failure_rate(n.rate); };
inline constexpr auto streak = [](auto v, const Numbers& n) { return v.failure_streak(n.streak); };
inline constexpr auto two_states = [](auto v, const Numbers& n) {
  return (v.closed() & v.min_requests(n.minimum) & v.failure_rate(n.rate)) |
         (v.half_opened() & v.min_requests(n.minimum_half_open) & v.failure_rate(n.rate_half_open));
};
inline constexpr auto streak_then_rate = [](auto v, const Numbers& n) {
  return (v.closed() & v.failure_streak(n.streak)) | (v.half_opened() & v.failure_rate(n.rate_half_open));
};
inline constexpr auto failing_or_slow = [](auto v, const Numbers& n) {
  return v.min_requests(n.minimum) & (v.failure_rate(n.rate) | v.slow_rate(n.rate_half_open));
};
inline constexpr auto slow_or_streak = [](auto v, const Numbers& n) {
  return (v.min_requests(n.minimum) & v.slow_rate(n.rate, n.slow)) | v.failure_streak(n.streak);
};
inline constexpr auto streak_with_minimum = [](auto v, const Numbers& n) {
  return v.min_requests(n.minimum) & v.failure_streak(n.streak);
};
inline constexpr auto streak_and_rate = [](auto v, const Numbers& n) {
  return v.failure_rate(n.rate) & v.failure_streak(n.streak);
};
inline constexpr auto average = [](auto v, const Numbers& n) {
  return v.avg_latency(n.average) & v.min_requests(n.minimum);
};
inline constexpr auto everything_slow = [](auto v, const Numbers& n) {
  return v.avg_latency(n.average) | v.slow_rate(n.rate, n.slow) |
         (v.slow_rate(n.rate_half_open, n.slower) & v.closed()) | v.slow_rate(90, n.slow_threshold + 1'000);
};
inline constexpr auto minimum_alone = [](auto v, const Numbers& n) {
  return (v.closed() & v.min_requests(n.minimum) & v.trouble()) | (v.half_opened() & v.failure_rate(n.rate_half_open));
};
inline constexpr auto closed_only = [](auto v, const Numbers& n) {
  return v.min_requests(n.minimum) & v.failure_rate(n.rate) & v.closed();
};
inline constexpr auto custom = [](auto v, const Numbers& n) {
  return v.custom(n.average) | (v.min_requests(n.minimum) & v.failure_rate(n.rate));
};

}  // namespace trippers

namespace permits {

inline constexpr auto all = [](auto v, const Numbers&) { return v.allow_all(); };
inline constexpr auto random = [](auto v, const Numbers& n) { return v.random(n); };
inline constexpr auto ramp = [](auto v, const Numbers& n) { return v.ramp_up(n); };
inline constexpr auto probes = [](auto v, const Numbers& n) { return v.probes(n); };
inline constexpr auto ramped_probes = [](auto v, const Numbers& n) { return v.probes(n) & v.ramp_up(n); };
inline constexpr auto random_ramp = [](auto v, const Numbers& n) { return v.random(n) & v.ramp_up(n); };

}  // namespace permits

FLUXGATE_RECIPE(CountRate, count_window(n), trippers::rate, cooldown(n), permits::all);
FLUXGATE_RECIPE(CountRateProbes, count_window(n), trippers::rate, backoff(n), permits::probes);
FLUXGATE_RECIPE(CountRateAlone, count_window(n), trippers::rate_alone, always(), permits::random);
FLUXGATE_RECIPE(CountStreak, count_window(n), trippers::streak, backoff(n), permits::ramp);
FLUXGATE_RECIPE(CountTwoStates, count_window(n), trippers::two_states, cooldown(n), permits::ramped_probes);
FLUXGATE_RECIPE(CountTwoStatesAll, count_window(n), trippers::two_states, always(), permits::all);
FLUXGATE_RECIPE(CountStreakThenRate, count_window(n), trippers::streak_then_rate, cooldown(n), permits::random_ramp);
FLUXGATE_RECIPE(CountSlow, count_window(n), trippers::failing_or_slow, cooldown(n), permits::probes);
FLUXGATE_RECIPE(CountSlowOrStreak, count_window(n), trippers::slow_or_streak, backoff(n), permits::all);
FLUXGATE_RECIPE(CountAverage, count_window(n), trippers::average, cooldown(n), permits::probes);
FLUXGATE_RECIPE(CountEverythingSlow, count_window(n), trippers::everything_slow, always(), permits::random);
FLUXGATE_RECIPE(CountMinimumAlone, count_window(n), trippers::minimum_alone, cooldown(n), permits::all);
FLUXGATE_RECIPE(CountClosedOnly, count_window(n), trippers::closed_only, backoff(n), permits::probes);
FLUXGATE_RECIPE(CountNever, count_window(n), trippers::rate, never(), permits::all);
FLUXGATE_RECIPE(CountCustom, count_window(n), trippers::custom, cooldown(n), permits::ramp);
FLUXGATE_RECIPE(TimeRate, time_window(n), trippers::rate, cooldown(n), permits::all);
FLUXGATE_RECIPE(TimeTwoStates, time_window(n), trippers::two_states, backoff(n), permits::probes);
FLUXGATE_RECIPE(TimeStreakThenRate, time_window(n), trippers::streak_then_rate, always(), permits::ramped_probes);
FLUXGATE_RECIPE(TimeSlowOrStreak, time_window(n), trippers::slow_or_streak, cooldown(n), permits::random);
FLUXGATE_RECIPE(TimeEverythingSlow, time_window(n), trippers::everything_slow, cooldown(n), permits::probes);
FLUXGATE_RECIPE(TimeCustom, time_window(n), trippers::custom, backoff(n), permits::all);

FLUXGATE_RECIPE(CountStreakMinimum, count_window(n), trippers::streak_with_minimum, cooldown(n), permits::all);
FLUXGATE_RECIPE(TimeStreakAndRate, time_window(n), trippers::streak_and_rate, cooldown(n), permits::probes);

#undef FLUXGATE_RECIPE

}  // namespace model

#endif
