// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The text of a policy, or of a tree of policies.

#ifndef FLUXGATE_EXPRESSION_DESCRIBE_HPP
#define FLUXGATE_EXPRESSION_DESCRIBE_HPP

#include <concepts>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/expression/fold.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/expression/operators.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

template <class T>
concept NamesDescribe = requires { &T::describe; };
template <class T>
concept Describable = requires(const T& t) {
  { t.describe() } -> std::convertible_to<std::string>;
};

/// As `describe`, but for leaves of any type, since a leaf may be a lambda.
struct Description {
  template <class Leaf>
  static std::string leaf(const Leaf& leaf) {
    if constexpr (Describable<Leaf>) {
      return leaf.describe();
    } else {
      static_assert(!NamesDescribe<Leaf>,
                    "fluxgate: a policy's describe() must be as in: std::string describe() const;");
      return "custom";
    }
  }
  static std::string both(const std::string& left, const std::string& right) {
    return concat({"(", left, " & ", right, ")"});
  }
  static std::string either(const std::string& left, const std::string& right) {
    return concat({"(", left, " | ", right, ")"});
  }
  static std::string opposite(const std::string& inner) { return concat({"~", inner}); }
};

template <class Node>
std::string description_of(const Node& node) {
  return fold(Description{}, node);
}

}  // namespace detail

/// The text of a policy, or of a tree of policies: as written in code, always parenthesised; a leaf of a tree that has
/// no `describe()` is "custom".
template <class Policy>
  requires detail::InVocabulary<Policy> || detail::Describable<Policy>
std::string describe(const Policy& policy) {
  return detail::description_of(policy);
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
