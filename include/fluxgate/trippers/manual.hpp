// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker that opens only by command.

#ifndef FLUXGATE_TRIPPERS_MANUAL_HPP
#define FLUXGATE_TRIPPERS_MANUAL_HPP

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Never fires: only `force_open()` opens the breaker.
///
/// Choose it where the breaker is a switch and a source of metrics. In a tree it says that a rule is meant never to
/// fire: one that cannot by mistake is refused. Not where outages must be noticed without a person. Costs nothing. It
/// has no state, so threads share it.
struct Manual : TripperOperand<Manual> {
  static constexpr TripperTraits traits{.role = TripperRole::never};
  constexpr bool operator()(const CallContext&) const noexcept { return false; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "Manual{}"; }
  friend constexpr bool operator==(const Manual&, const Manual&) = default;
};

static_assert(Tripper<Manual>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
