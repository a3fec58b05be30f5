// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The places of a HALF_OPEN round of Probes.
///
/// One word holds the places and outcomes of its epoch, so that exactly one outcome completes a round. Readers treat a
/// round of a past epoch as empty. The tag is short; so the winner of the transition that begins a round stamps the
/// word, and a claim loads the phase first.
///
/// LastProbe. When the latest place was taken; only grows, and is raised before the place is claimed: a reader that
/// sees the place taken sees a time at least as new.

#ifndef FLUXGATE_ENGINE_STATE_ROUND_HPP
#define FLUXGATE_ENGINE_STATE_ROUND_HPP

#include <chrono>
#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Places taken and outcomes recorded, of a round of Probes: {tag of the epoch: 24, taken: 20, done: 20}.
struct alignas(8) Round {
  std::uint64_t tag : 24 = 0;
  std::uint64_t taken : 20 = 0;
  std::uint64_t done : 20 = 0;

  static constexpr Round empty(std::uint32_t epoch) noexcept { return {epoch & 0xff'ffffU, 0, 0}; }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return tag == (epoch & 0xff'ffffU); }

  friend constexpr bool operator==(const Round&, const Round&) = default;
};
static_assert(sizeof(Round) == 8);

enum class Place : std::uint8_t {
  claimed,
  none,   ///< all are taken
  stale,  ///< the epoch is over
};

/// The round of `epoch`; empty if the word holds another epoch's.
template <class Words>
Round round_of(const Words& words, std::uint32_t epoch) noexcept {
  // Acquire: pairs with complete_place, for the verdict, and with claim_place, for the time of the last probe.
  const Round round = words.round.load(std::memory_order_acquire);
  return round.belongs_to(epoch) ? round : Round::empty(epoch);
}

/// Marks the word as the new epoch's, so that no old word is mistaken for a current one 2^24 transitions later. Called
/// by the winner of the transition, while calls may already claim places.
template <class Words>
void stamp_round(Words& words, std::uint32_t epoch) noexcept {
  Round seen =
      words.round.load(std::memory_order_acquire);  // pairs with the releases: a newer epoch's round shows its phase
  while (!seen.belongs_to(epoch) && words.is_current(epoch)) {
    // Release: a thread that sees the stamp sees its phase. On failure, acquire: like the load.
    if (words.round.compare_exchange_weak(seen, Round::empty(epoch), std::memory_order_release,
                                          std::memory_order_acquire)) {
      return;
    }
  }
}

/// Takes one of `count` places at the time `now`.
template <class Words>
Place claim_place(Words& words, std::uint32_t epoch, std::uint32_t count, std::chrono::nanoseconds now) noexcept {
  Round round = words.round.load(std::memory_order_acquire);  // pairs with the release below
  Round next{};
  do {
    if (!words.is_current(epoch)) return Place::stale;  // a newer epoch's word, or given back after this epoch
    next = round.belongs_to(epoch) ? round : Round::empty(epoch);
    if (next.taken >= count) return Place::none;
    ++next.taken;
    words.last_probe.raise(now);
    // Release: a thread that sees a newer epoch's round sees its phase, and one that sees the place taken sees its
    // time. Acquire: since the load the place may have been taken and given back, in a round that was over by then.
  } while (!words.round.compare_exchange_weak(round, next, std::memory_order_acq_rel, std::memory_order_acquire));
  return words.is_current(epoch) ? Place::claimed : Place::stale;
}

/// Gives a place back.
template <class Words>
void release_place(Words& words, std::uint32_t epoch) noexcept {
  Round round = words.round.load(std::memory_order_relaxed);  // only this word matters
  while (round.belongs_to(epoch) && round.taken != round.done) {
    Round next = round;
    --next.taken;
    // Release: a thread that gets the place sees the phase in which it was given back.
    if (words.round.compare_exchange_weak(round, next, std::memory_order_release, std::memory_order_relaxed)) return;
  }
}

/// Counts an outcome and returns the new count; zero if the round is over.
template <class Words>
std::uint32_t complete_place(Words& words, std::uint32_t epoch) noexcept {
  Round round = words.round.load(std::memory_order_relaxed);  // the exchange acquires
  Round next{};
  do {
    if (!round.belongs_to(epoch)) return 0;
    next = round;
    ++next.done;
    // Acquire and release: the thread that completes the round sees the outcomes of all others in the window.
  } while (!words.round.compare_exchange_weak(round, next, std::memory_order_acq_rel, std::memory_order_relaxed));
  return static_cast<std::uint32_t>(next.done);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
