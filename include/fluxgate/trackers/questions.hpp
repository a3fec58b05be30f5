// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a tree of trackers answers.

#ifndef FLUXGATE_TRACKERS_QUESTIONS_HPP
#define FLUXGATE_TRACKERS_QUESTIONS_HPP

#include <concepts>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/parameter.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/trackers/count_as_success.hpp>
#include <fluxgate/trackers/custom.hpp>
#include <fluxgate/trackers/on_result.hpp>
#include <fluxgate/trackers/result_looks.hpp>
#include <fluxgate/trackers/tracker.hpp>
#include <fluxgate/trackers/type_of.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The parameter of an OnResult.
template <class T>
struct Watched {};
template <class F>
struct Watched<OnResult<F>> {
  using type = Parameter<F>;
};
template <class T>
concept Watching = requires { typename Watched<T>::type; };

template <class T>
inline constexpr bool is_count_as_success = false;
template <class T>
inline constexpr bool is_count_as_success<CountAsSuccess<T>> = true;

/// Whether a tree can call a returned R a failure that its traits do not.
template <class Node, class R>
constexpr bool looks_at() noexcept {
  if constexpr (Branch<Node>) {
    return looks_at<decltype(Node::left), R>() || looks_at<decltype(Node::right), R>();
  } else if constexpr (is_not<Node> || is_count_as_success<Node>) {
    return looks_at<decltype(Node::inner), R>();
  } else if constexpr (Watching<Node>) {
    return look_for<typename Watched<Node>::type, R>() != Look::nowhere;
  } else {
    // A tracker of the user's own that gives an Answer wants to see everything.
    return std::same_as<std::invoke_result_t<const Node&, const Failure&>, Answer> && !judges_errors_only<Node>;
  }
}

/// Whether there is an OnResult in a tree.
template <class Node>
constexpr bool has_on_result() noexcept {
  if constexpr (Branch<Node>) {
    return has_on_result<decltype(Node::left)>() || has_on_result<decltype(Node::right)>();
  } else if constexpr (is_not<Node> || is_count_as_success<Node>) {
    return has_on_result<decltype(Node::inner)>();
  } else {
    return Watching<Node>;
  }
}

/// Whether a tree was given an OnResult, and neither that nor anything else looks at a returned R, which has more to it
/// than an error.
template <class Node, class R, class Value = std::remove_cvref_t<R>>
inline constexpr bool overlooks = has_on_result<Node>() && CarriesValue<Value> && !looks_at<Node, Value>();

/// What cannot be moved is constructed where the caller wants it and nowhere else: nobody can look at it on the way.
template <class R>
concept Immovable = std::is_object_v<R> && (!std::is_move_constructible_v<R>);

/// The same of what a call returns.
template <class Node, class R>
inline constexpr bool overlooks_call =
    overlooks<Node, R> || (has_on_result<Node>() && Immovable<R> && !NeverFailed<std::remove_cv_t<R>>);

/// Whether a TypeOf or a Custom was made for errors of type E, or for one that derives from it.
template <class E, class Leaf>
inline constexpr bool made_for = false;
template <class E, class... Named>
inline constexpr bool made_for<E, TypeOf<Named...>> = (std::is_base_of_v<E, Named> || ...);
template <class E, class F>
inline constexpr bool made_for<E, Custom<F>> = std::is_base_of_v<E, Parameter<F>>;

/// Whether a tree names the error type E, so that it is asked about errors which are neutral otherwise. A tracker of
/// the user's own may look for anything and is always asked.
template <class E, class Node>
constexpr bool names() noexcept {
  if constexpr (Branch<Node>) {
    return names<E, decltype(Node::left)>() || names<E, decltype(Node::right)>();
  } else if constexpr (is_not<Node> || is_count_as_success<Node>) {
    return names<E, decltype(Node::inner)>();
  } else if constexpr (judges_errors_only<Node>) {
    return made_for<E, Node>;
  } else {
    return !Watching<Node>;
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
