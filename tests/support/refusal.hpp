// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What wrong values are refused with.

#ifndef FLUXGATE_TESTS_SUPPORT_REFUSAL_HPP
#define FLUXGATE_TESTS_SUPPORT_REFUSAL_HPP

#include <stdexcept>
#include <string>

/// The text with which `act` is refused; "accepted" when it is not.
template <class Act>
std::string refusal(const Act& act) {
  try {
    act();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

#endif
