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
/// The other words have a header each: hold.hpp, round.hpp, streak.hpp.

#ifndef FLUXGATE_ENGINE_PHASE_HPP
#define FLUXGATE_ENGINE_PHASE_HPP

#include <cstdint>
#include <limits>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/hold.hpp>
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

/// The words that every breaker has; what calls write lies apart from what each of them reads.
template <class Atomics>
struct alignas(cache_line) Control {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  Atomic<Phase> phase{Phase{}};
  Atomic<std::int64_t> changed_at{std::numeric_limits<std::int64_t>::min()};  ///< monotonic nanoseconds
  Atomic<Hold> hold{Hold{}};
  alignas(cache_line) Atomic<Round> round{Round{}};
  Atomic<Streak> streak{Streak{}};

  /// Whether `epoch` is still the breaker's. Relaxed: the load of a newer epoch's word, which acquires, has shown that
  /// epoch, or a newer one, to who asks after it.
  bool is_current(std::uint32_t epoch) const noexcept { return phase.load(std::memory_order_relaxed).epoch == epoch; }

  void raise_changed_at(std::int64_t time) noexcept {
    std::int64_t seen = changed_at.load(std::memory_order_relaxed);  // only compared
    // Release: for readers that come without the phase.
    while (seen < time &&
           !changed_at.compare_exchange_weak(seen, time, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }
};

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
