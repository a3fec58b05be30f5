// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trippers: when the calls are bad enough to open.

#ifndef FLUXGATE_TRIPPERS_SLOW_RATE_HPP
#define FLUXGATE_TRIPPERS_SLOW_RATE_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/text.hpp>
#include <fluxgate/trippers/questions.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Rules its side of an `&` out in every state but CLOSED. Choose it to give CLOSED and HALF_OPEN rules of their own.
struct Closed : TripperOperand<Closed> {
  static constexpr Needs needs{};
  static constexpr bool gate = true;
  static constexpr State only_in = State::closed;
  constexpr bool operator()(const CallContext& context) const noexcept { return context.state == only_in; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "Closed{}"; }
  friend constexpr bool operator==(const Closed&, const Closed&) = default;
};

/// Rules its side of an `&` out in every state but HALF_OPEN.
struct HalfOpened : TripperOperand<HalfOpened> {
  static constexpr Needs needs{};
  static constexpr bool gate = true;
  static constexpr State only_in = State::half_open;
  constexpr bool operator()(const CallContext& context) const noexcept { return context.state == only_in; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "HalfOpened{}"; }
  friend constexpr bool operator==(const HalfOpened&, const HalfOpened&) = default;
};

/// Never fires: the breaker opens by `force_open()` alone.
///
/// Choose it where the breaker is a switch and a source of metrics. In a tree it says that a rule is meant never to
/// fire: one that cannot by mistake is refused. Costs nothing.
struct Manual : TripperOperand<Manual> {
  static constexpr Needs needs{};
  static constexpr bool never_fires = true;
  static constexpr bool on_trouble_only = true;
  constexpr bool operator()(const CallContext&) const noexcept { return false; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "Manual{}"; }
  friend constexpr bool operator==(const Manual&, const Manual&) = default;
};

/// Fires once the window holds `count` calls; until then no verdict rests on too few of them, good or bad.
///
/// Choose it beside every rate: one failed call of one is a rate of 1. Not alone: it would fire on healthy calls.
class MinRequests : public TripperOperand<MinRequests> {
 public:
  static constexpr Needs needs{};
  static constexpr bool gate = true;

  /// @throws std::invalid_argument unless 1 <= count <= 1000000
  template <detail::Count N>
  constexpr explicit MinRequests(N count)
      : count_{detail::to_count(count, 1'000'000, "MinRequests", "count", "[1, 1000000]")} {}
  constexpr bool operator()(const CallContext& context) const noexcept {
    return context.metrics.total_count() >= count_;
  }
  constexpr bool settled(const CallContext& context) const noexcept { return (*this)(context); }
  constexpr std::uint64_t min_requests() const noexcept { return count_; }
  static std::string explain(const CallContext&) { return {}; }
  std::string describe() const { return detail::concat({"MinRequests{", detail::text(count_), "}"}); }
  friend constexpr bool operator==(const MinRequests&, const MinRequests&) = default;

 private:
  std::uint64_t count_;
};

namespace detail {

/// The MinRequests of a tripper that the user did not write: construction lowers it to what window and permit hold.
class DefaultMinRequests : public MinRequests {
 public:
  using MinRequests::MinRequests;

  constexpr void lower_to(std::uint64_t most) {
    if (most < min_requests()) *this = DefaultMinRequests{most};
  }
};

/// Whether `part` is at least `ratio` of the window's calls.
constexpr bool reaches(double ratio, std::uint64_t part, const CallContext& context) noexcept {
  const std::uint64_t total = context.metrics.total_count();
  return total != 0 && quotient(part, total) >= ratio;
}

inline std::string reached(const char* rate, double ratio, std::uint64_t part, const CallContext& context) {
  const std::uint64_t total = std::max<std::uint64_t>(context.metrics.total_count(), 1);
  return concat({rate, text(quotient(part, total), 3), " >= ", text(ratio)});
}

}  // namespace detail

/// Fires when at least `ratio` of the window's calls failed.
///
/// Choose it as the main rule. Not alone: add a `MinRequests`.
class FailureRate : public TripperOperand<FailureRate> {
 public:
  static constexpr Needs needs{};
  static constexpr bool on_trouble_only = true;

  /// @throws std::invalid_argument unless 0 < ratio <= 1
  constexpr explicit FailureRate(double ratio) : ratio_{ratio} {
    detail::require(ratio > 0.0 && ratio <= 1.0, "FailureRate", "ratio", ratio, "(0, 1]");
  }
  constexpr bool operator()(const CallContext& context) const noexcept {
    return detail::reaches(ratio_, context.metrics.failure_count(), context);
  }
  std::string explain(const CallContext& context) const {
    return detail::reached("failure_rate ", ratio_, context.metrics.failure_count(), context);
  }
  std::string describe() const { return detail::concat({"FailureRate{", detail::text(ratio_), "}"}); }
  friend constexpr bool operator==(const FailureRate&, const FailureRate&) = default;

 private:
  double ratio_;
};

/// Fires when the window's calls took at least `threshold` on average, failed ones included.
///
/// Choose it for a dependency that degrades as a whole; a few very slow calls are better seen by `SlowRate`. In
/// HALF_OPEN successes that are slow only keep the breaker from closing: what reopens is a failure, or the verdict of
/// `Probes`. Costs two clock reads a call, 8 bytes a call of memory instead of 4 in a `CountWindow`, and every call is
/// written.
class AvgLatency : public TripperOperand<AvgLatency> {
 public:
  static constexpr Needs needs{.durations = true, .clock = true};

