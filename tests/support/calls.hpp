// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls that end well and badly, and what makes them whatever their end.

#ifndef FLUXGATE_TESTS_SUPPORT_CALLS_HPP
#define FLUXGATE_TESTS_SUPPORT_CALLS_HPP

#include <exception>
#include <stdexcept>

#include "exceptions.hpp"

inline int succeed() { return 42; }
#if defined(__cpp_exceptions)
inline int fail() { throw std::runtime_error{"down"}; }
#else
inline fluxgate::Failed<std::runtime_error> fail() { return {std::runtime_error{"down"}}; }
#endif

/// Makes the call, however it ends.
template <class Breaker, class F>
void attempt(Breaker& breaker, F f) {
#if defined(__cpp_exceptions)
  try {
    (void)breaker.try_call(f);
  } catch (const std::exception&) {
  }
#else
  (void)breaker.try_call(f);
#endif
}

#endif
