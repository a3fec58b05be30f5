// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The refusal of values outside their range.

#ifndef FLUXGATE_BASE_REQUIRE_HPP
#define FLUXGATE_BASE_REQUIRE_HPP

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Throws `std::invalid_argument`; without exceptions, prints `what` to stderr and aborts.
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

/// An integer of any type as a count, so that a negative one is refused instead of converted to a huge one.
template <class N>
concept Count = std::integral<N> && !std::same_as<N, bool>;

/// `value` if it is in [1, `largest`]; refuses it otherwise.
template <Count N>
constexpr std::uint64_t to_count(N value, std::uint64_t largest, const char* policy, const char* parameter,
                                 const char* range) {
  using Wide = std::conditional_t<std::signed_integral<N>, std::int64_t, std::uint64_t>;
  const auto count = static_cast<std::uint64_t>(value);
  require(value > N{0} && count <= largest, policy, parameter, static_cast<Wide>(value), range);
  return count;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
