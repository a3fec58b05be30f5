// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How long an epoch refuses before it is due for HALF_OPEN.
///
/// Written after the transition, and only over an older epoch's hold: by the winner, or for OPEN by the first call that
/// finds it missing, since any draw is as good as another. While it is missing, the epoch is not due.

#ifndef FLUXGATE_ENGINE_STATE_HOLD_HPP
#define FLUXGATE_ENGINE_STATE_HOLD_HPP

#include <chrono>
#include <cstdint>
#include <limits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// {epoch: 32, mantissa: 27, exponent: 5}: a duration in microseconds, rounded up. Exact up to 134 s, for whole seconds
/// up to two hours, and for whole hours up to a day; otherwise longer by less than two hundred-millionths. One integer,
/// like the words of the recorders.
class Hold {
 public:
  constexpr Hold() = default;

  static constexpr Hold of(std::uint32_t epoch, std::chrono::nanoseconds span) noexcept {
    constexpr auto longest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 1000);
    const auto nanoseconds = static_cast<std::uint64_t>(span.count() < 0 ? 0 : span.count());
    std::uint64_t mantissa = nanoseconds / 1000 + (nanoseconds % 1000 != 0 ? 1 : 0);
    std::uint64_t exponent = 0;
    for (; mantissa > largest_mantissa; ++exponent) mantissa = mantissa / 2 + mantissa % 2;
    if (mantissa << exponent > longest) exponent = for_ever;
    return Hold{std::uint64_t{epoch} | mantissa << 32U | exponent << 59U};
  }

  constexpr std::uint32_t epoch() const noexcept { return static_cast<std::uint32_t>(bits_); }
  constexpr std::chrono::nanoseconds span() const noexcept {
    const std::uint64_t exponent = bits_ >> 59U;
    if (exponent == for_ever) return std::chrono::nanoseconds::max();
    return std::chrono::nanoseconds{1000 * static_cast<std::int64_t>((bits_ >> 32U & largest_mantissa) << exponent)};
  }

  friend constexpr bool operator==(const Hold&, const Hold&) = default;

 private:
  static constexpr std::uint64_t largest_mantissa = (std::uint64_t{1} << 27U) - 1;
  static constexpr std::uint64_t for_ever = 31;

  constexpr explicit Hold(std::uint64_t bits) noexcept : bits_{bits} {}

  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Hold) == 8);

/// Publishes the hold unless this epoch or a newer one has one; returns the current hold.
template <class Words>
Hold install(Words& words, const Hold& hold) noexcept {
  Hold seen = words.hold.load(std::memory_order_acquire);  // pairs with the release below
  while (seen.epoch() != hold.epoch() && words.is_current(hold.epoch())) {
    // Release: a thread that sees a newer epoch's hold sees its phase.
    if (words.hold.compare_exchange_weak(seen, hold, std::memory_order_release, std::memory_order_acquire)) return hold;
  }
  return seen;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
