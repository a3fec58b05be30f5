// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The type of a callable's parameter, which tells what the callable is for.

#ifndef FLUXGATE_BASE_PARAMETER_HPP
#define FLUXGATE_BASE_PARAMETER_HPP

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

// The type of a callable's parameter, without const and reference. Overloads without definitions; each accepts a
// noexcept function, too.
template <class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (*)(P));
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P));
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) const);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) &);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) const&);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) &&);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) const&&);

template <class F>
struct ParameterOf {};
template <class F>
  requires requires(F f) { parameter_of(f); }
struct ParameterOf<F> : decltype(parameter_of(std::declval<F>())){};
template <class F>
  requires requires { parameter_of(&F::operator()); }
struct ParameterOf<F> : decltype(parameter_of(&F::operator())){};
template <class F>
struct ParameterOf<std::reference_wrapper<F>> : ParameterOf<std::decay_t<F>> {};
/// A pointer to a member is called with the object.
template <class M, class C>
  requires std::invocable<M C::*, const C&>
struct ParameterOf<M C::*> : std::type_identity<C> {};

template <class F>
concept HasOneParameter = requires { typename ParameterOf<F>::type; };

template <class F>
using Parameter = typename ParameterOf<F>::type;

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
