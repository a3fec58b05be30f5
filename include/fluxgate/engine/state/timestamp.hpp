// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The time of day at which an epoch began, the same for its signal and for every reader.
///
/// There are two words: one for even epochs, one for odd ones. A thread that is about to begin an epoch proposes its
/// time before it exchanges the phase; the latest proposal stays. Once the epoch has begun, the first thread that needs
/// the time decides it: the winner for its signal, or a reader. After that the word does not change until the epoch is
/// over, since the next epoch uses the other word.
///
/// So the time is at least as late as the winner's proposal, and a thread that proposes too late finds it decided.

#ifndef FLUXGATE_ENGINE_STATE_TIMESTAMP_HPP
#define FLUXGATE_ENGINE_STATE_TIMESTAMP_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// {tag of the epoch: 7, decided: 1, microseconds since 1970: 56, signed}: 1141 years before and after 1970; other
/// times are clamped.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  /// A proposal.
  constexpr Timestamp(std::uint32_t epoch, std::chrono::system_clock::time_point time) noexcept
      : bits_{(epoch & tag) | static_cast<std::uint64_t>(std::clamp(micros(time), -most, most)) << 8U} {}

  constexpr Timestamp decided() const noexcept {
    Timestamp result = *this;
    result.bits_ |= decision;
    return result;
  }
  constexpr bool is_decided() const noexcept { return (bits_ & decision) != 0; }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return (bits_ & tag) == (epoch & tag); }
  constexpr std::chrono::system_clock::time_point time() const noexcept {
    return std::chrono::system_clock::time_point{std::chrono::duration_cast<std::chrono::system_clock::duration>(
        std::chrono::microseconds{static_cast<std::int64_t>(bits_) >> 8U})};
  }

  friend constexpr bool operator==(const Timestamp&, const Timestamp&) = default;

 private:
  static constexpr std::uint64_t tag = 0x7f;
  static constexpr std::uint64_t decision = 0x80;
  static constexpr std::int64_t most = (std::int64_t{1} << 55U) - 1;

  static constexpr std::int64_t micros(std::chrono::system_clock::time_point time) noexcept {
    return std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch().count();
  }

  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Timestamp) == 8);

/// Proposes the time at which the next epoch, `epoch`, begins.
template <class Words>
void propose_timestamp(Words& words, std::uint32_t epoch, Timestamp own) noexcept {
  auto& word = words.timestamps[epoch % 2];
  Timestamp seen =
      word.load(std::memory_order_acquire);  // pairs with the release: a later epoch's word shows its phase
  for (;;) {
    if (seen.belongs_to(epoch)) {
      if (seen.is_decided() || seen.time() >= own.time()) return;
    } else if (!words.is_current(epoch - 1)) {
      return;
    }
    // Release: see above. On failure, acquire: like the load.
    if (word.compare_exchange_weak(seen, own, std::memory_order_release, std::memory_order_acquire)) return;
  }
}

/// When `epoch` began; it must have begun. Null once the word holds another epoch's time.
template <class Words>
std::optional<std::chrono::system_clock::time_point> timestamp_of(Words& words, std::uint32_t epoch) noexcept {
  auto& word = words.timestamps[epoch % 2];
  // Acquire: keeps a reader's second load of the phase after it.
  Timestamp seen = word.load(std::memory_order_acquire);
  while (seen.belongs_to(epoch) && !seen.is_decided()) {
    // Release: a thread that finds it decided sees the phase. On failure, acquire: like the load.
    if (word.compare_exchange_weak(seen, seen.decided(), std::memory_order_release, std::memory_order_acquire)) break;
  }
  if (!seen.belongs_to(epoch)) return std::nullopt;
  return seen.time();
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
