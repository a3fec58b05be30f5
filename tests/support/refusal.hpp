// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What wrong values are refused with, by an exception or, without exceptions, by the last words of a program.

#ifndef FLUXGATE_TESTS_SUPPORT_REFUSAL_HPP
#define FLUXGATE_TESTS_SUPPORT_REFUSAL_HPP

#include <stdexcept>
#include <string>

#if !defined(__cpp_exceptions)
#include "last_words.hpp"
#endif

namespace fluxgate {

/// What `act` is refused with; "accepted" where it is not. Without exceptions a child process tries it.
template <class Act>
std::string refusal(const Act& act) {
#if defined(__cpp_exceptions)
  try {
    act();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
#else
  const End end = end_of(act);
  if (end.finished) return "accepted";
  const std::string before{"fluxgate: "};
  if (!end.aborted || !end.words.starts_with(before) || !end.words.ends_with('\n')) return "neither: " + end.words;
  return end.words.substr(before.size(), end.words.size() - before.size() - 1);
#endif
}

}  // namespace fluxgate

#endif
