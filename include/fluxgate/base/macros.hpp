// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// All macros of the library except the version.

#ifndef FLUXGATE_BASE_MACROS_HPP
#define FLUXGATE_BASE_MACROS_HPP

/// Define it as 1, in every unit of a program, to check lifetimes. The program then ends with a message if a breaker is
/// destroyed, even by a listener, while a call, a command, an Admission or an awaitable is in progress on it, or if a
/// `guarded` callable, an attached AsyncCircuitBreaker or an awaitable uses a breaker after its end. Costs an
/// allocation a breaker and some atomic increments a call.
///
/// Off by default, also without NDEBUG: it changes the layout of breakers, so units that differ in it do not link to
/// each other, and a debug build must still link to libraries that were built without it.
#if !defined(FLUXGATE_DEBUG)
#define FLUXGATE_DEBUG 0
#endif

/// Defined for clang (17 and later; 19 is tested), which loses what a Config names in a template: see in_template.hpp.
#if defined(__clang__) && defined(__cpp_consteval)
#define FLUXGATE_CLANG_LOSES_DESIGNATORS
#endif

#if FLUXGATE_DEBUG
#define FLUXGATE_ABI_DEBUG _debug
#else
#define FLUXGATE_ABI_DEBUG
#endif
#if defined(__cpp_exceptions)
#define FLUXGATE_ABI_EXCEPTIONS
#else
#define FLUXGATE_ABI_EXCEPTIONS _no_exceptions
#endif
#if defined(__cpp_rtti)
#define FLUXGATE_ABI_RTTI
#else
#define FLUXGATE_ABI_RTTI _no_rtti
#endif
#if defined(FLUXGATE_CLANG_LOSES_DESIGNATORS)
#define FLUXGATE_ABI_COMPILER _clang
#else
#define FLUXGATE_ABI_COMPILER
#endif
#define FLUXGATE_PASTE(a, b, c, d, e) a##b##c##d##e
#define FLUXGATE_PASTE_EXPANDED(a, b, c, d, e) FLUXGATE_PASTE(a, b, c, d, e)

/// The inline namespace that puts the version into the names of symbols, as far as a version may break users: the major
/// and, while that is 0, the minor one. It has suffixes for what differs without exceptions, without type information,
/// where types are told apart by other addresses, with the checks of FLUXGATE_DEBUG, and under clang, where policies
/// have destructors and so are passed in another way. Objects that differ in these do not link to each other by
/// accident.
///
/// `inline` is part of it, as in `namespace fluxgate::FLUXGATE_ABI {`: source indexers do not expand macros and find no
/// definition after `namespace fluxgate::inline`.
#define FLUXGATE_ABI                                                                                   \
  inline FLUXGATE_PASTE_EXPANDED(v0_1, FLUXGATE_ABI_DEBUG, FLUXGATE_ABI_EXCEPTIONS, FLUXGATE_ABI_RTTI, \
                                 FLUXGATE_ABI_COMPILER)

/// `try` and `catch (...)`; without exceptions, the guarded block alone.
#if defined(__cpp_exceptions)
#define FLUXGATE_TRY try
#define FLUXGATE_CATCH_ALL catch (...)
#else
#define FLUXGATE_TRY if (true)
#define FLUXGATE_CATCH_ALL else
#endif

/// Defined if a process can fork and a thread has a signal mask.
#if defined(__unix__) || defined(__APPLE__)
#define FLUXGATE_HAS_FORK
#endif

/// For a `catch (...)` that would keep the exception: rethrows unwinding that is no exception. Needs
/// <fluxgate/base/unwinding.hpp>.
#if defined(__cpp_exceptions)
#define FLUXGATE_RETHROW_UNWINDING \
  if (::fluxgate::detail::handles_unwinding()) throw
#else
#define FLUXGATE_RETHROW_UNWINDING static_cast<void>(0)
#endif

/// Whether this unit defines a type that others only declare. Evaluated anew in each template, and in no variable or
/// function of the library: the definition may come after other calls. Needs <type_traits>.
#define FLUXGATE_KNOWS(Type) \
  ([]<class Asked>(std::type_identity<Asked>) { return requires { sizeof(Asked); }; }(std::type_identity<Type>{}))

/// For a step of every awaited call that g++ does not inline by itself. clang does, and chooses better where not.
#if defined(__GNUC__) && !defined(__clang__)
#define FLUXGATE_INLINED_BY_GCC [[gnu::always_inline]]
#else
#define FLUXGATE_INLINED_BY_GCC
#endif

/// The warning for g++ before 13, which copies some temporaries of a co_await expression bit by bit and so destroys
/// twice what they own (PR c++/98401, c++/99576, c++/100611).
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#define FLUXGATE_COPIED_BITWISE                                                                               \
  "fluxgate: g++ before 13 destroys twice what a lambda (or an aggregate) that is written inside a co_await " \
  "expression owns. Use two statements: auto f = [...] {...}; co_await breaker.call(f);"
#endif

/// The warning for a call whose result no OnResult of the tracker can look at.
#define FLUXGATE_OVERLOOKED                                                                                           \
  "fluxgate: no OnResult or HttpStatus of the tracker can look at what this call returns, so it is a success unless " \
  "its own error says otherwise. Give the tracker an OnResult whose predicate takes it, or the value in it, and "     \
  "returns false if every value is a success. None can look at a result that cannot be moved: let its "               \
  "outcome_traits derive from never_failed."

#endif
