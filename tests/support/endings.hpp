// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What calls of tests end with: exceptions of their own, and a result that cannot be moved.

#ifndef FLUXGATE_TESTS_SUPPORT_ENDINGS_HPP
#define FLUXGATE_TESTS_SUPPORT_ENDINGS_HPP

#include <stdexcept>

namespace endings {

struct Down : std::runtime_error {
  Down() : std::runtime_error{"down"} {}
};
struct Fault : std::runtime_error {
  Fault() : std::runtime_error{"fault"} {}
};
/// One that the tracker of a test does not name.
struct Stranger : std::runtime_error {
  Stranger() : std::runtime_error{"stranger"} {}
};

/// Takes its place and is never moved from it.
struct Anchor {
  int depth = 3;
  Anchor() = default;
  Anchor(Anchor&&) = delete;
};

}  // namespace endings

#endif
