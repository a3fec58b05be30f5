// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Every macro of the library.

#ifndef FLUXGATE_MACROS_HPP
#define FLUXGATE_MACROS_HPP

/// The inline namespace that carries the version into the names of symbols. It differs without exceptions, so that
/// objects compiled with and without them do not link to each other's halves by accident.
#if defined(__cpp_exceptions)
#define FLUXGATE_ABI v0
#else
#define FLUXGATE_ABI v0_no_exceptions
#endif

/// `try` and `catch (...)` where there are exceptions; elsewhere the guarded block alone.
#if defined(__cpp_exceptions)
#define FLUXGATE_TRY try
#define FLUXGATE_CATCH_ALL catch (...)
#else
#define FLUXGATE_TRY if (true)
#define FLUXGATE_CATCH_ALL else
#endif

/// For g++ before 13, which copies some temporaries of a co_await expression bit by bit and so destroys what they own
/// twice (PR c++/98401, c++/99576, c++/100611): the warning that its users get.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#define FLUXGATE_COPIED_BITWISE                                                                               \
  "fluxgate: g++ before 13 destroys twice what a lambda (or an aggregate) that is written inside a co_await " \
  "expression owns. Use two statements: auto f = [...] {...}; co_await breaker.call(f);"
#endif

/// The warning where no OnResult of a tracker can look at what a call returns.
#define FLUXGATE_OVERLOOKED                                                                                        \
  "fluxgate: no OnResult of the tracker can look at what this call returns, which is a success then, whatever it " \
  "says. "                                                                                                         \
  "Give the tracker an OnResult whose predicate takes it, and gives false where that is what you mean."

#endif
