// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Numbers and durations in words, and the refusal of values outside their range.

#ifndef FLUXGATE_TEXT_HPP
#define FLUXGATE_TEXT_HPP

#include <charconv>
#include <chrono>
#include <cinttypes>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <ratio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// The parts behind one another. Appends only: g++ 12 warns users of what `"literal" + string` inlines to.
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

// Not std::to_string, which every unit compiles anew.
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

/// A duration in the largest unit that leaves it whole: "3s", "250ms", "-5us".
inline std::string text(std::chrono::nanoseconds duration) {
  if (duration == std::chrono::nanoseconds::min()) return "-292 years, or not a number,";
  const std::int64_t count = duration.count();
  const Unit* unit = units;
  while (count % unit->nanoseconds != 0) ++unit;
  return concat({text(count / unit->nanoseconds), unit->name});
}

/// A duration for people: to three digits, in the largest unit that it reaches: "0.38s" becomes "380ms".
inline std::string rounded(std::chrono::nanoseconds duration) {
  const std::int64_t count = duration.count();
  const std::int64_t second = units[0].nanoseconds;
  // What would round to a thousand of a unit is one of the next, or a whole number of seconds; without a sum that might
  // not fit.
  if (count >= 1000 * second - second / 2) return concat({text(count / second + (count % second >= second / 2)), "s"});
  const Unit* unit = units;
  while (unit->nanoseconds > 1'000 && count < unit->nanoseconds - unit->nanoseconds / 2'000) ++unit;
  return concat({text(static_cast<double>(count) / static_cast<double>(unit->nanoseconds), 3), unit->name});
}

/// What the compiler calls this function; the name of T stands in it at the same place for every T.
template <class T>
constexpr std::string_view text_with_type() noexcept {
  return __PRETTY_FUNCTION__;
}

/// The name of a type in the compiler's spelling; works without RTTI.
template <class T>
constexpr std::string_view type_name() noexcept {
  constexpr std::string_view known = text_with_type<int>();
  constexpr std::size_t before = known.rfind("int");
  constexpr std::size_t after = known.size() - before - std::string_view{"int"}.size();
  constexpr std::string_view text = text_with_type<T>();
  return text.substr(before, text.size() - before - after);
}

/// Throws `std::invalid_argument`; without exceptions, says so on stderr and aborts.
[[noreturn]] inline void refuse(const std::string& what) {
#if defined(__cpp_exceptions)
  throw std::invalid_argument{what};
#else
  std::fprintf(stderr, "fluxgate: %s\n", what.c_str());
  std::abort();
#endif
}

[[noreturn]] inline void refuse(const char* policy, const char* parameter, std::string_view value, const char* range) {
  refuse(concat({policy, ": ", parameter, " ", value, " is not in ", range}));
}

/// Refuses `value` unless `valid`, naming the policy, the value and the allowed range.
template <class Value>
constexpr void require(bool valid, const char* policy, const char* parameter, Value value, const char* range) {
  if (!valid) refuse(policy, parameter, text(value), range);
}

/// An integer as users write counts: of any type, so that a negative one is refused rather than taken for a huge one.
template <class N>
concept Count = std::integral<N> && !std::same_as<N, bool>;

/// `value` where it is from 1 to `largest`; refuses it otherwise.
template <Count N>
constexpr std::uint64_t to_count(N value, std::uint64_t largest, const char* policy, const char* parameter,
                                 const char* range) {
  using Wide = std::conditional_t<std::signed_integral<N>, std::int64_t, std::uint64_t>;
  const auto count = static_cast<std::uint64_t>(value);
  require(value > N{0} && count <= largest, policy, parameter, static_cast<Wide>(value), range);
  return count;
}

/// A number where a duration is wanted.
template <class N>
concept Unitless = std::is_arithmetic_v<N>;

/// Refuses it, in the body of an overload that takes it.
template <Unitless N>
constexpr void refuse_unitless() noexcept {
  static_assert(sizeof(N) == 0,
                "fluxgate: a duration needs a unit, as in 60s or 100ms (after using namespace std::chrono_literals).");
}

/// Any duration as nanoseconds; what does not fit becomes the nearest that does.
template <class Rep, class Period>
constexpr std::chrono::nanoseconds to_nanoseconds(std::chrono::duration<Rep, Period> duration) noexcept {
  using Nanoseconds = std::chrono::nanoseconds;
  using Scale = std::ratio_divide<Period, std::nano>;
  const long double wide = static_cast<long double>(duration.count()) * Scale::num / Scale::den;
  if (wide >= static_cast<long double>(Nanoseconds::max().count())) return Nanoseconds::max();
  if (wide <= static_cast<long double>(Nanoseconds::min().count())) return Nanoseconds::min();
  if (wide != wide) return Nanoseconds::min();  // not a number: refused by every range
  return std::chrono::duration_cast<Nanoseconds>(duration);
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
