// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The places of a HALF_OPEN round of Probes.
///
/// One word holds places and outcomes of the epoch that it names, so that the outcome which completes a round is exactly
/// one. A round of a past epoch is empty to everybody and is replaced by the first claim of the current one.

#ifndef FLUXGATE_ENGINE_ROUND_HPP
#define FLUXGATE_ENGINE_ROUND_HPP

#include <cstdint>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// Places taken and outcomes in, of a round of Probes.
struct alignas(8) Round {
  std::uint32_t epoch = 0;
  std::uint16_t taken = 0;
  std::uint16_t done : 15 = 0;
  std::uint16_t trouble : 1 = 0;  ///< whether one of the outcomes was a failure or slow

  friend constexpr bool operator==(const Round&, const Round&) = default;
};
static_assert(sizeof(Round) == 8);

enum class Place : std::uint8_t {
  claimed,
  none,   ///< all are taken
  stale,  ///< the epoch is over
};

/// The round of `epoch`: an empty one where the word has another.
template <class Words>
Round round_of(const Words& words, std::uint32_t epoch) noexcept {
  const Round round = words.round.load(std::memory_order_acquire);  // pairs with complete_place, for the verdict
  return round.epoch == epoch ? round : Round{epoch, 0, 0, 0};
}

/// Takes one of `count` places.
template <class Words>
Place claim_place(Words& words, std::uint32_t epoch, std::uint32_t count) noexcept {
  Round round = words.round.load(std::memory_order_acquire);  // pairs with the release below
  Round next{};
  do {
    const bool own = round.epoch == epoch;
    if (!words.is_current(epoch)) return Place::stale;  // a newer epoch's, or given back when this one was over
    next = own ? round : Round{epoch, 0, 0, 0};
    if (next.taken == count) return Place::none;
    ++next.taken;
    // Release: who sees a newer epoch's round sees its phase.
  } while (!words.round.compare_exchange_weak(round, next, std::memory_order_release, std::memory_order_acquire));
  return Place::claimed;
}

/// Gives a place back.
template <class Words>
void release_place(Words& words, std::uint32_t epoch) noexcept {
  Round round = words.round.load(std::memory_order_relaxed);  // the word is all there is
  while (round.epoch == epoch && round.taken != round.done) {
    Round next = round;
    --next.taken;
    // Release: who gets the place sees the phase that it was given back in.
    if (words.round.compare_exchange_weak(round, next, std::memory_order_release, std::memory_order_relaxed)) return;
  }
}

/// Counts an outcome, which may be a failure or slow; true for the one that completes the round.
template <class Words>
bool complete_place(Words& words, std::uint32_t epoch, std::uint32_t count, bool trouble) noexcept {
  Round round = words.round.load(std::memory_order_relaxed);  // the exchange acquires
  Round next{};
  do {
    if (round.epoch != epoch) return false;
    next = round;
    ++next.done;
    if (trouble) next.trouble = 1;
    // Acquire and release: who completes the round sees the outcomes of all others in the window.
  } while (!words.round.compare_exchange_weak(round, next, std::memory_order_acq_rel, std::memory_order_relaxed));
  return next.done == count;
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
