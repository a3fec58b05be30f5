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
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// One transition, as listeners receive it.
struct Signal {
  std::string circuit_name{};
  State old_state{};
  State new_state{};
  std::chrono::system_clock::time_point timestamp{};  ///< when the new state began, in whole microseconds
  std::uint64_t sequence{0};  ///< number of the transition since construction; silent ones count, too
  Cause cause{};
  std::string reason{};  ///< the condition that fired with its value, such as "failure_rate 0.62 >= 0.5"
  Metrics metrics{};     ///< counts of the window that the transition ended
};

/// Whether listeners are told of a manual transition.
enum class Notify : bool { no, yes };

}  // namespace fluxgate::FLUXGATE_ABI

#endif
