// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The version of the library. CMake reads it from this file.

#ifndef FLUXGATE_VERSION_HPP
#define FLUXGATE_VERSION_HPP

#include <string_view>

#include <fluxgate/base/macros.hpp>

/// The parts of the version, as in https://semver.org/. While the major version is 0, a new minor version may break
/// users.
#define FLUXGATE_VERSION_MAJOR 0
#define FLUXGATE_VERSION_MINOR 1
#define FLUXGATE_VERSION_PATCH 0

/// The version as one number, for comparisons: 1.2.3 is 10203, as in `#if FLUXGATE_VERSION >= 10203`.
#define FLUXGATE_VERSION (FLUXGATE_VERSION_MAJOR * 10000 + FLUXGATE_VERSION_MINOR * 100 + FLUXGATE_VERSION_PATCH)

namespace fluxgate::FLUXGATE_ABI {

#define FLUXGATE_QUOTED(major, minor, patch) #major "." #minor "." #patch
#define FLUXGATE_QUOTED_VALUES(major, minor, patch) FLUXGATE_QUOTED(major, minor, patch)

/// The version as text, such as "1.2.3".
inline constexpr std::string_view version =
    FLUXGATE_QUOTED_VALUES(FLUXGATE_VERSION_MAJOR, FLUXGATE_VERSION_MINOR, FLUXGATE_VERSION_PATCH);

#undef FLUXGATE_QUOTED_VALUES
#undef FLUXGATE_QUOTED

}  // namespace fluxgate::FLUXGATE_ABI

#endif
