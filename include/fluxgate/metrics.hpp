// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a window knows about the recent calls, and what a tripper gets to see of it.

#ifndef FLUXGATE_METRICS_HPP
#define FLUXGATE_METRICS_HPP

#include <array>
#include <cfloat>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// `part / whole` as a double and nothing finer. Where the processor calculates with more digits than a double has
/// (x87, on 32-bit x86), two of five would else be less than 0.4.
constexpr double quotient(std::uint64_t part, std::uint64_t whole) noexcept {
  const double exact = static_cast<double>(part) / static_cast<double>(whole);
#if FLT_EVAL_METHOD != 0
  if (!std::is_constant_evaluated()) {
    const volatile double stored = exact;
    return stored;
  }
#endif
  return exact;
}

}  // namespace detail

/// The most slow thresholds that one breaker can count: its `slow_threshold` and those of its `SlowRate`s.
inline constexpr std::size_t max_slow_thresholds = 4;

/// How many calls of a window took at least `threshold`.
struct SlowCount {
  std::chrono::nanoseconds threshold{0};  ///< zero: no threshold, nothing is counted here
  std::uint64_t count{0};

  friend constexpr bool operator==(const SlowCount&, const SlowCount&) = default;
};

/// The counts of a window at one moment; a plain value.
///
/// Slow calls are counted for the thresholds that the breaker was configured with, durations only where its
/// configuration asks for them (`AvgLatency`, a user-written tripper); what is not measured reads as zero.
class Metrics {
 public:
  using SlowCounts = std::array<SlowCount, max_slow_thresholds>;

  constexpr Metrics() = default;

  /// The first of `slow` is the breaker's own `slow_threshold`.
  constexpr Metrics(std::uint64_t total, std::uint64_t failures, std::chrono::nanoseconds duration = {},
                    const SlowCounts& slow = {}) noexcept
      : total_{total}, failures_{failures}, duration_{duration}, slow_{slow} {}

  constexpr std::uint64_t total_count() const noexcept { return total_; }
  constexpr std::uint64_t failure_count() const noexcept { return failures_; }

  /// Whether the breaker has a `slow_threshold`.
  constexpr bool has_slow_threshold() const noexcept { return slow_[0].threshold.count() != 0; }
  /// Calls that took at least the breaker's `slow_threshold`; zero without one.
  constexpr std::uint64_t slow_count() const noexcept { return slow_[0].count; }

  /// Calls that took at least `threshold`; zero where no policy counts that threshold.
  constexpr std::uint64_t slow_count(std::chrono::nanoseconds threshold) const noexcept {
    for (const SlowCount& slow : slow_) {
      if (slow.threshold == threshold && slow.threshold.count() != 0) return slow.count;
    }
    return 0;
  }

  /// The count of each threshold, the breaker's own first; those with the threshold zero are not in use.
  constexpr const SlowCounts& slow_counts() const noexcept { return slow_; }

  constexpr std::chrono::nanoseconds total_duration() const noexcept { return duration_; }

  /// Empty without calls.
  constexpr std::optional<std::chrono::nanoseconds> avg_duration() const noexcept {
    if (total_ == 0) return std::nullopt;
    return duration_ / static_cast<std::int64_t>(total_);
  }
  /// Failures per call, empty without calls.
  constexpr std::optional<double> failure_rate() const noexcept { return rate(failures_); }
  /// Slow calls per call, for the breaker's `slow_threshold`; empty without calls.
  constexpr std::optional<double> slow_rate() const noexcept { return rate(slow_count()); }
  /// Slow calls per call, for `threshold`; empty without calls.
  constexpr std::optional<double> slow_rate(std::chrono::nanoseconds threshold) const noexcept {
    return rate(slow_count(threshold));
  }

  friend constexpr bool operator==(const Metrics&, const Metrics&) = default;

 private:
  constexpr std::optional<double> rate(std::uint64_t part) const noexcept {
    if (total_ == 0) return std::nullopt;
    return detail::quotient(part, total_);
  }

  std::uint64_t total_{0};
  std::uint64_t failures_{0};
  std::chrono::nanoseconds duration_{0};
  SlowCounts slow_{};
};

/// What a tripper sees when it is asked.
///
/// In HALF_OPEN with `Probes` the round's missing outcomes are seen as successes that took no time: the tripper is
/// asked whether the round fails however they come out.
struct CallContext {
  State state{State::closed};
  Metrics metrics{};
  /// Failures since the last success; over a `TimeWindow` no more than the span still holds. In HALF_OPEN the most in a
  /// row since the round began. Stays at 65,535.
  std::uint64_t consecutive_failures{0};
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
