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
#include <fluxgate/expression/fold.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/outcome.hpp>
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

/// Whether a tree can call a returned R a failure that its traits do not.
template <class Node, class R>
constexpr bool looks_at() noexcept {
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) {
           if constexpr (Watching<Leaf>) {
             return look_for<typename Watched<Leaf>::type, R>() != Look::nowhere;
           } else {
             // A tracker of the user's own that gives an Answer wants to see everything.
             return std::same_as<std::invoke_result_t<const Leaf&, const Failure&>, Answer> &&
                    !judges_errors_only<Leaf>;
           }
         }) != 0;
}

/// Whether there is an OnResult in a tree.
template <class Node>
constexpr bool has_on_result() noexcept {
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) { return Watching<Leaf>; }) != 0;
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
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) {
           return judges_errors_only<Leaf> ? made_for<E, Leaf> : !Watching<Leaf>;
         }) != 0;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
