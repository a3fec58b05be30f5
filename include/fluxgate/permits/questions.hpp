// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Questions to a tree of permits.

#ifndef FLUXGATE_PERMITS_QUESTIONS_HPP
#define FLUXGATE_PERMITS_QUESTIONS_HPP

#include <concepts>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/fold.hpp>
#include <fluxgate/permits/probes.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// How many `Probes` a tree of permits holds.
template <class Node>
constexpr int probes_in() noexcept {
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) { return std::derived_from<Leaf, Probes>; });
}

/// The `Probes` of a tree that has one.
template <class Node>
constexpr auto& find_probes(Node& node) noexcept {
  if constexpr (std::derived_from<Node, Probes>) {
    return node;
  } else if constexpr (probes_in<decltype(Node::left)>() != 0) {
    return find_probes(node.left);
  } else {
    return find_probes(node.right);
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
