// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The calls of a breaker of any kind that counts them.

#ifndef FLUXGATE_TESTS_SUPPORT_COUNTS_HPP
#define FLUXGATE_TESTS_SUPPORT_COUNTS_HPP

#include <concepts>

#include <fluxgate/fluxgate.hpp>

template <class Breaker>
fluxgate::CallCounts counts_of(const Breaker& breaker) {
  if constexpr (std::same_as<decltype(breaker.call_counts()), fluxgate::CallCounts>) {
    return breaker.call_counts();
  } else {
    return breaker.call_counts().value();
  }
}

#endif
