// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Catch2 v2 and v3 under the spelling of v3: `Catch::Approx`, `Catch::Matchers::ContainsSubstring`.

#ifndef FLUXGATE_TESTS_SUPPORT_CATCH_HPP
#define FLUXGATE_TESTS_SUPPORT_CATCH_HPP

#if __has_include(<catch2/catch_all.hpp>)

#include <catch2/catch_all.hpp>

#else

#include <catch2/catch.hpp>

#include <string>

namespace Catch {

using Detail::Approx;

namespace Matchers {

inline auto ContainsSubstring(const std::string& text, CaseSensitive::Choice choice = CaseSensitive::Yes) {
  return Contains(text, choice);
}

}  // namespace Matchers

}  // namespace Catch

#endif

#endif
