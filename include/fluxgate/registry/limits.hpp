// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The limits of a registry: how many breakers it keeps, for how long, and how many of them may refuse.

#ifndef FLUXGATE_REGISTRY_LIMITS_HPP
#define FLUXGATE_REGISTRY_LIMITS_HPP

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Limits the number of breakers that a registry keeps. When it is full, a breaker that was not used lately makes room
/// for a new key, if it is CLOSED, has no failure and no slow call in its window, and is not in use. A key that finds no
/// room gets a breaker of its own that is not kept.
class Capacity {
 public:
  /// The largest count.
  static constexpr std::uint64_t max_count = 1U << 24U;

  /// @throws std::invalid_argument unless count is in [1, 2^24]
  template <detail::Count N>
  constexpr explicit Capacity(N count)
      : count_{detail::to_count(count, max_count, "Capacity", "count", "[1, 16777216]")} {}

  /// The most breakers.
  constexpr std::uint64_t count() const noexcept { return count_; }

  friend constexpr bool operator==(const Capacity&, const Capacity&) = default;

 private:
  std::uint64_t count_;
};

/// Evicts breakers that were not used for this long, under the conditions of Capacity. For names that change, such as
/// addresses of a cluster.
///
/// Nothing runs in the background: each new key makes the registry examine some 16 more places. The time of a breaker
/// begins when it is first found unused, by the coarse clock of the Config whose key is new. So a breaker is never
/// evicted too early; it is evicted when it is next examined after the time, and without new keys it stays.
class IdleFor {
 public:
  /// @throws std::invalid_argument unless duration > 0
  template <class Rep, class Period>
  constexpr explicit IdleFor(std::chrono::duration<Rep, Period> duration)
      : duration_{detail::to_nanoseconds(duration)} {
    detail::require(duration_.count() > 0, "IdleFor", "duration", duration_, "(0s, 292 years]");
  }
  template <detail::Unitless N>
  explicit IdleFor(N) {
    detail::refuse_unitless<N>();
  }

  /// The time without use.
  constexpr std::chrono::nanoseconds duration() const noexcept { return duration_; }

  friend constexpr bool operator==(const IdleFor&, const IdleFor&) = default;

 private:
  std::chrono::nanoseconds duration_;
};

/// Limits how many of a registry's breakers refuse at once: a breaker that would make them more than this share stays
/// CLOSED when its tripper fires, and its window begins anew. So an outage that all peers seem to share, such as one of
/// the caller's own network, does not isolate the caller from all of them.
///
/// OPEN, HALF_OPEN and FORCED_OPEN refuse. Commands are obeyed, and count. Of fewer than 1/share breakers none opens.
class AtMostOpen {
 public:
  /// @throws std::invalid_argument unless share is in (0, 1]
  constexpr explicit AtMostOpen(double share) : share_{share} {
    detail::require(share > 0.0 && share <= 1.0, "AtMostOpen", "share", share, "(0, 1]");
  }

  /// The largest part.
  constexpr double share() const noexcept { return share_; }

  friend constexpr bool operator==(const AtMostOpen&, const AtMostOpen&) = default;

 private:
  double share_;
};

/// Limits joined by `&`, each at most once: `Capacity{4096} & IdleFor{10min} & AtMostOpen{0.5}`.
class RegistryLimits {
 public:
  /// No limit.
  constexpr RegistryLimits() noexcept = default;
  constexpr RegistryLimits(const Capacity& capacity) noexcept : capacity_{capacity} {}
  constexpr RegistryLimits(const IdleFor& idle_for) noexcept : idle_for_{idle_for} {}
  constexpr RegistryLimits(const AtMostOpen& at_most_open) noexcept : at_most_open_{at_most_open} {}

  /// Empty without a limit; each of the three.
  constexpr const std::optional<Capacity>& capacity() const noexcept { return capacity_; }
  /// As above.
  constexpr const std::optional<IdleFor>& idle_for() const noexcept { return idle_for_; }
  /// As above.
  constexpr const std::optional<AtMostOpen>& at_most_open() const noexcept { return at_most_open_; }

  friend constexpr bool operator==(const RegistryLimits&, const RegistryLimits&) = default;

  /// Adds the limits of `other`. @throws std::invalid_argument if one is given twice
  constexpr RegistryLimits& operator&=(const RegistryLimits& other) {
    // A lambda, because clang instantiates it early enough for constant expressions.
    const auto join = [](auto& mine, const auto& given, const char* twice) {
      if (!given.has_value()) return;
      if (mine.has_value()) detail::refuse(twice);
      mine = given;
    };
    join(capacity_, other.capacity_, "Capacity is given twice");
    join(idle_for_, other.idle_for_, "IdleFor is given twice");
    join(at_most_open_, other.at_most_open_, "AtMostOpen is given twice");
    return *this;
  }

 private:
  std::optional<Capacity> capacity_{};
  std::optional<IdleFor> idle_for_{};
  std::optional<AtMostOpen> at_most_open_{};
};

namespace detail {
template <class T>
concept RegistryLimit = std::same_as<T, Capacity> || std::same_as<T, IdleFor> || std::same_as<T, AtMostOpen> ||
                        std::same_as<T, RegistryLimits>;
}  // namespace detail

/// Both limits. @throws std::invalid_argument if one is given twice
template <detail::RegistryLimit Left, detail::RegistryLimit Right>
constexpr RegistryLimits operator&(const Left& left, const Right& right) {
  RegistryLimits both{left};
  both &= right;
  return both;
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
