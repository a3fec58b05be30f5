// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Rules for HALF_OPEN alone.

#ifndef FLUXGATE_TRIPPERS_HALF_OPENED_HPP
#define FLUXGATE_TRIPPERS_HALF_OPENED_HPP

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Rules its side of an `&` out in every state but HALF_OPEN.
///
/// Choose it to judge a recovery by another rule than the traffic of CLOSED. Not alone, and not as the only branch: a
/// tripper that is ruled out in CLOSED can never open the breaker, which refuses it. Costs a comparison. It has no
/// state, so threads share it.
struct HalfOpened : TripperOperand<HalfOpened> {
  static constexpr TripperTraits traits{.role = TripperRole::gate, .only_in = State::half_open};
  constexpr bool operator()(const CallContext& context) const noexcept { return context.state == State::half_open; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "HalfOpened{}"; }
  friend constexpr bool operator==(const HalfOpened&, const HalfOpened&) = default;
};

static_assert(Tripper<HalfOpened>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
