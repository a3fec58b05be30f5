// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The counts of a window, and what a tripper sees of them.

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

/// `part / whole`, rounded to a double. If the processor calculates with more digits (x87, on 32-bit x86), two of five
/// would otherwise be less than 0.4.
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

/// The largest number of slow thresholds in one breaker: its `slow_threshold` and those of its `SlowRate`s.
inline constexpr std::size_t max_slow_thresholds = 4;

/// The number of calls in a window that took at least `threshold`.
struct SlowCount {
  std::chrono::nanoseconds threshold{0};  ///< zero: this entry is not in use
  std::uint64_t count{0};                 ///< calls

  friend constexpr bool operator==(const SlowCount&, const SlowCount&) = default;
};

/// The counts of a window at one moment; a plain value.
///
/// Slow calls are counted for the thresholds in the breaker's configuration, durations only if it needs them
/// (`AvgLatency`, a tripper of your own). What is not measured is zero.
class Metrics {
 public:
  /// One entry for each threshold, the breaker's own first.
  using SlowCounts = std::array<SlowCount, max_slow_thresholds>;

  constexpr Metrics() = default;

  /// The first entry of `slow` is for the breaker's own `slow_threshold`.
  constexpr Metrics(std::uint64_t total, std::uint64_t failures, std::chrono::nanoseconds duration = {},
                    const SlowCounts& slow = {}) noexcept
      : total_{total}, failures_{failures}, duration_{duration}, slow_{slow} {}

  /// The calls in the window.
  constexpr std::uint64_t total_count() const noexcept { return total_; }
  /// The failures among them.
  constexpr std::uint64_t failure_count() const noexcept { return failures_; }

  /// Whether the breaker has a `slow_threshold`.
  constexpr bool has_slow_threshold() const noexcept { return slow_[0].threshold.count() != 0; }
  /// Calls that took at least the breaker's `slow_threshold`; zero without one.
  constexpr std::uint64_t slow_count() const noexcept { return slow_[0].count; }

  /// Calls that took at least `threshold`; zero if no policy counts that threshold.
  constexpr std::uint64_t slow_count(std::chrono::nanoseconds threshold) const noexcept {
    for (const SlowCount& slow : slow_) {
      if (slow.threshold == threshold && slow.threshold.count() != 0) return slow.count;
    }
    return 0;
  }

  /// The count for each threshold, the breaker's own first; entries with threshold zero are not in use.
  constexpr const SlowCounts& slow_counts() const noexcept { return slow_; }

  /// The sum of the durations of all calls.
  constexpr std::chrono::nanoseconds total_duration() const noexcept { return duration_; }

  /// The average duration; empty without calls.
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
/// In HALF_OPEN with `Probes`, missing outcomes of the round appear as successes that took no time: the tripper decides
/// whether the round fails whatever they will be.
struct CallContext {
  State state{State::closed};  ///< of the breaker: closed or half_open
  Metrics metrics{};           ///< counts of the window
  /// Failures since the last success; over a `TimeWindow` at most those that the span still holds. In HALF_OPEN the
  /// longest streak since the round began. Saturates at 65,535.
  std::uint64_t consecutive_failures{0};
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
