// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How a refused call is reported: as a value, and as an exception.

#ifndef FLUXGATE_ERRORS_HPP
#define FLUXGATE_ERRORS_HPP

#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fluxgate/macros.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Why a call was refused, and when asking again may help.
struct Rejection {
  State state{};
  /// Time until the breaker will test recovery; empty where only chance or a person decides.
  std::optional<std::chrono::nanoseconds> retry_after{};

  friend constexpr bool operator==(const Rejection&, const Rejection&) = default;
};

namespace detail {

inline constexpr std::string_view refusal_before_name = "circuit breaker '";

/// What a CallNotPermittedError says, put together on the stack where the name is not very long: its base copies it anyway.
inline std::runtime_error refusal(std::string_view name, State state) {
  constexpr std::size_t longest_name = 192;
  const auto parts = {refusal_before_name, name, std::string_view{"' is "}, to_string(state),
                      std::string_view{": call not permitted"}};
  if (name.size() > longest_name) return std::runtime_error{concat(parts)};
  char text[longest_name + 64];  // the other parts have fewer characters than that, together
  char* end = text;
  for (const std::string_view part : parts) {
    end = std::char_traits<char>::copy(end, part.data(), part.size()) + part.size();
  }
  *end = '\0';
  return std::runtime_error{text};
}

}  // namespace detail

/// Thrown by `call` when the breaker refuses; the callable was not invoked.
class CallNotPermittedError : public std::runtime_error {
 public:
  // Out of line, so that calls which are let through save no registers for it.
  [[gnu::noinline]] CallNotPermittedError(std::string_view circuit_name, Rejection rejection)
      : std::runtime_error{detail::refusal(circuit_name, rejection.state)},
        name_size_{circuit_name.size()},
        rejection_{rejection} {}

  /// The breaker's name; lives as long as this error.
  std::string_view circuit_name() const noexcept {
    return std::string_view{what()}.substr(detail::refusal_before_name.size(), name_size_);
  }
  State state() const noexcept { return rejection_.state; }
  /// As in Rejection.
  std::optional<std::chrono::nanoseconds> retry_after() const noexcept { return rejection_.retry_after; }

 private:
  // The name is read out of the message, so that copying the error never allocates and never throws.
  std::size_t name_size_;
  Rejection rejection_;
};

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
