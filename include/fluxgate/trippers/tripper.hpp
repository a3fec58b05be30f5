// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a tripper is, what it needs, and its operators.

#ifndef FLUXGATE_TRIPPERS_TRIPPER_HPP
#define FLUXGATE_TRIPPERS_TRIPPER_HPP

#include <concepts>
#include <cstddef>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/expression/operators.hpp>
#include <fluxgate/metrics.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// What a tripper has to have measured, known at compile time.
struct Needs {
  bool durations = false;      ///< the sum of the calls' durations
  bool streak = false;         ///< failures in a row
  std::size_t slow_rates = 0;  ///< thresholds of its own to count slow calls for
  bool clock = false;          ///< how long each call took; `durations` and `slow_rates` imply it
  bool context_only = true;    ///< the answer depends on the CallContext alone: same context, same answer

  friend constexpr Needs operator|(const Needs& a, const Needs& b) noexcept {
    return {a.durations || b.durations, a.streak || b.streak, a.slow_rates + b.slow_rates, a.clock || b.clock,
            a.context_only && b.context_only};
  }
  friend constexpr bool operator==(const Needs&, const Needs&) = default;
};

/// Any callable on `const CallContext&` that gives a bool. Called from many threads at once; what it throws counts as
/// "does not fire", also on a round of `Probes`, which then closes the breaker.
///
/// A callable of your own is asked at every recorded outcome and sees everything measured, unless it has a `static
/// constexpr Needs needs` that asks for less. In HALF_OPEN it is also asked about calls that have not been made: would
/// it be true if the missing ones were successes, up to twenty million? With a `bool settled(const CallContext&) const` it
/// can hold a recovery up until it has seen enough.
template <class T>
concept Tripper = std::copy_constructible<T> && requires(const T& tripper, const CallContext& context) {
  { tripper(context) } -> std::convertible_to<bool>;
};

namespace detail {

/// Whether `node` fires; one that throws does not.
template <class Node>
constexpr bool fires(const Node& node, const CallContext& context) noexcept {
  FLUXGATE_TRY { return static_cast<bool>(node(context)); }
  FLUXGATE_CATCH_ALL { return false; }
}

/// The operators of trippers: both, either.
struct TripperVocabulary {
  using Subject = CallContext;
  static constexpr bool has_or = true;
  static constexpr bool has_not = false;
  template <class T>
  static constexpr bool accepts = Tripper<T>;

  static constexpr bool both(const auto& left, const auto& right, const CallContext& context) {
    return left(context) && right(context);
  }
  static constexpr bool either(const auto& left, const auto& right, const CallContext& context) {
    return fires(left, context) || right(context);  // if the left side throws, the right one is asked
  }
};

}  // namespace detail

/// Base of a tripper of your own that wants `&` and `|`: `struct Mine : TripperOperand<Mine> { ... };`
template <class Derived>
using TripperOperand = Operand<Derived, detail::TripperVocabulary>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
