// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls that end well and badly, and what makes them whatever their end.

#ifndef FLUXGATE_TESTS_SUPPORT_CALLS_HPP
#define FLUXGATE_TESTS_SUPPORT_CALLS_HPP

#include <exception>
#include <stdexcept>

inline int succeed() { return 42; }
inline int fail() { throw std::runtime_error{"down"}; }

/// Makes the call, however it ends.
template <class Breaker, class F>
void attempt(Breaker& breaker, F f) {
  try {
    (void)breaker.try_call(f);
  } catch (const std::exception&) {
  }
}

#endif
