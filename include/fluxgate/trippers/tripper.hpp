// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a tripper is, what it needs, and its operators.

#ifndef FLUXGATE_TRIPPERS_TRIPPER_HPP
#define FLUXGATE_TRIPPERS_TRIPPER_HPP

#include <concepts>
#include <cstdint>
#include <optional>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/expression/operators.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// What a tripper has to say.
enum class TripperRole : std::uint8_t {
  condition,  ///< that something is wrong with the calls
  gate,       ///< when the other side of an `&` is asked; nothing against the calls
  never,      ///< nothing, whatever the calls do, and that is meant
};

/// What is true of every tripper of a type, known at compile time: its `static constexpr TripperTraits traits`.
struct TripperTraits {
  Needs needs{};
  TripperRole role = TripperRole::condition;
  /// The only state in which it can fire.
  std::optional<State> only_in = std::nullopt;
  /// It does not fire after a success while the window holds neither a failure nor a slow call. Then the breaker need
  /// not ask at such a success.
  bool on_trouble_only = false;
  /// More successes that took no time never make it fire. Then a round of `Probes` that fires even if all that is
  /// missing were such successes is over at once; else it is judged when all outcomes are in.
  bool monotone = true;
  /// It asks for slow calls by the breaker's `slow_threshold`, which must be there then.
  bool uses_slow_threshold = false;
};

/// Any callable on `const CallContext&` that gives a bool. Called from many threads at once; what it throws counts as
/// "does not fire", also on a round of `Probes`, which then closes the breaker.
///
/// A callable of your own is asked at every recorded outcome and sees everything measured, unless its `traits` ask for
/// less. In HALF_OPEN it is also asked about calls that have not been made, unless its traits deny that it is monotone:
/// would it be true if the missing ones were successes, up to twenty million?
///
/// These members are used where a tripper has them:
/// - `bool settled(const CallContext&) const`: whether it has seen enough for a recovery. One that throws has not.
/// - `std::uint64_t min_requests() const`: it is false until the window holds so many calls.
/// - `std::uint64_t failure_streak() const`: it is false until so many calls have failed in a row.
/// - `std::chrono::nanoseconds slow_threshold() const`: counts the calls that took at least so long, for
///   `Metrics::slow_count(threshold)`; with `.needs = {.slow_rates = 1}` in its traits.
/// - `std::string explain(const CallContext&) const`: why it has fired, for the reason of the signal.
/// - `std::string describe() const`: as it is written.
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
