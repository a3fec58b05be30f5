// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trippers: when the calls are bad enough to open.

#ifndef FLUXGATE_TRIPPERS_HPP
#define FLUXGATE_TRIPPERS_HPP

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include <fluxgate/expression.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

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
/// A callable of your own is asked at every recorded outcome and sees everything measured, unless it has a
/// `static constexpr Needs needs` that asks for less; with a `bool settled(const CallContext&) const` it can hold a
/// recovery up until it has seen enough.
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

template <class Node>
constexpr Needs needs_of() noexcept {
  if constexpr (Branch<Node>) {
    return needs_of<decltype(Node::left)>() | needs_of<decltype(Node::right)>();
  } else if constexpr (requires { Node::needs; }) {
    Needs needs = Node::needs;
    needs.clock = needs.clock || needs.durations || needs.slow_rates != 0;
    return needs;
  } else {
    return {.durations = true, .streak = true, .slow_rates = 0, .clock = true, .context_only = false};
  }
}

/// Whether `node` can only ever be false in `state`.
template <class Node>
constexpr bool ruled_out(const Node& node, State state) noexcept {
  if constexpr (is_and<Node>) {
    return ruled_out(node.left, state) || ruled_out(node.right, state);
  } else if constexpr (is_or<Node>) {
    return ruled_out(node.left, state) && ruled_out(node.right, state);
  } else if constexpr (requires { Node::only_in; }) {
    return Node::only_in != state;
  } else {
    return false;
  }
}

/// Whether a leaf of `node` asks for slow calls by the breaker's own threshold.
template <class Node>
constexpr bool uses_slow_threshold() noexcept {
  if constexpr (Branch<Node>) {
    return uses_slow_threshold<decltype(Node::left)>() || uses_slow_threshold<decltype(Node::right)>();
  } else if constexpr (requires { Node::uses_slow_threshold; }) {
    return Node::uses_slow_threshold;
  } else {
    return false;
  }
}

/// Whether `node` never fires after a success while neither a failure nor a slow call is in the window.
template <class Node>
constexpr bool fires_on_trouble_only() noexcept {
  if constexpr (is_and<Node>) {
    return fires_on_trouble_only<decltype(Node::left)>() || fires_on_trouble_only<decltype(Node::right)>();
  } else if constexpr (is_or<Node>) {
    return fires_on_trouble_only<decltype(Node::left)>() && fires_on_trouble_only<decltype(Node::right)>();
  } else {
    return requires { Node::on_trouble_only; };
  }
}

/// Whether `node` has seen enough for "does not trip" to mean "healthy"; one that throws has not.
template <class Node>
constexpr bool settled(const Node& node, const CallContext& context) noexcept {
  if (ruled_out(node, context.state)) return true;
  if constexpr (Branch<Node>) {
    return settled(node.left, context) && settled(node.right, context);
  } else if constexpr (requires { node.settled(context); }) {
    FLUXGATE_TRY { return node.settled(context); }
    FLUXGATE_CATCH_ALL { return false; }
  } else {
    return true;
  }
}

/// The conditions that fired with their values, joined by "and" or "or".
template <class Node>
std::string explain(const Node& node, const CallContext& context) {
  if constexpr (is_and<Node>) {
    const std::string left = explain(node.left, context);
    const std::string right = explain(node.right, context);
    return concat({left, left.empty() || right.empty() ? "" : " and ", right});
  } else if constexpr (is_or<Node>) {
    // Both are asked here: the verdict may have passed over one.
    const std::string left = fires(node.left, context) ? explain(node.left, context) : "";
    const std::string right = fires(node.right, context) ? explain(node.right, context) : "";
    return concat({left, left.empty() || right.empty() ? "" : " or ", right});
  } else if constexpr (requires { node.explain(context); }) {
    return node.explain(context);
  } else {
    return description_of(node);
  }
}

/// Calls `visit` with every leaf.
template <class Node, class Visit>
constexpr void for_each_leaf(const Node& node, Visit&& visit) {
  if constexpr (Branch<Node>) {
    for_each_leaf(node.left, visit);
    for_each_leaf(node.right, visit);
  } else {
    visit(node);
  }
}

/// The largest `MinRequests` that applies in `state`, zero without one.
template <class Node>
constexpr std::uint64_t min_requests_in(const Node& node, State state) noexcept {
  if (ruled_out(node, state)) return 0;
  if constexpr (Branch<Node>) {
    return std::max(min_requests_in(node.left, state), min_requests_in(node.right, state));
  } else if constexpr (requires { node.min_requests(); }) {
    return node.min_requests();
  } else {
    return 0;
  }
}

/// How many calls it takes at least until `node` can fire in `state`; the most there are where it never does.
template <class Node>
constexpr std::uint64_t calls_to_fire(const Node& node, State state) noexcept {
  if (ruled_out(node, state)) return ~std::uint64_t{0};
  if constexpr (is_and<Node>) {
    return std::max(calls_to_fire(node.left, state), calls_to_fire(node.right, state));
  } else if constexpr (is_or<Node>) {
    return std::min(calls_to_fire(node.left, state), calls_to_fire(node.right, state));
  } else if constexpr (requires { node.min_requests(); }) {
    return node.min_requests();
  } else if constexpr (requires { node.failure_streak(); }) {
    return node.failure_streak();
  } else {
    return 1;
  }
}

}  // namespace detail

