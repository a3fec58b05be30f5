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

/// The calls of a breaker since it was made, whatever its state was; windows and transitions have no part in it.
///
/// Every call is either admitted or refused. One that was admitted ends as succeeded, failed or ignored, once, also
/// when its outcome came too late for the window; until then it is in flight.
struct CallCounts {
  std::uint64_t admitted = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;   ///< the failures that the tracker counts
  std::uint64_t slow = 0;     ///< of those succeeded or failed: at least as slow as `Config::slow_threshold`
  std::uint64_t ignored = 0;  ///< ended as neither: an untracked failure, an admission given back, a cancelled call
  std::uint64_t refused = 0;

  constexpr std::uint64_t in_flight() const noexcept { return admitted - succeeded - failed - ignored; }

  friend constexpr bool operator==(const CallCounts&, const CallCounts&) = default;
};

/// Counts no calls; the code of a breaker has no trace of counting then.
struct NoStats {
  friend constexpr bool operator==(NoStats, NoStats) = default;
};

/// Counts calls for `CircuitBreaker::call_counts()`, on eight counters that threads take turns at: two increments a
/// call, a third if it was slow, and half a kilobyte a breaker. For monitoring, such as
/// `fluxgate/listeners/prometheus.hpp`.
struct CallStats : detail::Rebound<CallStats> {
  friend constexpr bool operator==(CallStats, CallStats) = default;
};

/// Whether calls are counted.
template <class S>
concept Stats = std::same_as<S, NoStats> || std::same_as<S, CallStats>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
