// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a tripper asks its window to measure.

#ifndef FLUXGATE_NEEDS_HPP
#define FLUXGATE_NEEDS_HPP

#include <cstddef>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// What a tripper has to have measured, known at compile time.
struct Needs {
  bool durations = false;      ///< the sum of the calls' durations
  bool streak = false;         ///< failures in a row
  std::size_t slow_rates = 0;  ///< thresholds of its own to count slow calls for; a leaf has one at most
  bool clock = false;          ///< how long each call took; `durations` and `slow_rates` imply it
  bool context_only = true;    ///< the answer depends on the CallContext alone: same context, same answer

  friend constexpr Needs operator|(const Needs& a, const Needs& b) noexcept {
    return {a.durations || b.durations, a.streak || b.streak, a.slow_rates + b.slow_rates, a.clock || b.clock,
            a.context_only && b.context_only};
  }
  friend constexpr bool operator==(const Needs&, const Needs&) = default;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