/// Base of a tripper of your own that wants `&` and `|`: `struct Mine : TripperOperand<Mine> { ... };`
template <class Derived>
using TripperOperand = Operand<Derived, detail::TripperVocabulary>;

/// Rules its side of an `&` out in every state but CLOSED. Choose it to give CLOSED and HALF_OPEN rules of their own.
struct Closed : TripperOperand<Closed> {
  static constexpr Needs needs{};
  static constexpr State only_in = State::closed;
  constexpr bool operator()(const CallContext& context) const noexcept { return context.state == only_in; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "Closed{}"; }
  friend constexpr bool operator==(const Closed&, const Closed&) = default;
};

/// Rules its side of an `&` out in every state but HALF_OPEN.
struct HalfOpened : TripperOperand<HalfOpened> {
  static constexpr Needs needs{};
  static constexpr State only_in = State::half_open;
  constexpr bool operator()(const CallContext& context) const noexcept { return context.state == only_in; }
  static std::string explain(const CallContext&) { return {}; }
  static std::string describe() { return "HalfOpened{}"; }
  friend constexpr bool operator==(const HalfOpened&, const HalfOpened&) = default;
};

/// Fires once the window holds `count` calls; until then no verdict rests on too few of them, good or bad.
///
/// Choose it beside every rate: one failed call of one is a rate of 1.
class MinRequests : public TripperOperand<MinRequests> {
 public:
  static constexpr Needs needs{};

  /// @throws std::invalid_argument unless count >= 1
  template <detail::Count N>
  constexpr explicit MinRequests(N count)
      : count_{detail::to_count(count, ~std::uint64_t{0}, "MinRequests", "count", "[1, 2^64)")} {}
  constexpr bool operator()(const CallContext& context) const noexcept {
    return context.metrics.total_count() >= count_;
  }
  constexpr bool settled(const CallContext& context) const noexcept { return (*this)(context); }
  constexpr std::uint64_t min_requests() const noexcept { return count_; }
  static std::string explain(const CallContext&) { return {}; }
  std::string describe() const { return detail::concat({"MinRequests{", detail::text(count_), "}"}); }
  friend constexpr bool operator==(const MinRequests&, const MinRequests&) = default;

 private:
  std::uint64_t count_;
};

namespace detail {

/// Whether `part` is at least `ratio` of the window's calls.
constexpr bool reaches(double ratio, std::uint64_t part, const CallContext& context) noexcept {
  const std::uint64_t total = context.metrics.total_count();
  return total != 0 && quotient(part, total) >= ratio;
}

inline std::string reached(const char* rate, double ratio, std::uint64_t part, const CallContext& context) {
  const std::uint64_t total = std::max<std::uint64_t>(context.metrics.total_count(), 1);
  return concat({rate, text(quotient(part, total), 3), " >= ", text(ratio)});
}

}  // namespace detail

/// Fires when at least `ratio` of the window's calls failed.
///
/// Choose it as the main rule. Not alone: add a `MinRequests`.
class FailureRate : public TripperOperand<FailureRate> {
 public:
  static constexpr Needs needs{};
  static constexpr bool on_trouble_only = true;

  /// @throws std::invalid_argument unless 0 < ratio <= 1
  constexpr explicit FailureRate(double ratio) : ratio_{ratio} {
    detail::require(ratio > 0.0 && ratio <= 1.0, "FailureRate", "ratio", ratio, "(0, 1]");
  }
  constexpr bool operator()(const CallContext& context) const noexcept {
    return detail::reaches(ratio_, context.metrics.failure_count(), context);
  }
  std::string explain(const CallContext& context) const {
    return detail::reached("failure_rate ", ratio_, context.metrics.failure_count(), context);
  }
  std::string describe() const { return detail::concat({"FailureRate{", detail::text(ratio_), "}"}); }
  friend constexpr bool operator==(const FailureRate&, const FailureRate&) = default;

 private:
  double ratio_;
};

/// Fires when the window's calls took at least `threshold` on average, failed ones included.
///
/// Choose it for a dependency that degrades as a whole; a few very slow calls are better seen by `SlowRate`. In HALF_OPEN
/// successes that are slow only keep the breaker from closing: what reopens is a failure, or the verdict of `Probes`.
/// Costs two clock reads a call, 8 bytes a call of memory instead of 4 in a `CountWindow`, and every call is written.
class AvgLatency : public TripperOperand<AvgLatency> {
 public:
  static constexpr Needs needs{.durations = true, .clock = true};

