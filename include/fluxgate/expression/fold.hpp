// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Questions to a tree of policies, answered by its leaves.

#ifndef FLUXGATE_EXPRESSION_FOLD_HPP
#define FLUXGATE_EXPRESSION_FOLD_HPP

#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The answer of a tree: `question.leaf(leaf)` of each leaf, joined by `both(left, right)` at each `&`, by
/// `either(left, right)` at each `|`, and negated by `opposite(inner)` at each `~`. A question needs only the members
/// for the operators of its trees. A node that it `prunes<Node>()` is not asked: `question.pruned` is the answer there.
template <class Question, class Node>
constexpr auto fold(const Question& question, const Node& node) {
  if constexpr (requires { question.template prunes<Node>(); }) {
    if (question.template prunes<Node>()) return question.pruned;
  }
  if constexpr (is_and<Node>) {
    return question.both(fold(question, node.left), fold(question, node.right));
  } else if constexpr (is_or<Node>) {
    return question.either(fold(question, node.left), fold(question, node.right));
  } else if constexpr (is_not<Node>) {
    return question.opposite(fold(question, node.inner));
  } else {
    return question.leaf(node);
  }
}

/// The number of leaves for which `is` is true; it is called with the `std::type_identity` of each.
template <class Node, class Predicate>
constexpr int count_leaves(Predicate is) noexcept {
  if constexpr (Branch<Node>) {
    return count_leaves<decltype(Node::left)>(is) + count_leaves<decltype(Node::right)>(is);
  } else if constexpr (wraps<Node>) {
    return count_leaves<decltype(Node::inner)>(is);
  } else {
    return is(std::type_identity<Node>{}) ? 1 : 0;
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
