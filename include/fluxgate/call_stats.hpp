// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Whether a breaker counts its calls, and what it has counted.

#ifndef FLUXGATE_CALL_STATS_HPP
#define FLUXGATE_CALL_STATS_HPP

#include <concepts>
#include <cstdint>

#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The calls of a breaker since its construction, in every state; independent of windows and transitions.
///
/// Every call is either admitted or refused. An admitted call is in flight until it ends, once, as succeeded, failed or
/// ignored, even if its outcome comes too late for the window.
struct CallCounts {
  std::uint64_t admitted = 0;   ///< let through
  std::uint64_t succeeded = 0;  ///< ended well
  std::uint64_t failed = 0;     ///< the failures that the tracker counts
  std::uint64_t slow = 0;       ///< of those succeeded or failed: took at least `Config::slow_threshold`
  std::uint64_t ignored = 0;    ///< neither: an untracked failure, an admission given back, a cancelled call
  std::uint64_t refused = 0;    ///< not let through

  /// Admitted calls that have not ended.
  constexpr std::uint64_t in_flight() const noexcept { return admitted - succeeded - failed - ignored; }

  friend constexpr bool operator==(const CallCounts&, const CallCounts&) = default;
};

/// Counts no calls; the breaker then contains no code for counting.
struct NoStats {
  friend constexpr bool operator==(NoStats, NoStats) = default;
};

/// Counts calls for `CircuitBreaker::call_counts()`. For monitoring, such as `fluxgate/listeners/prometheus.hpp`.
/// Threads share eight counters. Costs two increments a call, a third for a slow call, and half a kilobyte a breaker.
struct CallStats : detail::Rebound<CallStats> {
  friend constexpr bool operator==(CallStats, CallStats) = default;
};

/// The choice whether calls are counted.
template <class S>
concept Stats = std::same_as<S, NoStats> || std::same_as<S, CallStats>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
