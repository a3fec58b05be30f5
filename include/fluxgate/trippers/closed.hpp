// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Rules for CLOSED alone.

#ifndef FLUXGATE_TRIPPERS_CLOSED_HPP
#define FLUXGATE_TRIPPERS_CLOSED_HPP

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Fires in CLOSED only: it disables the rules joined to it by `&` in every other state.
///
/// Choose it to give CLOSED and HALF_OPEN rules of their own. Not without a rule for HALF_OPEN beside it, unless one
/// success may close the breaker. Not alone: it says nothing against the calls, so the breaker refuses it. Costs a
/// comparison. It has no state, so threads share it.
struct Closed : TripperOperand<Closed> {
  static constexpr TripperTraits traits{.role = TripperRole::gate, .only_in = State::closed};
  constexpr bool operator()(const CallContext& context) const noexcept { return context.state == State::closed; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "Closed{}"; }
  friend constexpr bool operator==(const Closed&, const Closed&) = default;
};

static_assert(Tripper<Closed>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
