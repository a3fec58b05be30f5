// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The operators `&`, `|` and `~` of policies, and the sentences that refuse what they cannot join.

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

/// The vocabulary of the first policy that has one; the others may be callables.
template <class...>
struct FirstVocabulary {};
template <class First, class... Rest>
struct FirstVocabulary<First, Rest...> : FirstVocabulary<Rest...> {};
template <InVocabulary First, class... Rest>
struct FirstVocabulary<First, Rest...> {
  using type = typename First::vocabulary;
};

template <class... Policies>
using VocabularyOf = typename FirstVocabulary<std::remove_cvref_t<Policies>...>::type;

template <class... Policies>
concept Composable = requires { typename VocabularyOf<Policies...>; } &&
                     (VocabularyOf<Policies...>::template accepts<std::remove_cvref_t<Policies>> && ...);

template <class... Policies>
concept HasOr = Composable<Policies...> && VocabularyOf<Policies...>::has_or;

template <class... Policies>
concept HasNot = Composable<Policies...> && VocabularyOf<Policies...>::has_not;

}  // namespace detail

/// Both of two policies of one kind; one of them may be a callable.
template <class L, class R>
  requires detail::Composable<L, R>
constexpr auto operator&(L&& left, R&& right) {
  return And<std::remove_cvref_t<L>, std::remove_cvref_t<R>, detail::VocabularyOf<L, R>>{std::forward<L>(left),
                                                                                         std::forward<R>(right)};
}

/// Either of two trackers or trippers; one of them may be a callable.
template <class L, class R>
  requires detail::HasOr<L, R>
constexpr auto operator|(L&& left, R&& right) {
  return Or<std::remove_cvref_t<L>, std::remove_cvref_t<R>, detail::VocabularyOf<L, R>>{std::forward<L>(left),
                                                                                        std::forward<R>(right)};
}

/// The opposite of a tracker.
template <detail::InVocabulary N>
  requires std::remove_cvref_t<N>::vocabulary::has_not
constexpr auto operator~(N&& inner) {
  return Not<std::remove_cvref_t<N>, typename std::remove_cvref_t<N>::vocabulary>{std::forward<N>(inner)};
}

// Refuse what cannot be joined, in a sentence.

template <class L, class R>
  requires(detail::InVocabulary<L> || detail::InVocabulary<R>) && (!detail::Composable<L, R>)
constexpr std::remove_cvref_t<L> operator&(L&&, R&&) {
  static_assert(detail::Composable<L, R>,
                "fluxgate: & joins policies of one kind: trackers, trippers or permits, or callables of such a kind.");
}

template <class L, class R>
  requires(detail::InVocabulary<L> || detail::InVocabulary<R>) && (!detail::HasOr<L, R>)
constexpr std::remove_cvref_t<L> operator|(L&&, R&&) {
  static_assert(detail::HasOr<L, R>,
                "fluxgate: | joins policies of one kind, trackers or trippers, or callables of such a kind; permits "
                "have & only.");
}

template <detail::InVocabulary N>
  requires(!std::remove_cvref_t<N>::vocabulary::has_not)
constexpr std::remove_cvref_t<N> operator~(N&&) {
  static_assert(std::remove_cvref_t<N>::vocabulary::has_not, "fluxgate: only trackers have an opposite.");
}

namespace detail {

struct JoinedByAnd {
  template <class T>
  static constexpr bool is = is_and<T>;
  template <class Vocabulary, class L, class R>
  static constexpr auto join(L left, R right) {
    return And<L, R, Vocabulary>{std::move(left), std::move(right)};
  }
};

struct JoinedByOr {
  template <class T>
  static constexpr bool is = is_or<T>;
  template <class Vocabulary, class L, class R>
  static constexpr auto join(L left, R right) {
    return Or<L, R, Vocabulary>{std::move(left), std::move(right)};
  }
};

/// All policies joined from the left, ((a, b), c), however they were joined before.
template <class By, class Vocabulary, class L>
constexpr L append(L left) {
  return left;
}
template <class By, class Vocabulary, class L, class R, class... Rest>
constexpr auto append(L left, R right, Rest... rest) {
  if constexpr (By::template is<R>) {
    return append<By, Vocabulary>(std::move(left), std::move(right.left), std::move(right.right), std::move(rest)...);
  } else {
    return append<By, Vocabulary>(By::template join<Vocabulary>(std::move(left), std::move(right)), std::move(rest)...);
  }
}
template <class By, class Vocabulary, class First, class... Rest>
constexpr auto flat(First first, Rest... rest) {
  if constexpr (By::template is<First>) {
    return flat<By, Vocabulary>(std::move(first.left), std::move(first.right), std::move(rest)...);
  } else {
    return append<By, Vocabulary>(std::move(first), std::move(rest)...);
  }
}

struct AllOf {
  template <class... Policies>
    requires(sizeof...(Policies) != 0)
  constexpr auto operator()(Policies&&... policies) const {
    static_assert(
        Composable<Policies...>,
        "fluxgate: all_of joins policies of one kind: trackers, trippers or permits, and callables beside them.");
    if constexpr (Composable<Policies...>) {
      return flat<JoinedByAnd, VocabularyOf<Policies...>>(
          std::remove_cvref_t<Policies>{std::forward<Policies>(policies)}...);
    }
  }
};

struct AnyOf {
  template <class... Policies>
    requires(sizeof...(Policies) != 0)
  constexpr auto operator()(Policies&&... policies) const {
    static_assert(HasOr<Policies...>,
                  "fluxgate: any_of joins policies of one kind, trackers or trippers, and callables beside them.");
    if constexpr (HasOr<Policies...>) {
      return flat<JoinedByOr, VocabularyOf<Policies...>>(
          std::remove_cvref_t<Policies>{std::forward<Policies>(policies)}...);
    }
  }
};

struct NoneOf {
  template <class... Policies>
    requires(sizeof...(Policies) != 0)
  constexpr auto operator()(Policies&&... policies) const {
    static_assert(HasNot<Policies...>, "fluxgate: none_of joins trackers, and callables beside them.");
    if constexpr (HasNot<Policies...>) {
      auto any = AnyOf{}(std::forward<Policies>(policies)...);
      return Not<decltype(any), VocabularyOf<Policies...>>{std::move(any)};
    }
  }
};

}  // namespace detail

// The operators by name, for any number of policies. They are objects, so that argument-dependent lookup does not add
// the algorithms of the standard library.

/// `all_of(a, b, c)` is `a & b & c`. Arguments that are joined by `&` themselves are flattened: `all_of(a, b & c)` is
/// the same, in type and value.
inline constexpr detail::AllOf all_of{};

/// `any_of(a, b, c)` is `a | b | c`, flattened likewise.
inline constexpr detail::AnyOf any_of{};

/// `none_of(a, b, c)` is `~(a | b | c)`, flattened likewise. For trackers.
inline constexpr detail::NoneOf none_of{};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
