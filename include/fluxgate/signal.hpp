// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The announcement of a transition.

#ifndef FLUXGATE_SIGNAL_HPP
#define FLUXGATE_SIGNAL_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// One transition, as listeners receive it.
struct Signal {
  std::string circuit_name{};                         ///< the breaker's name
  State old_state{};                                  ///< the state that ended
  State new_state{};                                  ///< the state that began
  std::chrono::system_clock::time_point timestamp{};  ///< when the new state began, in whole microseconds
  std::uint64_t sequence{0};  ///< number of the transition since construction; silent ones count, too
  Cause cause{};              ///< what made the transition due
  std::string reason{};       ///< the condition that fired with its value, such as "failure_rate 0.62 >= 0.5"
  Metrics metrics{};          ///< counts of the window that the transition ended
  Labels labels{};            ///< the breaker's labels; shared with it, not copied
  /// False if AtMostOpen of its registry kept the breaker CLOSED although its tripper fired; both states are then CLOSED,
  /// and the window is empty.
  bool enforced{true};
};

/// Whether listeners are told of a manual transition.
enum class Notify : bool {
  no,   ///< the transition is silent; it still has a sequence number
  yes,  ///< listeners get its signal
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
