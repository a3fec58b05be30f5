// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How a refused call is reported: as a value, as an exception, and as an error code.

#ifndef FLUXGATE_ERRORS_HPP
#define FLUXGATE_ERRORS_HPP

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Why a call was refused, and when a retry may help.
struct Rejection {
  State state{};  ///< in which the breaker refused: open, half_open or forced_open
  /// Time until the breaker will test recovery; empty if only chance or a manual transition decides.
  std::optional<std::chrono::nanoseconds> retry_after{};
  /// The name of the breaker that refused; valid as long as that breaker.
  std::string_view circuit_name{};

  friend constexpr bool operator==(const Rejection&, const Rejection&) = default;
};

namespace detail {

inline constexpr std::string_view refusal_before_name = "circuit breaker '";

/// The message of a CallNotPermittedError; built on the stack unless the name is very long, since the base copies it
/// anyway.
inline std::runtime_error refusal(std::string_view name, State state) {
  constexpr std::size_t longest_name = 192;
  const auto parts = {refusal_before_name, name, std::string_view{"' is "}, to_string(state),
                      std::string_view{": call not permitted"}};
  if (name.size() > longest_name) return std::runtime_error{concat(parts)};
  char text[longest_name + 64];  // the other parts have fewer characters together
  char* end = text;
  for (const std::string_view part : parts) {
    end = std::char_traits<char>::copy(end, part.data(), part.size()) + part.size();
  }
  *end = '\0';
  return std::runtime_error{text};
}

/// A copy of a name that a C string, such as a message, would cut off at a NUL; null for every other name.
inline std::shared_ptr<const std::string> kept_apart(std::string_view name) {
  if (name.find('\0') == std::string_view::npos) return nullptr;
  return std::make_shared<const std::string>(name);
}

}  // namespace detail

/// Thrown by `call` when the breaker refuses; the callable was not invoked.
///
/// A derived class may override `what()`; name, state and time stay as they are. A copy does not throw and allocates
/// nothing; a move is a copy. `circuit_name()` returns a name with a NUL inside completely, `what()` does not.
class CallNotPermittedError : public std::runtime_error {
 public:
  /// Of the breaker that the rejection names. Allocates its text. Out of line, so that admitted calls save no registers
  /// for it.
  [[gnu::noinline]] explicit CallNotPermittedError(const Rejection& rejection)
      : std::runtime_error{detail::refusal(rejection.circuit_name, rejection.state)},
        words_{*this},
        name_size_{rejection.circuit_name.size()},
        name_{detail::kept_apart(rejection.circuit_name)},
        state_{rejection.state},
        retry_after_{rejection.retry_after} {}

  // Without moves: an error that was moved from would have no name.
  CallNotPermittedError(const CallNotPermittedError&) noexcept = default;
  CallNotPermittedError& operator=(const CallNotPermittedError&) noexcept = default;
  [[gnu::noinline]] ~CallNotPermittedError() override = default;

  /// The breaker's name; valid as long as this error.
  std::string_view circuit_name() const noexcept {
    if (name_ != nullptr) return *name_;
    return {words_.what() + detail::refusal_before_name.size(), name_size_};
  }
  /// The state of the breaker when it refused.
  State state() const noexcept { return state_; }
  /// As in Rejection.
  std::optional<std::chrono::nanoseconds> retry_after() const noexcept { return retry_after_; }

 private:
  // The message again, whose text the base shares, uncopied: a member, because what() may be overridden, and the base
  // may be assigned to.
  std::runtime_error words_;
  std::size_t name_size_;
  std::shared_ptr<const std::string> name_;
  State state_;
  std::optional<std::chrono::nanoseconds> retry_after_;
};

/// A refusal as an error code of the category "fluxgate", for operations that complete with an error code.
enum class Errc {
  call_not_permitted = 1,  ///< the breaker refused the call
};

/// The category of Errc, with the name "fluxgate".
inline const std::error_category& fluxgate_category() noexcept {
  class Category : public std::error_category {
    const char* name() const noexcept override { return "fluxgate"; }
    std::string message(int) const override { return "circuit breaker: call not permitted"; }
  };
  static const Category category;
  return category;
}

/// Makes Errc convertible to a std::error_code.
inline std::error_code make_error_code(Errc code) noexcept { return {static_cast<int>(code), fluxgate_category()}; }

namespace detail {

// The exceptions in which Asio throws error codes, refusals among them. Declared only: the integration of each library
// defines one, whose `type` says what to catch. So only units that include the integration have the handler; it costs
// nothing in others.
struct ThrownByAsio;
struct ThrownByBoostAsio;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

template <>
struct std::is_error_code_enum<fluxgate::Errc> : std::true_type {};

#endif
