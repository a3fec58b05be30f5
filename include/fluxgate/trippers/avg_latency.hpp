// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The calls take too long on average.

#ifndef FLUXGATE_TRIPPERS_AVG_LATENCY_HPP
#define FLUXGATE_TRIPPERS_AVG_LATENCY_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Fires when the window's calls took at least `threshold` on average, failed ones included.
///
/// Choose it for a dependency that degrades as a whole; a few very slow calls are better seen by `SlowRate`. Not alone:
/// add a `MinRequests`. In HALF_OPEN successes that are slow only keep the breaker from closing: what reopens is a
/// failure, or the verdict of `Probes`.
///
/// Costs two clock reads a call, 8 bytes a call of memory instead of 4 in a `CountWindow`, and every call is written.
/// Immutable, so threads share it.
class AvgLatency : public TripperOperand<AvgLatency> {
 public:
  static constexpr TripperTraits traits{.needs = {.durations = true}};

  /// `threshold` in any unit; calls are measured in microseconds.
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
    // Multiplies, since each call would wait for a division.
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
  std::uint64_t most_calls_;  ///< more calls of this average overflow the nanoseconds
};

static_assert(Tripper<AvgLatency>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
