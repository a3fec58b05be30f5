// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Converts durations of any unit, and refuses numbers without one.

#ifndef FLUXGATE_BASE_DURATIONS_HPP
#define FLUXGATE_BASE_DURATIONS_HPP

#include <chrono>
#include <ratio>
#include <type_traits>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A number given as a duration.
template <class N>
concept Unitless = std::is_arithmetic_v<N>;

/// Refuses such a number, in the body of an overload that takes it.
template <Unitless N>
constexpr void refuse_unitless() noexcept {
  static_assert(sizeof(N) == 0,
                "fluxgate: a duration needs a unit, as in 60s or 100ms (after using namespace std::chrono_literals).");
}

/// Any duration as nanoseconds; the nearest value if it does not fit.
template <class Rep, class Period>
constexpr std::chrono::nanoseconds to_nanoseconds(std::chrono::duration<Rep, Period> duration) noexcept {
  using Nanoseconds = std::chrono::nanoseconds;
  using Scale = std::ratio_divide<Period, std::nano>;
  const long double wide = static_cast<long double>(duration.count()) * Scale::num / Scale::den;
  if (wide >= static_cast<long double>(Nanoseconds::max().count())) return Nanoseconds::max();
  if (wide <= static_cast<long double>(Nanoseconds::min().count())) return Nanoseconds::min();
  if (wide != wide) return Nanoseconds::min();  // not a number: in no valid range
  return std::chrono::duration_cast<Nanoseconds>(duration);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
