// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Too large a share of the calls is slow.

#ifndef FLUXGATE_TRIPPERS_SLOW_RATE_HPP
#define FLUXGATE_TRIPPERS_SLOW_RATE_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers/rate.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Fires when at least `ratio` of the window's calls took at least the threshold: its own, or the breaker's
/// `slow_threshold`.
///
/// Choose it when slowness hurts callers before failures show. Not alone: add a `MinRequests`. In HALF_OPEN it wants
/// `Probes`, as AvgLatency does. Failed calls that are slow count as well.
///
/// Costs two clock reads a call, a division for each verdict, and a counter for a threshold of its own, of which a
/// breaker's rules may have three. Immutable, so threads share it. Resilience4j calls it slowCallRateThreshold.
template <bool own_threshold>
class SlowRate : public TripperOperand<SlowRate<own_threshold>> {
 public:
  static constexpr TripperTraits traits{.needs = {.slow_rates = own_threshold ? 1 : 0, .clock = true},
                                        .on_trouble_only = true,
                                        .uses_slow_threshold = !own_threshold};

  /// `ratio` is a share of the calls: 0.5, not 50.
  /// @throws std::invalid_argument unless 0 < ratio <= 1; the breaker refuses it without a `slow_threshold`
  constexpr explicit SlowRate(double ratio)
    requires(!own_threshold)
      : ratio_{ratio} {
    check_ratio();
  }

  /// `threshold` in any unit.
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
  /// Its own threshold.
  constexpr std::chrono::nanoseconds slow_threshold() const noexcept
    requires own_threshold
  {
    return threshold_;
  }
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

static_assert(Tripper<SlowRate<false>> && Tripper<SlowRate<true>>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
