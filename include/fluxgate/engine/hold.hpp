// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How long an epoch refuses before it is due for HALF_OPEN.
///
/// Written after the transition, and only over an older epoch's: by the winner, or for OPEN by the first caller who misses
/// it, since any draw is as good as another. Where it is missing, the epoch is not due yet.

#ifndef FLUXGATE_ENGINE_HOLD_HPP
#define FLUXGATE_ENGINE_HOLD_HPP

#include <chrono>
#include <cstdint>
#include <limits>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

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

/// Writes the hold of its epoch unless that or a newer one has one; gives what then stands there.
template <class Words>
Hold install(Words& words, const Hold& hold) noexcept {
  Hold seen = words.hold.load(std::memory_order_acquire);  // pairs with the release below
  while (seen.epoch != hold.epoch && words.is_current(hold.epoch)) {
    // Release: who sees a newer epoch's hold sees its phase.
    if (words.hold.compare_exchange_weak(seen, hold, std::memory_order_release, std::memory_order_acquire)) return hold;
  }
  return seen;
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
