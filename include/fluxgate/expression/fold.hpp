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

/// The node that a tree is, or, as a std::type_identity, only names.
template <class Tree>
struct NodeOf : std::remove_cv<Tree> {};
template <class Node>
struct NodeOf<const std::type_identity<Node>> : std::type_identity<Node> {};

template <class Node>
constexpr auto& left_of(Node& node) noexcept {
  return node.left;
}
template <class Node>
constexpr auto& right_of(Node& node) noexcept {
  return node.right;
}
template <class Node>
constexpr auto& inner_of(Node& node) noexcept {
  return node.inner;
}
template <class Node>
inline constexpr std::type_identity<Node> named{};
template <class Node>
constexpr auto& left_of(const std::type_identity<Node>&) noexcept {
  return named<decltype(Node::left)>;
}
template <class Node>
constexpr auto& right_of(const std::type_identity<Node>&) noexcept {
  return named<decltype(Node::right)>;
}
template <class Node>
constexpr auto& inner_of(const std::type_identity<Node>&) noexcept {
  return named<decltype(Node::inner)>;
}

/// The answer of a tree: `question.leaf(leaf)` of each leaf, from left to right, joined by `both(left, right)` at each
/// `&`, by `either(left, right)` at each `|`, and negated by `opposite(inner)` at each `~`. A question needs only the
/// members for the operators of its trees. What wraps a policy is a leaf, unless the question has `inside(inner)`. A
/// node that it `prunes<Node>()` is not asked: `question.pruned` is the answer there. What is known of a type alone is
/// asked of `named<Type>`; its leaves are the names of theirs. A tree whose shape is known at run time only walks itself,
/// in `fold_nodes(question, tree)`.
template <class Question, class Tree>
constexpr auto fold(const Question& question, Tree& tree) {
  using Node = typename NodeOf<Tree>::type;
  if constexpr (requires { question.template prunes<Node>(); }) {
    if (question.template prunes<Node>()) return question.pruned;
  }
  if constexpr (requires { fold_nodes(question, tree); }) {
    return fold_nodes(question, tree);
  } else if constexpr (Branch<Node>) {
    const auto left = fold(question, left_of(tree));
    const auto right = fold(question, right_of(tree));
    if constexpr (is_and<Node>) {
      return question.both(left, right);
    } else {
      return question.either(left, right);
    }
  } else if constexpr (is_not<Node>) {
    return question.opposite(fold(question, inner_of(tree)));
  } else if constexpr (wraps<Node> && requires { &Question::inside; }) {
    return question.inside(fold(question, inner_of(tree)));
  } else {
    return question.leaf(tree);
  }
}

/// Calls `visit` with every leaf.
template <class Visit>
struct EachLeaf {
  struct Done {};

  Visit visit;

  template <class Leaf>
  constexpr Done leaf(Leaf& leaf) const {
    visit(leaf);
    return {};
  }
  static constexpr Done both(Done, Done) noexcept { return {}; }
  static constexpr Done either(Done, Done) noexcept { return {}; }
};

/// The number of leaves for which `is` is true; it is called with the name of each.
template <class Predicate>
struct CountLeaves {
  Predicate is;

  template <class Leaf>
  constexpr int leaf(const std::type_identity<Leaf>& leaf) const {
    return is(leaf) ? 1 : 0;
  }
  static constexpr int both(int left, int right) noexcept { return left + right; }
  static constexpr int either(int left, int right) noexcept { return left + right; }
  static constexpr int opposite(int inner) noexcept { return inner; }
  static constexpr int inside(int inner) noexcept { return inner; }
};
template <class Node, class Predicate>
constexpr int count_leaves(Predicate is) noexcept {
  return fold(CountLeaves<Predicate>{is}, named<Node>);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
