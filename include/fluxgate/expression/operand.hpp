// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Policies joined by `&`, `|` and `~`: trees that are plain values.

#ifndef FLUXGATE_EXPRESSION_OPERAND_HPP
#define FLUXGATE_EXPRESSION_OPERAND_HPP

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

#include <fluxgate/in_template.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

namespace detail {

template <class Vocabulary, class Subject>
concept AskedAbout = std::derived_from<Subject, typename Vocabulary::Subject>;

}  // namespace detail

/// Base of a policy that wants the operators of a vocabulary. `Derived` keeps bases apart, so that empty policies
/// still pack into nothing.
///
/// A vocabulary names what its policies are asked about (`Subject`), what it accepts beside its own (`accepts<T>`), and
/// which operators it has (`has_or`, `has_not`).
template <class Derived, class Vocabulary>
struct Operand : detail::Rebound<Operand<Derived, Vocabulary>> {
  using vocabulary = Vocabulary;

  /// Of bases alone, which hold nothing; a template, so that it does not compare what derives from them.
  template <std::same_as<Operand> Base>
  friend constexpr bool operator==(const Base&, const Base&) noexcept {
    return true;
  }
};

/// Both sides; built by `left & right`.
template <class L, class R, class Vocabulary>
struct And : Operand<And<L, R, Vocabulary>, Vocabulary> {
  [[no_unique_address]] L left;
  [[no_unique_address]] R right;

  constexpr And(L l, R r) : left(std::move(l)), right(std::move(r)) {}

  template <class Subject>
    requires detail::AskedAbout<Vocabulary, Subject>
  constexpr auto operator()(const Subject& subject) const {
    return Vocabulary::both(left, right, subject);
  }

  friend constexpr bool operator==(const And&, const And&) = default;
};

/// Either side; built by `left | right`.
template <class L, class R, class Vocabulary>
struct Or : Operand<Or<L, R, Vocabulary>, Vocabulary> {
  [[no_unique_address]] L left;
  [[no_unique_address]] R right;

  constexpr Or(L l, R r) : left(std::move(l)), right(std::move(r)) {}

  template <class Subject>
    requires detail::AskedAbout<Vocabulary, Subject>
  constexpr auto operator()(const Subject& subject) const {
    return Vocabulary::either(left, right, subject);
  }

  friend constexpr bool operator==(const Or&, const Or&) = default;
};

/// The opposite; built by `~inner`.
template <class N, class Vocabulary>
struct Not : Operand<Not<N, Vocabulary>, Vocabulary> {
  [[no_unique_address]] N inner;

  constexpr explicit Not(N n) : inner(std::move(n)) {}

  template <class Subject>
    requires detail::AskedAbout<Vocabulary, Subject>
  constexpr auto operator()(const Subject& subject) const {
    return Vocabulary::opposite(inner, subject);
  }

  friend constexpr bool operator==(const Not&, const Not&) = default;
};

namespace detail {

template <class T>
inline constexpr bool is_and = false;
template <class L, class R, class V>
inline constexpr bool is_and<And<L, R, V>> = true;

template <class T>
inline constexpr bool is_or = false;
template <class L, class R, class V>
inline constexpr bool is_or<Or<L, R, V>> = true;

template <class T>
inline constexpr bool is_not = false;
template <class N, class V>
inline constexpr bool is_not<Not<N, V>> = true;

template <class T>
concept Branch = is_and<T> || is_or<T>;

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

template <class T>
concept Describable = requires(const T& t) {
  { t.describe() } -> std::convertible_to<std::string>;
};

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

namespace detail {

/// As `describe`, and of any type, since a leaf may be a lambda.
template <class Node>
std::string description_of(const Node& node) {
  if constexpr (is_and<Node>) {
    return concat({"(", description_of(node.left), " & ", description_of(node.right), ")"});
  } else if constexpr (is_or<Node>) {
    return concat({"(", description_of(node.left), " | ", description_of(node.right), ")"});
  } else if constexpr (is_not<Node>) {
    return concat({"~", description_of(node.inner)});
  } else if constexpr (Describable<Node>) {
    return node.describe();
  } else {
    return "custom";
  }
}

}  // namespace detail

/// A policy, or a tree of them, in the words it was written in, always parenthesised; a leaf of a tree that has no
/// `describe()` is "custom".
template <class Policy>
  requires detail::InVocabulary<Policy> || detail::Describable<Policy>
std::string describe(const Policy& policy) {
  return detail::description_of(policy);
}

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
