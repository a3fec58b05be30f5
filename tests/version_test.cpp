// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The version says the same in all its forms.

#include <string>
#include <string_view>
#include <type_traits>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"

namespace {

#if FLUXGATE_VERSION < 100 || FLUXGATE_VERSION_MAJOR != FLUXGATE_VERSION / 10000 || \
    FLUXGATE_VERSION_MINOR != FLUXGATE_VERSION / 100 % 100 || FLUXGATE_VERSION_PATCH != FLUXGATE_VERSION % 100
#error "the parts are not those of the number"
#endif

static_assert(std::is_same_v<decltype(fluxgate::version), const std::string_view>);

TEST_CASE("the version in words is that of the numbers, and the one that CMake tells") {
  const std::string words = std::to_string(FLUXGATE_VERSION_MAJOR) + "." + std::to_string(FLUXGATE_VERSION_MINOR) +
                            "." + std::to_string(FLUXGATE_VERSION_PATCH);
  CHECK(fluxgate::version == words);
  CHECK(words == FLUXGATE_PROJECT_VERSION);
}

#define FLUXGATE_TEST_TEXT(...) #__VA_ARGS__
#define FLUXGATE_TEST_TEXT_OF(...) FLUXGATE_TEST_TEXT(__VA_ARGS__)

TEST_CASE("symbols carry as much of the version as may break users") {
  std::string wanted = "inline v" + std::to_string(FLUXGATE_VERSION_MAJOR);
  if (FLUXGATE_VERSION_MAJOR == 0) wanted += "_" + std::to_string(FLUXGATE_VERSION_MINOR);
  const std::string_view words = FLUXGATE_TEST_TEXT_OF(FLUXGATE_ABI);
  CHECK(words.substr(0, wanted.size()) == wanted);
  CHECK((words.size() == wanted.size() || words[wanted.size()] == '_'));
}

}  // namespace
