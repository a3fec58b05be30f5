// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Too large a share of the calls failed.

#ifndef FLUXGATE_TRIPPERS_FAILURE_RATE_HPP
#define FLUXGATE_TRIPPERS_FAILURE_RATE_HPP

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers/rate.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Fires when at least `ratio` of the window's calls failed.
///
/// Choose it as the main rule. Not alone: add a `MinRequests`. Costs a division for each verdict; a success asks for
/// none while the window holds neither a failure nor a slow call. Immutable, so threads share it. Hystrix calls it
/// errorThresholdPercentage.
class FailureRate : public TripperOperand<FailureRate> {
 public:
  static constexpr TripperTraits traits{.on_trouble_only = true};

  /// `ratio` is a share of the calls: 0.5, not 50.
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

static_assert(Tripper<FailureRate>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
