// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A snapshot of a breaker.

#ifndef FLUXGATE_INFO_HPP
#define FLUXGATE_INFO_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// A snapshot of a breaker.
struct Info {
  std::string name;                                    ///< the breaker's name
  State state{};                                       ///< the state at the moment of the query
  std::chrono::system_clock::time_point changed_at{};  ///< when `state` began; the timestamp of its signal
  std::uint32_t reopens = 0;                           ///< failed recoveries since it was last closed, at most 65535
  Metrics metrics{};                                   ///< counts of the window
  /// Time until a call may test recovery, zero if a call may now. Present only while calls are refused and time will
  /// change that: empty in HALF_OPEN, where outcomes decide, and where only a manual transition helps.
  std::optional<std::chrono::nanoseconds> retry_after{};
  std::uint64_t listener_errors = 0;  ///< exceptions from listeners since construction
  std::uint64_t signals_dropped = 0;  ///< transitions that were not delivered because more than 32 were pending
  /// The reason of the Override that made the state; empty without one, and for a moment while it is being written.
  std::string reason{};
  /// Time until that Override ends by itself; zero if the next call ends it.
  std::optional<std::chrono::nanoseconds> override_ends_after{};
  Labels labels{};  ///< the breaker's labels; shared with it, not copied
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
