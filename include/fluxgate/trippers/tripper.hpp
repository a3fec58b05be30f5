// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The concept of a tripper, its traits and its operators.

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

/// What it says when a tripper fires.
enum class TripperRole : std::uint8_t {
  condition,  ///< something is wrong with the calls
  gate,       ///< the other side of an `&` is to be asked; nothing against the calls
  never,      ///< it never fires, whatever the calls do, and that is intended
};

/// Properties of a type of trippers, known at compile time: its `static constexpr TripperTraits traits`.
struct TripperTraits {
  /// What must be measured for it.
  Needs needs{};
  /// What it means that it fires.
  TripperRole role = TripperRole::condition;
  /// The only state in which it can fire.
  std::optional<State> only_in = std::nullopt;
  /// It does not fire after a success while the window holds neither a failure nor a slow call. The breaker then need
  /// not ask at such a success.
  bool on_trouble_only = false;
  /// Additional successes that took no time never make it fire. A round of `Probes` then ends at once if the tripper
  /// would fire even if all missing outcomes were such successes; without this, the round is judged when all outcomes
  /// are in.
  bool monotone = true;
  /// It asks for slow calls by the breaker's `slow_threshold`, which the configuration must then have.
  bool uses_slow_threshold = false;
};

/// A callable on `const CallContext&` that returns a bool. Called on many threads at once. An exception from it counts
/// as "does not fire", also for a round of `Probes`, which then closes the breaker.
///
/// A callable of your own is asked at every recorded outcome and sees everything measured, unless its `traits` ask for
/// less. In HALF_OPEN the breaker also asks whether it would fire if all missing calls, up to twenty million, were
/// successes, unless its traits say that it is not monotone.
///
/// Optional members:
/// - `bool settled(const CallContext&) const`: whether it has seen enough for a recovery; false if it throws.
/// - `std::uint64_t min_requests() const`: it does not fire until the window holds that many calls.
/// - `std::uint64_t failure_streak() const`: it does not fire until that many calls have failed in a row.
/// - `std::chrono::nanoseconds slow_threshold() const`: has the calls counted that took at least that long, for
///   `Metrics::slow_count(threshold)`; with `.needs = {.slow_rates = 1}` in its traits.
/// - `std::string explain(const CallContext&) const`: why it fired, for the reason of the signal.
/// - `std::string describe() const`: its text, as written in code.
template <class T>
concept Tripper = std::copy_constructible<T> && requires(const T& tripper, const CallContext& context) {
  { tripper(context) } -> std::convertible_to<bool>;
};

namespace detail {

/// Whether `node` fires; not if it throws.
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

/// Base of a tripper of your own with `&` and `|`: `struct Mine : TripperOperand<Mine> { ... };`
template <class Derived>
using TripperOperand = Operand<Derived, detail::TripperVocabulary>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
