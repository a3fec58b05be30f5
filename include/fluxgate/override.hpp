// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A command that says why it was given, and how long it lasts.

#ifndef FLUXGATE_OVERRIDE_HPP
#define FLUXGATE_OVERRIDE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/signal.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// How long a command lasts: a duration in any unit, or until the next command.
class Lasting {
 public:
  /// Until the next command.
  constexpr Lasting(std::nullopt_t = std::nullopt) noexcept {}
  /// A duration outside the range of nanoseconds becomes the nearest in it.
  template <class Rep, class Period>
  constexpr Lasting(std::chrono::duration<Rep, Period> duration) noexcept
      : duration_{detail::to_nanoseconds(duration)}, present_{true} {}
  template <detail::Unitless N>
  constexpr Lasting(N) {
    detail::refuse_unitless<N>();
  }

  /// Whether it ends by itself.
  constexpr bool has_value() const noexcept { return present_; }
  /// The duration; `otherwise` if only the next command ends it.
  constexpr std::chrono::nanoseconds value_or(std::chrono::nanoseconds otherwise) const noexcept {
    return present_ ? duration_ : otherwise;
  }

 private:
  // Not an optional, of which GCC 12 warns in some callers that it may be uninitialized.
  std::chrono::nanoseconds duration_{0};
  bool present_ = false;
};

/// What an operator says with `force_open`, `disable` or `metrics_only`.
///
///     breaker.force_open(Override{.reason = "INC-42", .lasting = 10min});
struct Override {
  /// The most characters of a reason.
  static constexpr std::size_t longest_reason = 128;

  /// Why: the reason of the signal and, as long as the state lasts, of Info; at most 128 bytes without a NUL. Copied.
  std::string_view reason{};
  /// When it ends by itself, by the first call after that time: FORCED_OPEN in HALF_OPEN, which tests recovery, DISABLED
  /// and METRICS_ONLY in CLOSED. More than 0s.
  Lasting lasting{};
  /// Whether listeners hear of it.
  Notify notify = Notify::yes;
};

namespace detail {

/// Refuses what an Override cannot say to the breaker of this name. @throws std::invalid_argument
inline void validate(std::string_view name, const Override& command) {
  const auto refuse_value = [&](std::initializer_list<std::string_view> what) {
    refuse(concat({"circuit breaker '", name, "': Override: ", concat(what)}));
  };
  if (command.reason.size() > Override::longest_reason) {
    refuse_value({"reason of ", text(std::uint64_t{command.reason.size()}), " bytes is not in [0, ",
                  text(std::uint64_t{Override::longest_reason}), "] bytes"});
  }
  if (command.reason.find('\0') != std::string_view::npos) refuse_value({"reason has a NUL; it must have none"});
  if (const auto lasting = command.lasting.value_or(std::chrono::nanoseconds::max()); lasting.count() <= 0) {
    refuse_value({"lasting ", text(lasting), " is not in (0s, 292 years]"});
  }
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
