// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Times of the monotonic clocks as the engine keeps them: nanoseconds.

#ifndef FLUXGATE_ENGINE_CLOCK_HPP
#define FLUXGATE_ENGINE_CLOCK_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// How far the coarse clock may lag behind the exact one, with a margin.
inline constexpr std::chrono::nanoseconds coarse_lag = std::chrono::milliseconds{50};
/// The shortest bucket for which that lag is small.
inline constexpr std::chrono::nanoseconds coarse_enough = 10 * coarse_lag;

constexpr std::chrono::nanoseconds since_epoch(std::chrono::steady_clock::time_point time) noexcept {
  return time.time_since_epoch();
}

/// `to` minus `from`, clamped to [0, nanoseconds::max()].
constexpr std::chrono::nanoseconds since(std::chrono::nanoseconds from, std::chrono::nanoseconds to) noexcept {
  constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();
  if (from >= to) return {};
  const std::uint64_t difference = static_cast<std::uint64_t>(to.count()) - static_cast<std::uint64_t>(from.count());
  return std::chrono::nanoseconds{static_cast<std::int64_t>(std::min(difference, longest))};
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
