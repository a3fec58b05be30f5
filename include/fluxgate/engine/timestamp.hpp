// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The time of day at which an epoch began, the same for its signal and for everyone who asks later.
///
/// There are two words: one for the epochs with even numbers, one for the odd ones. A thread that is about to begin an
/// epoch writes its word first, before the exchange of the phase, unless another thread has done so for the same epoch: the
/// first decides, whichever of them makes the transition. So the winner's signal and the word agree, and a reader of the
/// current epoch finds a word that nobody touches before that epoch is over.
///
/// Considered: a thread that is suspended between its word and the exchange dates the transition early by as long as that,
/// if another thread makes it meanwhile. The time of day is for people; what waits uses the monotonic clock.

#ifndef FLUXGATE_ENGINE_TIMESTAMP_HPP
#define FLUXGATE_ENGINE_TIMESTAMP_HPP

#include <chrono>
#include <cstdint>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// {tag of the epoch: 8, microseconds since 1970: 56, signed}: a thousand years on both sides.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  constexpr Timestamp(std::uint32_t epoch, std::chrono::system_clock::time_point time) noexcept
      : bits_{(epoch & 0xffU) | static_cast<std::uint64_t>(
                                    std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch().count())
                                    << 8U} {}

  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return (bits_ & 0xffU) == (epoch & 0xffU); }
  constexpr std::chrono::system_clock::time_point time() const noexcept {
    return std::chrono::system_clock::time_point{std::chrono::duration_cast<std::chrono::system_clock::duration>(
        std::chrono::microseconds{static_cast<std::int64_t>(bits_) >> 8U})};
  }

  friend constexpr bool operator==(const Timestamp&, const Timestamp&) = default;

 private:
  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Timestamp) == 8);

/// Decides that the next epoch, number `epoch`, begins at `now`, unless that was decided before; gives the decision.
template <class Words>
std::chrono::system_clock::time_point timestamp(Words& words, std::uint32_t epoch,
                                                std::chrono::system_clock::time_point now) noexcept {
  auto& word = words.timestamps[epoch % 2];
  const Timestamp own{epoch, now};
  Timestamp seen = word.load(std::memory_order_acquire);  // pairs with the release: a later epoch's word shows its phase
  while (!seen.belongs_to(epoch) && words.is_current(epoch - 1)) {
    // Release: see above. On failure, acquire: as the load.
    if (word.compare_exchange_weak(seen, own, std::memory_order_release, std::memory_order_acquire)) return own.time();
  }
  return seen.time();
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
