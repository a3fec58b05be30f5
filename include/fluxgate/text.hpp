// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Numbers and durations in words, and the refusal of values outside their range.

#ifndef FLUXGATE_TEXT_HPP
#define FLUXGATE_TEXT_HPP

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// The parts behind one another. Appends only: g++ 12 warns users of what `"literal" + string` inlines to.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string whole;
  (whole.append(parts), ...);
  return whole;
}

/// A number in its shortest form, or with `digits` significant digits.
inline std::string text(double value, int digits = 0) {
  char buffer[32];
  const std::to_chars_result end =
      digits == 0 ? std::to_chars(buffer, buffer + sizeof buffer, value)
                  : std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
  return {buffer, end.ptr};
}

inline std::string text(std::uint64_t value) { return std::to_string(value); }
inline std::string text(std::int64_t value) { return std::to_string(value); }

/// A duration in the largest unit that leaves it whole: "3s", "250ms", "-5us".
inline std::string text(std::chrono::nanoseconds duration) {
  using namespace std::chrono_literals;
  const auto whole = [&](std::chrono::nanoseconds unit, const char* name) {
    return std::to_string(duration / unit) + name;
  };
  if (duration == std::chrono::nanoseconds::min()) return "-292 years, or not a number,";
  if (duration % 1s == 0s) return whole(1s, "s");
  if (duration % 1ms == 0ms) return whole(1ms, "ms");
  if (duration % 1us == 0us) return whole(1us, "us");
  return whole(1ns, "ns");
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

/// A duration for people: to three digits, in the largest unit that it reaches: "0.38s" becomes "380ms".
inline std::string rounded(std::chrono::nanoseconds duration) {
  using namespace std::chrono_literals;
  const auto in = [&](std::chrono::nanoseconds unit, const char* name) {
    return concat(text(static_cast<double>(duration.count()) / static_cast<double>(unit.count()), 3), name);
  };
  if (duration >= 1000s) return text(duration - duration % 1s);
  if (duration >= 1s) return in(1s, "s");
  if (duration >= 1ms) return in(1ms, "ms");
  return in(1us, "us");
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

/// Refuses `value` unless `valid`, naming the policy, the value and the allowed range.
template <class Value>
constexpr void require(bool valid, const char* policy, const char* parameter, Value value, const char* range) {
  if (!valid) refuse(concat(policy, ": ", parameter, " ", text(value), " is not in ", range));
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

/// Any duration as nanoseconds; what does not fit becomes the nearest that does.
template <class Rep, class Period>
constexpr std::chrono::nanoseconds to_nanoseconds(std::chrono::duration<Rep, Period> duration) noexcept {
  using Wide = std::chrono::duration<long double, std::nano>;
  const Wide wide{duration};
  if (wide >= Wide{std::chrono::nanoseconds::max()}) return std::chrono::nanoseconds::max();
  if (wide <= Wide{std::chrono::nanoseconds::min()}) return std::chrono::nanoseconds::min();
  if (wide != wide) return std::chrono::nanoseconds::min();  // not a number: refused by every range
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration);
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