  /// @throws std::invalid_argument unless 1us <= threshold <= 4294s, the longest that a call is measured
  template <class Rep, class Period>
  constexpr explicit AvgLatency(std::chrono::duration<Rep, Period> threshold)
      : threshold_{detail::to_nanoseconds(threshold)} {
    detail::require(threshold_ >= std::chrono::microseconds{1} && threshold_ <= std::chrono::seconds{4294},
                    "AvgLatency", "threshold", threshold_, "[1us, 4294s]");
    most_calls_ = static_cast<std::uint64_t>(std::chrono::nanoseconds::max() / threshold_);
  }
  constexpr bool operator()(const CallContext& context) const noexcept {
    // Multiplied, since each call would wait for a division.
    const std::uint64_t calls = context.metrics.total_count();
    return calls != 0 && calls <= most_calls_ &&
           context.metrics.total_duration() >= threshold_ * static_cast<std::int64_t>(calls);
  }
  std::string explain(const CallContext& context) const {
    return detail::concat({"avg_duration ",
                           detail::text(context.metrics.avg_duration().value_or(std::chrono::nanoseconds{0})),
                           " >= ", detail::text(threshold_)});
  }
  std::string describe() const { return detail::concat({"AvgLatency{", detail::text(threshold_), "}"}); }
  friend constexpr bool operator==(const AvgLatency&, const AvgLatency&) = default;

 private:
  std::chrono::nanoseconds threshold_;
  std::uint64_t most_calls_ = 0;  ///< that can take so long on average, in nanoseconds that fit
};

/// Fires when at least `ratio` of the window's calls took the threshold or longer: its own, or the breaker's
/// `slow_threshold`.
///
/// Choose it when slowness hurts callers before failures show. In HALF_OPEN it wants `Probes`, as AvgLatency does. Costs
/// two clock reads a call.
template <bool own_threshold>
class SlowRate : public TripperOperand<SlowRate<own_threshold>> {
 public:
  static constexpr Needs needs{.slow_rates = own_threshold ? 1 : 0, .clock = true};
  static constexpr bool uses_slow_threshold = !own_threshold;
  static constexpr bool on_trouble_only = true;

  /// @throws std::invalid_argument unless 0 < ratio <= 1
  constexpr explicit SlowRate(double ratio)
    requires(!own_threshold)
      : ratio_{ratio} {
    check_ratio();
  }

  /// @throws std::invalid_argument unless 0 < ratio <= 1 and threshold > 0
  template <class Rep, class Period>
    requires own_threshold
  constexpr SlowRate(double ratio, std::chrono::duration<Rep, Period> threshold)
      : ratio_{ratio}, threshold_{detail::to_nanoseconds(threshold)} {
    check_ratio();
    detail::require(threshold_.count() > 0, "SlowRate", "threshold", threshold_, "(0s, 292 years]");
  }

  constexpr bool operator()(const CallContext& context) const noexcept {
    return detail::reaches(ratio_, slow(context), context);
  }
  /// Zero where it follows the breaker's own.
  constexpr std::chrono::nanoseconds slow_threshold() const noexcept { return threshold_; }
  std::string explain(const CallContext& context) const {
    return detail::reached("slow_rate ", ratio_, slow(context), context);
  }
  std::string describe() const {
    return detail::concat({"SlowRate{", detail::text(ratio_),
                           own_threshold ? detail::concat({", ", detail::text(threshold_)}) : std::string{}, "}"});
  }
  friend constexpr bool operator==(const SlowRate&, const SlowRate&) = default;

 private:
  constexpr void check_ratio() const {
    detail::require(ratio_ > 0.0 && ratio_ <= 1.0, "SlowRate", "ratio", ratio_, "(0, 1]");
  }
  constexpr std::uint64_t slow(const CallContext& context) const noexcept {
    return own_threshold ? context.metrics.slow_count(threshold_) : context.metrics.slow_count();
  }

  double ratio_;
  std::chrono::nanoseconds threshold_{0};
};

SlowRate(double) -> SlowRate<false>;
template <class Rep, class Period>
SlowRate(double, std::chrono::duration<Rep, Period>) -> SlowRate<true>;

/// Fires at `count` failures in a row, however old the window's other calls are.
///
/// Choose it to notice a dead dependency in a few calls, also right after a start. Not where single failures are
/// normal and traffic is dense: chance alone makes streaks there.
class FailureStreak : public TripperOperand<FailureStreak> {
 public:
  static constexpr Needs needs{.streak = true};
  static constexpr bool on_trouble_only = true;

  /// @throws std::invalid_argument unless 1 <= count < 2^32
  template <detail::Count N>
  constexpr explicit FailureStreak(N count)
      : count_{detail::to_count(count, 0xffff'ffffU, "FailureStreak", "count", "[1, 2^32)")} {}
  constexpr bool operator()(const CallContext& context) const noexcept {
    return context.consecutive_failures >= count_;
  }
  constexpr std::uint64_t failure_streak() const noexcept { return count_; }
  std::string explain(const CallContext& context) const {
    return detail::concat(
        {"consecutive_failures ", detail::text(context.consecutive_failures), " >= ", detail::text(count_)});
  }
  std::string describe() const { return detail::concat({"FailureStreak{", detail::text(count_), "}"}); }
  friend constexpr bool operator==(const FailureStreak&, const FailureStreak&) = default;

 private:
  std::uint64_t count_;
};

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
