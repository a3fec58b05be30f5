// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// `&`, `|` and `~` of policies, and the sentences where they do not join.

#ifndef FLUXGATE_EXPRESSION_OPERATORS_HPP
#define FLUXGATE_EXPRESSION_OPERATORS_HPP

#include <concepts>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

template <class T>
concept InVocabulary = requires { typename std::remove_cvref_t<T>::vocabulary; } &&
                       std::derived_from<std::remove_cvref_t<T>,
                                         Operand<std::remove_cvref_t<T>, typename std::remove_cvref_t<T>::vocabulary>>;

template <class L, class R>
struct CommonVocabulary {};
template <InVocabulary L, class R>
struct CommonVocabulary<L, R> {
  using type = typename L::vocabulary;
};
template <class L, InVocabulary R>
  requires(!InVocabulary<L>)
struct CommonVocabulary<L, R> {
  using type = typename R::vocabulary;
};

template <class L, class R>
using VocabularyOf = typename CommonVocabulary<std::remove_cvref_t<L>, std::remove_cvref_t<R>>::type;

template <class L, class R>
concept Composable =
    requires { typename VocabularyOf<L, R>; } && VocabularyOf<L, R>::template accepts<std::remove_cvref_t<L>> &&
    VocabularyOf<L, R>::template accepts<std::remove_cvref_t<R>>;

template <class L, class R>
concept HasOr = Composable<L, R> && VocabularyOf<L, R>::has_or;

}  // namespace detail

template <class L, class R>
  requires detail::Composable<L, R>
constexpr auto operator&(L&& left, R&& right) {
  return And<std::remove_cvref_t<L>, std::remove_cvref_t<R>, detail::VocabularyOf<L, R>>{std::forward<L>(left),
                                                                                         std::forward<R>(right)};
}

template <class L, class R>
  requires detail::HasOr<L, R>
constexpr auto operator|(L&& left, R&& right) {
  return Or<std::remove_cvref_t<L>, std::remove_cvref_t<R>, detail::VocabularyOf<L, R>>{std::forward<L>(left),
                                                                                        std::forward<R>(right)};
}

template <detail::InVocabulary N>
  requires std::remove_cvref_t<N>::vocabulary::has_not
constexpr auto operator~(N&& inner) {
  return Not<std::remove_cvref_t<N>, typename std::remove_cvref_t<N>::vocabulary>{std::forward<N>(inner)};
}

// What cannot be joined, in a sentence.

template <class L, class R>
  requires(detail::InVocabulary<L> || detail::InVocabulary<R>) && (!detail::Composable<L, R>)
constexpr std::remove_cvref_t<L> operator&(L&&, R&&) {
  static_assert(detail::Composable<L, R>,
                "fluxgate: & joins policies of one kind: trackers, trippers or permits, or callables that are such.");
}

template <class L, class R>
  requires(detail::InVocabulary<L> || detail::InVocabulary<R>) && (!detail::HasOr<L, R>)
constexpr std::remove_cvref_t<L> operator|(L&&, R&&) {
  static_assert(detail::HasOr<L, R>,
                "fluxgate: | joins policies of one kind, trackers or trippers, or callables that are such; permits "
                "have & only.");
}

template <detail::InVocabulary N>
  requires(!std::remove_cvref_t<N>::vocabulary::has_not)
constexpr std::remove_cvref_t<N> operator~(N&&) {
  static_assert(std::remove_cvref_t<N>::vocabulary::has_not, "fluxgate: only trackers have an opposite.");
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
