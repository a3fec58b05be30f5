// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Catch2 v2 and v3 under the spelling of v3: `Catch::Approx`, `Catch::Matchers::ContainsSubstring`; and what a failed
/// test prints of an optional, a pair, and the library's own types.

#ifndef FLUXGATE_TESTS_SUPPORT_CATCH_HPP
#define FLUXGATE_TESTS_SUPPORT_CATCH_HPP

#define CATCH_CONFIG_ENABLE_OPTIONAL_STRINGMAKER
#define CATCH_CONFIG_ENABLE_PAIR_STRINGMAKER

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

#include "support/printing.hpp"

#endif
