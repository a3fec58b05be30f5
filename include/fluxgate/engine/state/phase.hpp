// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The word that holds a breaker's authoritative state, and the words beside it.
///
/// Phase. One atomic word. Every transition is one compare-exchange on it that raises the epoch by one; the thread that
/// wins it owns the announcement. Whatever else a breaker keeps only grows, or carries the epoch it belongs to and is
/// stale from the transition on. So nothing is reset.
///
/// ChangedAt. Only grows, and is raised before the compare-exchange of the transition: a thread that sees an epoch sees
/// a time at least as new as its transition.
///
/// The other words have a header each: hold.hpp, round.hpp, streak.hpp, timestamp.hpp.

#ifndef FLUXGATE_ENGINE_STATE_PHASE_HPP
#define FLUXGATE_ENGINE_STATE_PHASE_HPP

#include <array>
#include <cstdint>
#include <limits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/state/hold.hpp>
#include <fluxgate/engine/state/rising_time.hpp>
#include <fluxgate/engine/state/round.hpp>
#include <fluxgate/engine/state/streak.hpp>
#include <fluxgate/engine/state/timestamp.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// {epoch: 32, reopens: 16, state: 8, spare: 8}: the number of the epoch, how often recovery has failed, and the state.
/// One integer with named queries, like the words of the recorders and for the same reason.
class Phase {
 public:
  /// The phase of a new breaker.
  constexpr Phase() = default;
  constexpr Phase(std::uint32_t epoch, std::uint16_t reopens, State state) noexcept
      : bits_{std::uint64_t{epoch} | std::uint64_t{reopens} << 32U |
              std::uint64_t{static_cast<std::uint8_t>(state)} << 48U} {}
  constexpr explicit Phase(std::uint64_t bits) noexcept : bits_{bits} {}

  /// In the layout above.
  constexpr std::uint64_t bits() const noexcept { return bits_; }
  /// Only the tag of the epoch that totals carry, the state and the spare bits.
  constexpr std::uint64_t tag_and_state() const noexcept { return bits_ & 0xffff'0000'0000'ffffU; }
  constexpr std::uint32_t epoch() const noexcept { return static_cast<std::uint32_t>(bits_); }
  constexpr std::uint16_t reopens() const noexcept { return static_cast<std::uint16_t>(bits_ >> 32U); }
  constexpr State state() const noexcept { return State{static_cast<std::uint8_t>(bits_ >> 48U)}; }

  /// The phase after a transition to `next`. Reopens saturate.
  constexpr Phase to(State next) const noexcept {
    std::uint16_t count = reopens();
    if (next == State::closed) count = 0;
    if (state() == State::half_open && next == State::open && count != std::numeric_limits<std::uint16_t>::max()) {
      ++count;
    }
    return {epoch() + 1, count, next};
  }

  friend constexpr bool operator==(const Phase&, const Phase&) = default;

 private:
  std::uint64_t bits_ = 1;
};
static_assert(sizeof(Phase) == 8);
static_assert(Phase{} == Phase{1, 0, State::closed});

/// The words that every breaker has. Those that calls write lie apart from those that every call reads.
template <class Atomics>
struct alignas(cache_line) Control {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  Atomic<Phase> phase{Phase{}};
  RisingTime<Atomics> changed_at{};
  Atomic<Hold> hold{Hold{}};
  std::array<Atomic<Timestamp>, 2> timestamps{};
  alignas(cache_line) Atomic<Round> round{Round{}};
  RisingTime<Atomics> last_probe{};
  Atomic<Streak> streak{Streak{}};

  /// Whether `epoch` is still the breaker's. Relaxed: if the calling thread has met a newer epoch's word, its acquiring
  /// load of that word has made that epoch, or a newer one, visible to it.
  bool is_current(std::uint32_t epoch) const noexcept { return phase.load(std::memory_order_relaxed).epoch() == epoch; }
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
