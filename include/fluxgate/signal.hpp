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

/// One transition, as listeners are told of it.
struct Signal {
  std::string circuit_name{};
  State old_state{};
  State new_state{};
  std::chrono::system_clock::time_point timestamp{};  ///< in whole microseconds
  std::uint64_t sequence{0};  ///< the transition's number in this breaker's life; silent transitions take one too
  Cause cause{};
  std::string reason{};  ///< the condition that fired with its value, such as "failure_rate 0.62 >= 0.5"
  Metrics metrics{};     ///< the window that the transition ended
};

/// Whether a manual transition is announced.
enum class Notify : bool { no, yes };

}  // namespace fluxgate::FLUXGATE_ABI

#endif
