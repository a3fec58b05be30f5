// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Failures in a row.

#ifndef FLUXGATE_ENGINE_STREAK_HPP
#define FLUXGATE_ENGINE_STREAK_HPP

#include <cstdint>
#include <limits>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// How many calls of an epoch failed since its last success. Calls that overlap count in the order in which they end.
struct alignas(8) Streak {
  std::uint32_t epoch = 0;
  std::uint32_t failures = 0;
};
static_assert(sizeof(Streak) == 8);

/// Counts one more outcome, before the window does, and gives the failures in a row that end with it: a success of another
/// thread may end them before anybody is asked. An epoch that is over keeps its hands off.
template <class Control>
std::uint32_t update_streak(Control& control, std::uint32_t epoch, bool failed) noexcept {
  Streak seen =
      control.streak.load(std::memory_order_acquire);  // pairs with the exchange: a newer epoch shows its phase
  Streak next{};
  do {
    const bool own = seen.epoch == epoch;
    if (!failed && own && seen.failures == 0) return 0;
    if (!own && !control.is_current(epoch)) return 0;
    const std::uint32_t before = own ? seen.failures : 0;
    const bool full = before == std::numeric_limits<std::uint32_t>::max();
    next = {epoch, failed ? before + (full ? 0U : 1U) : 0U};
    // Sequentially consistent: see count_recorder.hpp, "Verdicts".
  } while (!control.streak.compare_exchange_weak(seen, next, std::memory_order_seq_cst, std::memory_order_acquire));
  return next.failures;
}

/// The failures in a row of `epoch`.
template <class Control>
std::uint32_t read_streak(const Control& control, std::uint32_t epoch) noexcept {
  const Streak streak = control.streak.load(std::memory_order_seq_cst);  // as above
  return streak.epoch == epoch ? streak.failures : 0;
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
