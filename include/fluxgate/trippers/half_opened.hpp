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

/// Rules out its side of an `&` in every state but HALF_OPEN.
struct HalfOpened : TripperOperand<HalfOpened> {
  static constexpr TripperTraits traits{.role = TripperRole::gate, .only_in = State::half_open};
  constexpr bool operator()(const CallContext& context) const noexcept { return context.state == State::half_open; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "HalfOpened{}"; }
  friend constexpr bool operator==(const HalfOpened&, const HalfOpened&) = default;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
