// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Failures in a row.

#ifndef FLUXGATE_ENGINE_STATE_STREAK_HPP
#define FLUXGATE_ENGINE_STATE_STREAK_HPP

#include <algorithm>
#include <cstdint>
#include <limits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The failures in a row of an epoch: those since its last success, and in a whole epoch (HALF_OPEN) also the longest
/// run. Overlapping calls count in the order in which they end. Both counts saturate.
struct alignas(8) Streak {
  std::uint32_t epoch = 0;
  std::uint32_t counts = 0;  ///< {failures: 16, longest: 16}; zero after a success in an epoch that is not whole

  static constexpr std::uint32_t most = std::numeric_limits<std::uint16_t>::max();

  constexpr std::uint32_t failures() const noexcept { return counts & most; }
  constexpr std::uint32_t longest() const noexcept { return counts >> 16U; }
  /// The count by which a tripper judges.
  constexpr std::uint32_t count(bool whole) const noexcept { return whole ? longest() : failures(); }

  /// The streak after one more outcome.
  constexpr Streak with(bool failed, bool whole) const noexcept {
    const std::uint32_t in_a_row = failed ? failures() + (failures() != most ? 1U : 0U) : 0U;
    return {epoch, whole ? std::max(longest(), in_a_row) << 16U | in_a_row : in_a_row};
  }
};
static_assert(sizeof(Streak) == 8);

/// Counts one more outcome, before the window does, and returns the resulting streak: another thread may change the
/// word before the verdict. Empty if the epoch is over.
template <class Control>
Streak update_streak(Control& control, std::uint32_t epoch, bool failed, bool whole) noexcept {
  Streak seen =
      control.streak.load(std::memory_order_acquire);  // pairs with the exchange: a newer epoch's word shows its phase
  Streak next{};
  do {
    const bool own = seen.epoch == epoch;
    if (!failed && own && seen.failures() == 0) return seen;
    if (!own && !control.is_current(epoch)) return {};
    next = Streak{epoch, own ? seen.counts : 0}.with(failed, whole);
    // Sequentially consistent: see count_recorder.hpp, "Verdicts".
  } while (!control.streak.compare_exchange_weak(seen, next, std::memory_order_seq_cst, std::memory_order_acquire));
  return next;
}

/// Whether the last outcome of `epoch`, which is not whole, was a failure.
template <class Control>
bool in_streak(const Control& control, std::uint32_t epoch) noexcept {
  // Relaxed: the answer is about this word alone. A success that misses a failure in flight is ordered before it.
  const Streak streak = control.streak.load(std::memory_order_relaxed);
  return streak.epoch == epoch && streak.counts != 0;
}

/// The streak of `epoch`.
template <class Control>
Streak read_streak(const Control& control, std::uint32_t epoch) noexcept {
  const Streak streak = control.streak.load(std::memory_order_seq_cst);  // as in update_streak
  return {epoch, streak.epoch == epoch ? streak.counts : 0};
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
