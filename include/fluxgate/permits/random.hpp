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

/// Admits each call with the probability `ratio`. Choose it for a steady trickle under dense traffic.
class Random : public PermitOperand<Random> {
 public:
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

}  // namespace fluxgate::FLUXGATE_ABI

#endif