  /// @throws std::invalid_argument unless 1us <= threshold <= 4294s, the longest that a call is measured
  template <class Rep, class Period>
  constexpr explicit AvgLatency(std::chrono::duration<Rep, Period> threshold)
      : threshold_{detail::to_nanoseconds(threshold)} {
    detail::require(threshold_ >= std::chrono::microseconds{1} && threshold_ <= std::chrono::seconds{4294},
                    "AvgLatency", "threshold", threshold_, "[1us, 4294s]");
    most_calls_ = static_cast<std::uint64_t>(std::chrono::nanoseconds::max() / threshold_);
  }
  template <detail::Unitless N>
  constexpr explicit AvgLatency(N) {
    detail::refuse_unitless<N>();
  }
  constexpr bool operator()(const CallContext& context) const noexcept {
    // Multiplied, since each call would wait for a division.
    const std::uint64_t calls = context.metrics.total_count();
    return calls != 0 && calls <= most_calls_ &&
           context.metrics.total_duration() >= threshold_ * static_cast<std::int64_t>(calls);
  }
  std::string explain(const CallContext& context) const {
    return detail::concat({"avg_duration ",
                           detail::text(context.metrics.avg_duration().value_or(std::chrono::nanoseconds{0})),
                           " >= ", detail::text(threshold_)});
  }
  std::string describe() const { return detail::concat({"AvgLatency{", detail::text(threshold_), "}"}); }
  friend constexpr bool operator==(const AvgLatency&, const AvgLatency&) = default;

 private:
  std::chrono::nanoseconds threshold_;
  std::uint64_t most_calls_ = 0;  ///< that can take so long on average, in nanoseconds that fit
};

/// Fires when at least `ratio` of the window's calls took the threshold or longer: its own, or the breaker's
/// `slow_threshold`.
///
/// Choose it when slowness hurts callers before failures show. In HALF_OPEN it wants `Probes`, as AvgLatency does.
/// Costs two clock reads a call.
template <bool own_threshold>
class SlowRate : public TripperOperand<SlowRate<own_threshold>> {
 public:
  static constexpr Needs needs{.slow_rates = own_threshold ? 1 : 0, .clock = true};
  static constexpr bool uses_slow_threshold = !own_threshold;
  static constexpr bool on_trouble_only = true;

  /// @throws std::invalid_argument unless 0 < ratio <= 1
  constexpr explicit SlowRate(double ratio)
    requires(!own_threshold)
      : ratio_{ratio} {
    check_ratio();
  }

  /// @throws std::invalid_argument unless 0 < ratio <= 1 and threshold > 0
  template <class Rep, class Period>
    requires own_threshold
  constexpr SlowRate(double ratio, std::chrono::duration<Rep, Period> threshold)
      : ratio_{ratio}, threshold_{detail::to_nanoseconds(threshold)} {
    check_ratio();
    detail::require(threshold_.count() > 0, "SlowRate", "threshold", threshold_, "(0s, 292 years]");
  }

  template <detail::Unitless N>
    requires own_threshold
  constexpr SlowRate(double ratio, N) : ratio_{ratio} {
    detail::refuse_unitless<N>();
  }

  constexpr bool operator()(const CallContext& context) const noexcept {
    return detail::reaches(ratio_, slow(context), context);
  }
  /// Zero where it follows the breaker's own.
  constexpr std::chrono::nanoseconds slow_threshold() const noexcept { return threshold_; }
  std::string explain(const CallContext& context) const {
    return detail::reached("slow_rate ", ratio_, slow(context), context);
  }
  std::string describe() const {
    return detail::concat({"SlowRate{", detail::text(ratio_),
                           own_threshold ? detail::concat({", ", detail::text(threshold_)}) : std::string{}, "}"});
  }
  friend constexpr bool operator==(const SlowRate&, const SlowRate&) = default;

 private:
  constexpr void check_ratio() const {
    detail::require(ratio_ > 0.0 && ratio_ <= 1.0, "SlowRate", "ratio", ratio_, "(0, 1]");
  }
  constexpr std::uint64_t slow(const CallContext& context) const noexcept {
    return own_threshold ? context.metrics.slow_count(threshold_) : context.metrics.slow_count();
  }

  double ratio_;
  std::chrono::nanoseconds threshold_{0};
};

SlowRate(double) -> SlowRate<false>;
template <class Rep, class Period>
SlowRate(double, std::chrono::duration<Rep, Period>) -> SlowRate<true>;
template <detail::Unitless N>
SlowRate(double, N) -> SlowRate<true>;

/// Fires at `count` failures in a row. Over a `CountWindow` however old they are; over a `TimeWindow` those count that
/// the span still holds. In HALF_OPEN the longest streak of the round counts, so that the order of its outcomes does
/// not matter more than it must.
///
/// Choose it to notice a dead dependency in a few calls, also right after a start. Not where single failures are
/// normal and traffic is dense: chance alone makes streaks there.
class FailureStreak : public TripperOperand<FailureStreak> {
 public:
  static constexpr Needs needs{.streak = true};
  static constexpr bool on_trouble_only = true;

  /// @throws std::invalid_argument unless 1 <= count <= 30000
  template <detail::Count N>
  constexpr explicit FailureStreak(N count)
      : count_{detail::to_count(count, 30'000, "FailureStreak", "count", "[1, 30000]")} {}
  constexpr bool operator()(const CallContext& context) const noexcept {
    return context.consecutive_failures >= count_;
  }
  constexpr std::uint64_t failure_streak() const noexcept { return count_; }
  std::string explain(const CallContext& context) const {
    return detail::concat(
        {"consecutive_failures ", detail::text(context.consecutive_failures), " >= ", detail::text(count_)});
  }
  std::string describe() const { return detail::concat({"FailureStreak{", detail::text(count_), "}"}); }
  friend constexpr bool operator==(const FailureStreak&, const FailureStreak&) = default;

 private:
  std::uint64_t count_;
};

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
