// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The calls of a snapshot, spread over the window of the breaker that begins with it.

#ifndef FLUXGATE_ENGINE_WINDOW_OLD_CALLS_HPP
#define FLUXGATE_ENGINE_WINDOW_OLD_CALLS_HPP

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/metrics.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// Result of a division.
struct Quotient {
  std::uint64_t whole = 0;
  std::uint64_t rest = 0;
};

/// `count` * `n` / `of`, without overflow for n <= of <= 2^62.
constexpr Quotient multiplied(std::uint64_t count, std::uint64_t n, std::uint64_t of) noexcept {
  if (std::bit_width(count) + std::bit_width(n) <= 64) return {count * n / of, count * n % of};
  Quotient quotient;
  for (auto bit = static_cast<int>(std::bit_width(count)); bit-- > 0;) {
    quotient.whole *= 2;
    quotient.rest = 2 * quotient.rest + ((count >> static_cast<unsigned>(bit) & 1U) != 0 ? n : 0);
    while (quotient.rest >= of) {
      quotient.rest -= of;
      ++quotient.whole;
    }
  }
  return quotient;
}

/// How many of `count` belong to the first `n` of `of` equal parts: to the nearest, or rounded up.
constexpr std::uint64_t portion(std::uint64_t count, std::uint64_t n, std::uint64_t of) noexcept {
  const Quotient quotient = multiplied(count, n, of);
  return quotient.whole + (quotient.rest >= of - quotient.rest ? 1 : 0);
}
constexpr std::uint64_t portion_up(std::uint64_t count, std::uint64_t n, std::uint64_t of) noexcept {
  const Quotient quotient = multiplied(count, n, of);
  return quotient.whole + (quotient.rest != 0 ? 1 : 0);
}
static_assert(portion(5, 1, 10) == 1 && portion(5, 9, 10) == 5 && portion_up(1, 1, 10) == 1 &&
              portion_up(7, 0, 3) == 0);
static_assert(portion(std::uint64_t{1} << 62U, std::uint64_t{1} << 61U, std::uint64_t{1} << 62U) == std::uint64_t{1}
                                                                                                        << 61U);

}  // namespace detail

/// The counts of a snapshot, as calls in a row of which only the numbers are known. What a recorder resumes with.
struct OldCalls {
  std::uint64_t total = 0;                                ///< calls, at most 2^62
  std::uint64_t failures = 0;                             ///< of them
  std::array<std::uint64_t, max_slow_thresholds> slow{};  ///< by the thresholds of the new breaker
  std::uint64_t micros = 0;                               ///< sum of the durations
  std::chrono::nanoseconds ended{0};                      ///< the clock's time at which the snapshot was taken
  std::chrono::nanoseconds began{0};                      ///< the clock's time since which all of them ended
  std::chrono::nanoseconds span{0};                       ///< the span of their window; zero if it had none
};

namespace detail {

/// As many as fit into `places`, with the same shares. What was there at all stays: one failure, one success.
constexpr OldCalls at_most(std::uint64_t places, const OldCalls& calls) noexcept {
  if (calls.total <= places) return calls;
  OldCalls fewer = calls;
  const auto scaled = [&](std::uint64_t part) {
    if (part == 0 || part == calls.total) return part == 0 ? 0 : places;
    const std::uint64_t most = std::max<std::uint64_t>(places - 1, 1);
    return std::clamp<std::uint64_t>(portion(part, places, calls.total), 1, most);
  };
  fewer.total = places;
  fewer.failures = scaled(calls.failures);
  for (std::uint64_t& part : fewer.slow) part = scaled(part);
  fewer.micros = portion(calls.micros, places, calls.total);
  return fewer;
}

/// How long the sample number `i` took, the sum being shared out evenly. The first has a microsecond of the second: calls
/// that take as long as all before them change the window, too.
constexpr std::uint64_t micros_of(const OldCalls& calls, std::uint64_t i) noexcept {
  const auto even = [&](std::uint64_t n) {
    return portion(calls.micros, n + 1, calls.total) - portion(calls.micros, n, calls.total);
  };
  const bool can_differ = calls.total > 1 && even(1) != 0 && even(0) != std::numeric_limits<std::uint32_t>::max();
  if (i > 1 || !can_differ) return even(i);
  return i == 0 ? even(0) + 1 : even(1) - 1;
}

/// The sample number `i` of calls that fill the places of a window. The first one has of everything that there is: so
/// the first call that replaces one in a full window changes the counts, and the tripper is asked.
constexpr Sample sample_of(const OldCalls& calls, std::uint64_t i) noexcept {
  const auto has = [&](std::uint64_t part) {
    return portion_up(part, i + 1, calls.total) != portion_up(part, i, calls.total);
  };
  unsigned slow = 0;
  for (std::size_t lane = 0; lane != calls.slow.size(); ++lane) slow |= has(calls.slow[lane]) ? 1U << lane : 0U;
  return {.failed = has(calls.failures),
          .slow = static_cast<std::uint8_t>(slow),
          .micros = static_cast<std::uint32_t>(micros_of(calls, i))};
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
