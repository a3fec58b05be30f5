// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// One outcome to be recorded, and the result of recording it.

#ifndef FLUXGATE_ENGINE_WINDOW_SAMPLE_HPP
#define FLUXGATE_ENGINE_WINDOW_SAMPLE_HPP

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/fold.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers/traits.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// An outcome as windows record it.
struct Sample {
  bool failed = false;       ///< as the tracker judged it
  std::uint8_t slow = 0;     ///< bit i: at least as slow as threshold i
  std::uint32_t micros = 0;  ///< the duration; zero unless the tripper needs it

  /// Whether the call was at least as slow as threshold `lane`.
  constexpr bool slow_at(std::size_t lane) const noexcept { return ((slow >> lane) & 1U) != 0; }
  /// Whether the call failed or was slow.
  constexpr bool trouble() const noexcept { return failed || slow != 0; }
};

/// The result of recording a sample.
enum class Recorded : std::uint8_t {
  too_late,  ///< dropped: its epoch is over
  quietly,   ///< recorded; nothing has changed on which a new verdict could rest
  counted,   ///< recorded
};

/// The slow thresholds of a breaker, its `slow_threshold` first; zero where there is none.
using Thresholds = std::array<std::chrono::nanoseconds, max_slow_thresholds>;

namespace detail {

/// A duration of zero or more, to the nearest microsecond; saturates at 71 minutes.
constexpr std::uint32_t to_micros(std::chrono::nanoseconds duration) noexcept {
  constexpr std::int64_t largest = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>((std::min<std::int64_t>(duration.count(), 1000 * largest) + 500) / 1000);
}

/// The breaker's own threshold (zero without one), then each different one in its tripper.
template <class Tripper>
Thresholds thresholds_of(std::chrono::nanoseconds own, const Tripper& tripper) {
  Thresholds thresholds{own};
  if constexpr (traits_of<Tripper>.needs.slow_rates != 0) {
    std::size_t used = 1;
    const auto add = [&]<class Leaf>(const Leaf& leaf) {
      if constexpr (HasSlowThreshold<Leaf>) {
        const std::chrono::nanoseconds threshold = leaf.slow_threshold();
        const auto end = thresholds.begin() + static_cast<std::ptrdiff_t>(used);
        if (threshold.count() != 0 && std::find(thresholds.begin(), end, threshold) == end) {
          thresholds[used++] = threshold;
        }
      }
    };
    fold(EachLeaf{add}, tripper);
  }
  return thresholds;
}

/// The same thresholds, those that are in `before`, too, in the lanes that they have there. The first stays the first.
constexpr Thresholds in_lanes_of(const Thresholds& before, const Thresholds& thresholds) noexcept {
  Thresholds placed{thresholds[0]};
  const auto is_kept = [&](std::chrono::nanoseconds threshold) {
    return std::find(before.begin() + 1, before.end(), threshold) != before.end();
  };
  for (std::size_t i = 1; i != max_slow_thresholds; ++i) {
    if (before[i].count() != 0 && std::find(thresholds.begin() + 1, thresholds.end(), before[i]) != thresholds.end()) {
      placed[i] = before[i];
    }
  }
  std::size_t free = 1;
  for (std::size_t i = 1; i != max_slow_thresholds; ++i) {
    if (thresholds[i].count() == 0 || is_kept(thresholds[i])) continue;
    while (placed[free].count() != 0) ++free;
    placed[free] = thresholds[i];
  }
  return placed;
}

/// The least threshold; more than any duration if there is none.
constexpr std::chrono::nanoseconds least_of(const Thresholds& thresholds) noexcept {
  std::chrono::nanoseconds least = std::chrono::nanoseconds::max();
  for (std::size_t i = 0; i != max_slow_thresholds; ++i) {
    if (thresholds[i].count() != 0 && least >= thresholds[i]) least = thresholds[i];
  }
  return least;
}

/// Which thresholds `duration` reaches, as bits of Sample::slow.
constexpr std::uint8_t slow_bits(const Thresholds& thresholds, std::chrono::nanoseconds duration) noexcept {
  unsigned bits = 0;
  for (std::size_t i = 0; i != max_slow_thresholds; ++i) {
    if (thresholds[i].count() != 0 && duration >= thresholds[i]) bits |= 1U << i;
  }
  return static_cast<std::uint8_t>(bits);
}

/// A sum of a window as readers see it: overlapping recorders may leave a lane below zero for a moment.
constexpr std::uint64_t clamped(std::int64_t lane) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(lane, 0));
}

/// A member that exists only on a condition. `Tag` gives absent neighbours different types, so that none takes space.
template <int Tag>
struct Absent {};
template <bool present, class T, int Tag>
using Optional = std::conditional_t<present, T, Absent<Tag>>;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
