// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The word that is the truth about a breaker, and its neighbours.
///
/// Phase. One atomic word. Every transition is one compare-exchange on it that raises the epoch by one; who wins it owns
/// the announcement. Whatever else a breaker keeps carries the epoch it belongs to, so that a transition makes all of
/// it obsolete at once and nobody resets anything.
///
/// ChangedAt. Only grows, and is raised before the compare-exchange of the transition: who sees an epoch sees a time
/// at least as new as its transition.
///
/// Hold. How long the epoch that it names refuses before it is due for HALF_OPEN. Written after the transition, and
/// only over an older epoch's: by the winner, or for OPEN by the first caller who misses it, since any draw is as good
/// as another. Where it is missing, the epoch is not due yet.

#ifndef FLUXGATE_ENGINE_PHASE_HPP
#define FLUXGATE_ENGINE_PHASE_HPP

#include <chrono>
#include <cstdint>
#include <limits>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/round.hpp>
#include <fluxgate/engine/streak.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// State, the number of the epoch it began, and how often recovery has failed.
struct alignas(8) Phase {
  std::uint32_t epoch = 1;
  std::uint16_t reopens = 0;
  State state = State::closed;
  std::uint8_t spare = 0;

  /// The phase that a transition to `to` makes of this one. Reopens saturate.
  constexpr Phase to(State next) const noexcept {
    Phase phase{epoch + 1, reopens, next, 0};
    if (next == State::closed) phase.reopens = 0;
    if (state == State::half_open && next == State::open && reopens != std::numeric_limits<std::uint16_t>::max()) {
      ++phase.reopens;
    }
    return phase;
  }

  friend constexpr bool operator==(const Phase&, const Phase&) = default;
};
static_assert(sizeof(Phase) == 8);

/// A duration in microseconds as mantissa and exponent, rounded up: exact to 134 s and for all round numbers beyond,
/// never shorter than asked for, at most a hundred-millionth longer.
struct alignas(8) Hold {
  std::uint32_t epoch = 0;
  std::uint32_t mantissa : 27 = 0;
  std::uint32_t exponent : 5 = 0;

  static constexpr std::uint64_t largest_mantissa = (std::uint64_t{1} << 27U) - 1;

  static constexpr Hold of(std::uint32_t epoch, std::chrono::nanoseconds span) noexcept {
    Hold hold{epoch, largest_mantissa, 31};  // for ever
    if (span == std::chrono::nanoseconds::max()) return hold;
    const auto nanoseconds = static_cast<std::uint64_t>(span.count() < 0 ? 0 : span.count());
    std::uint64_t micros = nanoseconds / 1000 + (nanoseconds % 1000 != 0 ? 1 : 0);
    std::uint32_t exponent = 0;
    for (; micros > largest_mantissa; ++exponent) micros = micros / 2 + micros % 2;
    hold.mantissa = static_cast<std::uint32_t>(micros) & largest_mantissa;
    hold.exponent = exponent & 31U;
    return hold;
  }

  constexpr std::chrono::nanoseconds span() const noexcept {
    if (exponent == 31) return std::chrono::nanoseconds::max();
    const std::uint64_t micros = std::uint64_t{mantissa} << exponent;
    if (micros > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 1000)) {
      return std::chrono::nanoseconds::max();
    }
    return std::chrono::microseconds{static_cast<std::int64_t>(micros)};
  }

  friend constexpr bool operator==(const Hold& a, const Hold& b) noexcept {
    return a.epoch == b.epoch && a.mantissa == b.mantissa && a.exponent == b.exponent;
  }
};
static_assert(sizeof(Hold) == 8);

/// The words that every breaker has.
template <class Atomics>
struct alignas(cache_line) Control {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  Atomic<Phase> phase{Phase{}};
  Atomic<std::int64_t> changed_at{std::numeric_limits<std::int64_t>::min()};  ///< monotonic nanoseconds
  Atomic<Hold> hold{Hold{}};
  Atomic<Round> round{Round{}};
  Atomic<Streak> streak{Streak{}};

  /// Whether `epoch` is still the breaker's. Called after a word tagged by another epoch was seen: the acquire makes
  /// sure that who saw a newer epoch's word sees that epoch, or a newer one, here as well.
  bool is_current(std::uint32_t epoch) const noexcept {
    return phase.load(std::memory_order_acquire).epoch == epoch;  // pairs with the transition's release
  }
};

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
