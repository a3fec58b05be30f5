// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Questions to a tree of trackers.

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
#include <fluxgate/trackers/http_code.hpp>
#include <fluxgate/trackers/http_status.hpp>
#include <fluxgate/trackers/on_result.hpp>
#include <fluxgate/trackers/result_looks.hpp>
#include <fluxgate/trackers/tracker.hpp>
#include <fluxgate/trackers/type_of.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The parameter of an OnResult, or what an HttpStatus looks for.
template <class T>
struct Watched {};
template <class F>
struct Watched<OnResult<F>> {
  using type = Parameter<F>;
};
template <>
struct Watched<HttpStatus> {
  using type = HttpCode;
};
template <class T>
concept Watching = requires { typename Watched<T>::type; };

/// Whether a tree can count a returned R as a failure that is none by its traits.
template <class Node, class R>
constexpr bool looks_at() noexcept {
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) {
           if constexpr (Watching<Leaf>) {
             return look_for<typename Watched<Leaf>::type, R>() != Look::nowhere;
           } else {
             // A user's own tracker that returns an Answer sees everything.
             return std::same_as<std::invoke_result_t<const Leaf&, const Failure&>, Answer> &&
                    !judges_errors_only<Leaf>;
           }
         }) != 0;
}

/// Whether a tree has an OnResult.
template <class Node>
constexpr bool has_on_result() noexcept {
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) { return Watching<Leaf>; }) != 0;
}

/// Whether a tree has an OnResult, but nothing in it looks at a returned R, which carries more than an error.
template <class Node, class R, class Value = std::remove_cvref_t<R>>
inline constexpr bool overlooks = has_on_result<Node>() && CarriesValue<Value> && !looks_at<Node, Value>();

/// A result that cannot be moved is constructed in its final place: no tracker can look at it on the way.
template <class R>
concept Immovable = std::is_object_v<R> && (!std::is_move_constructible_v<R>);

/// The same for what a call returns, which may be immovable.
template <class Node, class R>
inline constexpr bool overlooks_call =
    overlooks<Node, R> || (has_on_result<Node>() && Immovable<R> && !NeverFailed<std::remove_cv_t<R>>);

/// Whether a TypeOf or a Custom is for errors of type E, or of a type derived from E.
template <class E, class Leaf>
inline constexpr bool made_for = false;
template <class E, class... Named>
inline constexpr bool made_for<E, TypeOf<Named...>> = (std::is_base_of_v<E, Named> || ...);
template <class E, class F>
inline constexpr bool made_for<E, Custom<F>> = std::is_base_of_v<E, Parameter<F>>;

/// Whether a tree names the error type E, so that it is asked about errors which are otherwise neutral. A user's own
/// tracker may look for any error and is always asked.
template <class E, class Node>
constexpr bool names() noexcept {
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) {
           return judges_errors_only<Leaf> ? made_for<E, Leaf> : !Watching<Leaf>;
         }) != 0;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
