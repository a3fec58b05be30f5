// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a tree of trippers answers.

#ifndef FLUXGATE_TRIPPERS_QUESTIONS_HPP
#define FLUXGATE_TRIPPERS_QUESTIONS_HPP

#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

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

/// A leaf that says only when its side of an `&` is asked, not what is wrong with the calls. All others are conditions,
/// trippers of users too.
template <class Leaf>
concept Gate = requires { typename std::bool_constant<Leaf::gate>; } && std::bool_constant<Leaf::gate>::value;

/// A leaf that is false whatever the calls do, and is meant to be.
template <class Leaf>
concept NeverFires =
    requires { typename std::bool_constant<Leaf::never_fires>; } && std::bool_constant<Leaf::never_fires>::value;

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
    return NeverFires<Node>;
  }
}

/// Whether a leaf of `Node` is `Manual`.
template <class Node>
constexpr bool holds_manual() noexcept {
  if constexpr (Branch<Node>) {
    return holds_manual<decltype(Node::left)>() || holds_manual<decltype(Node::right)>();
  } else {
    return NeverFires<Node>;
  }
}

/// Whether `node` fires in `state` on successes alone, once there are enough of them: all that it asks there is gates.
template <class Node>
constexpr bool fires_on_successes(const Node& node, State state) noexcept {
  if constexpr (is_and<Node>) {
    return fires_on_successes(node.left, state) && fires_on_successes(node.right, state);
  } else if constexpr (is_or<Node>) {
    return fires_on_successes(node.left, state) || fires_on_successes(node.right, state);
  } else {
    return Gate<Node> && !ruled_out(node, state);
  }
}

/// The smallest part of `node` that fires on successes alone, in words; `node` must do so.
template <class Node>
std::string what_fires_on_successes(const Node& node, State state) {
  if constexpr (is_or<Node>) {
    if (fires_on_successes(node.left, state)) return what_fires_on_successes(node.left, state);
    return what_fires_on_successes(node.right, state);
  } else {
    return description_of(node);
  }
}

/// Whether a leaf of `node` may ask for slow calls by the breaker's own threshold.
template <class Node>
constexpr bool may_use_slow_threshold() noexcept {
  if constexpr (Branch<Node>) {
    return may_use_slow_threshold<decltype(Node::left)>() || may_use_slow_threshold<decltype(Node::right)>();
  } else {
    return requires(const Node& node) { node.uses_slow_threshold; };
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

/// More calls than a window holds in practice, and few enough for a user's tripper that counts per cent in ints.
inline constexpr std::uint64_t unlimited = 20'000'000;

/// `context` as it will be at best once `count` calls are in: those that are missing are successes that took no time.
constexpr CallContext at_best(const CallContext& context, std::uint64_t count) noexcept {
  const Metrics& now = context.metrics;
  return {context.state,
          Metrics{std::max(now.total_count(), count), now.failure_count(), now.total_duration(), now.slow_counts()},
          context.consecutive_failures};
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

/// How many outcomes `node` has to see in `state`: each minimum that applies there, and what it takes to fire where it
/// can.
template <class Node>
constexpr std::uint64_t outcomes_wanted(const Node& node, State state) noexcept {
  return ruled_out(node, state) ? 0 : std::max(min_requests_in(node, state), calls_to_fire(node, state));
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
