// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The announcement of a transition.

#ifndef FLUXGATE_SIGNAL_HPP
#define FLUXGATE_SIGNAL_HPP

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>

#include <fluxgate/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// One transition, as listeners are told of it.
struct Signal {
  std::string circuit_name{};
  State old_state{};
  State new_state{};
  std::chrono::system_clock::time_point timestamp{};
  std::uint64_t sequence{0};  ///< the transition's number in this breaker's life; silent transitions take one too
  Cause cause{};
  std::string reason{};  ///< the condition that fired with its value, such as "failure_rate 0.62 >= 0.5"
  Metrics metrics{};     ///< the window that the transition ended
};

/// Called once for each transition, in order and never twice at a time, by a thread that caused one. May call back
/// into the breaker. What it throws goes to the `on_listener_error` of the configuration. Its thread is not cancelled
/// before all that is due has been told; a listener that ends its thread itself, or whose stackful coroutine is abandoned,
/// ends the program.
using Listener = std::function<void(const Signal&)>;

/// Told what a listener threw, and on which signal; what it throws itself is dropped.
using ListenerErrorHook = std::function<void(const Signal&, std::exception_ptr)>;

/// Whether a manual transition is announced.
enum class Notify : bool { no, yes };

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
