// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Policies joined by `&`, `|` and `~`: trees that are plain values.

#ifndef FLUXGATE_EXPRESSION_OPERAND_HPP
#define FLUXGATE_EXPRESSION_OPERAND_HPP

#include <concepts>
#include <type_traits>
#include <utility>

#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

template <class Vocabulary, class Subject>
concept AskedAbout = std::derived_from<Subject, typename Vocabulary::Subject>;

}  // namespace detail

/// Base of a policy with the operators of a vocabulary. `Derived` makes each base a different type, so that empty
/// policies take no space.
///
/// A vocabulary names what its policies are asked about (`Subject`), what it accepts besides its own (`accepts<T>`),
/// and which operators it has (`has_or`, `has_not`).
template <class Derived, class Vocabulary>
struct Operand : detail::Rebound<Operand<Derived, Vocabulary>> {
  /// What the operators and the tree are asked by.
  using vocabulary = Vocabulary;

  /// Of bases only, which are empty: a template, so that it does not compare derived objects.
  template <std::same_as<Operand> Base>
  friend constexpr bool operator==(const Base&, const Base&) noexcept {
    return true;
  }
};

/// Both of two policies; made by `left & right`.
template <class L, class R, class Vocabulary>
struct And : Operand<And<L, R, Vocabulary>, Vocabulary> {
  [[no_unique_address]] L left;   ///< asked first
  [[no_unique_address]] R right;  ///< asked if the left side does not decide

  /// Takes both sides; the operator does this.
  constexpr And(L l, R r) : left(std::move(l)), right(std::move(r)) {}

  template <class Subject>
    requires detail::AskedAbout<Vocabulary, Subject>
  constexpr auto operator()(const Subject& subject) const {
    return Vocabulary::both(left, right, subject);
  }

  friend bool operator==(const And&, const And&) = default;  // constexpr if its parts are
};

/// Either of two policies; made by `left | right`.
template <class L, class R, class Vocabulary>
struct Or : Operand<Or<L, R, Vocabulary>, Vocabulary> {
  [[no_unique_address]] L left;   ///< asked first
  [[no_unique_address]] R right;  ///< asked if the left side does not decide

  /// Takes both sides; the operator does this.
  constexpr Or(L l, R r) : left(std::move(l)), right(std::move(r)) {}

  template <class Subject>
    requires detail::AskedAbout<Vocabulary, Subject>
  constexpr auto operator()(const Subject& subject) const {
    return Vocabulary::either(left, right, subject);
  }

  friend bool operator==(const Or&, const Or&) = default;  // constexpr if its parts are
};

/// The opposite of a policy; made by `~inner`.
template <class N, class Vocabulary>
struct Not : Operand<Not<N, Vocabulary>, Vocabulary> {
  [[no_unique_address]] N inner;  ///< asked, and turned round

  /// Takes the policy; the operator does this.
  constexpr explicit Not(N n) : inner(std::move(n)) {}

  template <class Subject>
    requires detail::AskedAbout<Vocabulary, Subject>
  constexpr auto operator()(const Subject& subject) const {
    return Vocabulary::opposite(inner, subject);
  }

  friend bool operator==(const Not&, const Not&) = default;  // constexpr if its parts are
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

/// Whether a T, which is no operator, asks another policy, its `inner`.
template <class T>
inline constexpr bool wraps = false;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
