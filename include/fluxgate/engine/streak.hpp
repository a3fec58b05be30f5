// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Failures in a row.

#ifndef FLUXGATE_ENGINE_STREAK_HPP
#define FLUXGATE_ENGINE_STREAK_HPP

#include <algorithm>
#include <cstdint>
#include <limits>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// The failures in a row of an epoch: those since its last success, and the most that there were. Calls that overlap count
/// in the order in which they end. Both stay at their end.
struct alignas(8) Streak {
  std::uint32_t epoch = 0;
  std::uint16_t longest = 0;
  std::uint16_t failures = 0;

  /// What a tripper is told: a round of HALF_OPEN is judged as a whole.
  constexpr std::uint32_t told_in(State state) const noexcept { return state == State::half_open ? longest : failures; }
};
static_assert(sizeof(Streak) == 8);

/// Counts one more outcome, before the window does, and gives the streak that it leaves: another thread may change it
/// before anybody is asked. Empty where the epoch is over.
template <class Control>
Streak update_streak(Control& control, std::uint32_t epoch, bool failed) noexcept {
  Streak seen =
      control.streak.load(std::memory_order_acquire);  // pairs with the exchange: a newer epoch shows its phase
  Streak next{};
  do {
    const bool own = seen.epoch == epoch;
    if (!failed && own && seen.failures == 0) return seen;
    if (!own && !control.is_current(epoch)) return {};
    next = own ? seen : Streak{epoch, 0, 0};
    if (!failed) {
      next.failures = 0;
    } else if (next.failures != std::numeric_limits<std::uint16_t>::max()) {
      next.longest = std::max(next.longest, ++next.failures);
    }
    // Sequentially consistent: see count_recorder.hpp, "Verdicts".
  } while (!control.streak.compare_exchange_weak(seen, next, std::memory_order_seq_cst, std::memory_order_acquire));
  return next;
}

/// Whether the last outcome of `epoch` was a failure.
template <class Control>
bool in_streak(const Control& control, std::uint32_t epoch) noexcept {
  const Streak streak = control.streak.load(std::memory_order_seq_cst);  // as above
  return streak.epoch == epoch && streak.failures != 0;
}

/// The streak of `epoch`.
template <class Control>
Streak read_streak(const Control& control, std::uint32_t epoch) noexcept {
  const Streak streak = control.streak.load(std::memory_order_seq_cst);  // as above
  return streak.epoch == epoch ? streak : Streak{};
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
