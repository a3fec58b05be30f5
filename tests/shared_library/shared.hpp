// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a program and its shared library have in common.

#ifndef FLUXGATE_TESTS_SHARED_LIBRARY_SHARED_HPP
#define FLUXGATE_TESTS_SHARED_LIBRARY_SHARED_HPP

#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

namespace shop {

enum class Error { lost };

struct Response {
  int status;
};

struct Down : std::runtime_error {
  Down() : std::runtime_error{"down"} {}
};

struct Gone : Down {};
struct Plain {
  int number;
};
inline Plain plain{7};

/// A tracker of the library's making.
using Asked = fluxgate::Answer (*)(const fluxgate::Failure&);

}  // namespace shop

#endif
