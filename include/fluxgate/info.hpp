// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker at one moment.

#ifndef FLUXGATE_INFO_HPP
#define FLUXGATE_INFO_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// A breaker at one moment.
struct Info {
  std::string name;
  State state{};
  std::chrono::system_clock::time_point changed_at{};  ///< when `state` began; the timestamp of its signal
  std::uint32_t reopens = 0;                           ///< failed recoveries since it was last closed, at most 65535
  Metrics metrics{};
  /// While calls are refused and time will change that: how long it will take until a call may test recovery, zero when
  /// one may now. Empty in every other state, also in HALF_OPEN, where outcomes decide, and where a person decides.
  std::optional<std::chrono::nanoseconds> retry_after{};
  std::uint64_t listener_errors = 0;  ///< how often a listener threw, since the breaker was made
  std::uint64_t signals_dropped = 0;  ///< how many transitions no listener was told of, since more than 32 waited
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
