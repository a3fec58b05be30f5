// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A random share of the calls may test recovery.

#ifndef FLUXGATE_PERMITS_RANDOM_HPP
#define FLUXGATE_PERMITS_RANDOM_HPP

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/permits/permit.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Admits each call with the probability `ratio`.
///
/// Choose it for a steady trickle under dense traffic. Not where calls are rare, since the test then takes long; and
/// not without a `MinRequests` for HALF_OPEN, since else one success closes. Costs a draw for each call in HALF_OPEN,
/// which reads the clock. Immutable, so threads share it.
class Random : public PermitOperand<Random> {
 public:
  /// `ratio` is a share of the calls: 0.1, not 10.
  /// @throws std::invalid_argument unless 0 < ratio <= 1
  constexpr explicit Random(double ratio) : ratio_{ratio} {
    detail::require(ratio > 0.0 && ratio <= 1.0, "Random", "ratio", ratio, "(0, 1]");
  }
  bool operator()(const PermitContext& context) const noexcept { return context.uniform() < ratio_; }
  std::string describe() const { return detail::concat({"Random{", detail::text(ratio_), "}"}); }
  friend constexpr bool operator==(const Random&, const Random&) = default;

 private:
  double ratio_;
};

static_assert(Permit<Random>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
