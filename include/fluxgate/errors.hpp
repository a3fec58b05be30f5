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

/// Thrown by `call` when the breaker refuses; the callable was not invoked.
class CallNotPermittedError : public std::runtime_error {
 public:
  CallNotPermittedError(std::string_view circuit_name, Rejection rejection)
      : std::runtime_error{detail::concat(
            {"circuit breaker '", circuit_name, "' is ", to_string(rejection.state), ": call not permitted"})},
        name_at_{std::string_view{"circuit breaker '"}.size()},
        name_size_{circuit_name.size()},
        rejection_{rejection} {}

  /// The breaker's name; lives as long as this error.
  std::string_view circuit_name() const noexcept { return std::string_view{what()}.substr(name_at_, name_size_); }
  State state() const noexcept { return rejection_.state; }
  /// As in Rejection.
  std::optional<std::chrono::nanoseconds> retry_after() const noexcept { return rejection_.retry_after; }

 private:
  // The name is read out of the message, so that copying the error never allocates and never throws.
  std::size_t name_at_;
  std::size_t name_size_;
  Rejection rejection_;
};

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
