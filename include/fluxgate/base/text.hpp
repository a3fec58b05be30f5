// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Numbers and durations as text.

#ifndef FLUXGATE_BASE_TEXT_HPP
#define FLUXGATE_BASE_TEXT_HPP

#include <charconv>
#include <chrono>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The parts joined. Appends only: g++ 12 warns users of the code that `"literal" + string` inlines to.
inline std::string concat(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  std::string whole;
  whole.reserve(size);
  for (const std::string_view part : parts) whole.append(part);
  return whole;
}

/// A number in its shortest form, or with `digits` significant digits.
inline std::string text(double value, int digits = 0) {
  char buffer[32];
  const std::to_chars_result end =
      digits == 0 ? std::to_chars(buffer, buffer + sizeof buffer, value)
                  : std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
  return {buffer, static_cast<std::size_t>(end.ptr - buffer)};
}

// Not std::to_string, which would be compiled anew in every unit.
inline std::string text(std::uint64_t value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%" PRIu64, value);
  return buffer;
}
inline std::string text(std::int64_t value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%" PRId64, value);
  return buffer;
}

/// The units of durations in texts.
struct Unit {
  std::int64_t nanoseconds;
  const char* name;
};
inline constexpr Unit units[] = {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}, {1, "ns"}};

/// A duration in the largest unit that gives a whole number: "3s", "250ms", "-5us".
inline std::string text(std::chrono::nanoseconds duration) {
  if (duration == std::chrono::nanoseconds::min()) return "-292 years, or not a number,";
  const std::int64_t count = duration.count();
  const Unit* unit = units;
  while (count % unit->nanoseconds != 0) ++unit;
  return concat({text(count / unit->nanoseconds), unit->name});
}

/// A duration for people, with three significant digits in the largest unit that it reaches: 0.38 s is "380ms".
inline std::string rounded(std::chrono::nanoseconds duration) {
  const std::int64_t count = duration.count();
  const std::int64_t second = units->nanoseconds;
  // From 100 s on three digits are whole seconds; as an integer they need no exponent.
  if (count >= 100 * second) return concat({text(count / second + (count % second >= second / 2)), "s"});
  // A value that would round to a thousand of a unit becomes one of the next.
  const Unit* unit = units;
  while (unit->nanoseconds > 1'000 && count < unit->nanoseconds - unit->nanoseconds / 2'000) ++unit;
  return concat({text(static_cast<double>(count) / static_cast<double>(unit->nanoseconds), 3), unit->name});
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
