// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The six states of a circuit breaker and the causes of its transitions.

#ifndef FLUXGATE_STATE_HPP
#define FLUXGATE_STATE_HPP

#include <cstdint>
#include <string_view>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// How a breaker treats calls.
enum class State : std::uint8_t {
  closed,        ///< admits and records every call
  open,          ///< refuses every call until the delay of the retry is over
  half_open,     ///< admits the calls that the permit allows, to test recovery
  metrics_only,  ///< admits and records, never trips
  disabled,      ///< admits every call, records none in the window
  forced_open,   ///< refuses every call until a manual transition, or for the duration of force_open()
};

/// Why a transition happened.
enum class Cause : std::uint8_t {
  tripped,         ///< the tripper fired
  retry_due,       ///< the delay of the retry, or the duration of force_open(), was over
  recovered,       ///< the calls in HALF_OPEN went well
  probes_lost,     ///< a round of Probes had no verdict within its patience, because outcomes were missing
  manual,          ///< reset(), disable(), metrics_only() or force_open()
  override_ended,  ///< the time of a disable() or metrics_only() was over
};

/// The name of the enumerator, such as "half_open".
constexpr std::string_view to_string(State state) noexcept {
  switch (state) {
    case State::closed: return "closed";
    case State::open: return "open";
    case State::half_open: return "half_open";
    case State::metrics_only: return "metrics_only";
    case State::disabled: return "disabled";
    case State::forced_open: return "forced_open";
  }
  return "invalid";
}

/// The name of the enumerator, such as "retry_due".
constexpr std::string_view to_string(Cause cause) noexcept {
  switch (cause) {
    case Cause::tripped: return "tripped";
    case Cause::retry_due: return "retry_due";
    case Cause::recovered: return "recovered";
    case Cause::probes_lost: return "probes_lost";
    case Cause::manual: return "manual";
    case Cause::override_ended: return "override_ended";
  }
  return "invalid";
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
