// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Questions to a tree of permits.

#ifndef FLUXGATE_PERMITS_QUESTIONS_HPP
#define FLUXGATE_PERMITS_QUESTIONS_HPP

#include <concepts>
#include <cstddef>
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

/// The `Probes` of a tree that has one, as a pointer.
struct FindProbes {
  template <class Leaf>
  static constexpr auto leaf(Leaf& leaf) noexcept {
    if constexpr (std::derived_from<Leaf, Probes>) {
      return &leaf;
    } else {
      return nullptr;
    }
  }
  template <class Found>
  static constexpr Found* both(Found* found, std::nullptr_t) noexcept {
    return found;
  }
  template <class Found>
  static constexpr Found* both(std::nullptr_t, Found* found) noexcept {
    return found;
  }
  static constexpr std::nullptr_t both(std::nullptr_t, std::nullptr_t) noexcept { return nullptr; }
};
template <class Node>
constexpr auto& find_probes(Node& node) noexcept {
  return *fold(FindProbes{}, node);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
