// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Durations in words: exact ones, as policies show what they were given, and rounded ones, as people read them.

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include <fluxgate/base/text.hpp>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using fluxgate::detail::rounded;
using fluxgate::detail::text;

constexpr auto longest = std::chrono::nanoseconds::max();

}  // namespace

TEST_CASE("a duration is written in the largest unit that leaves it whole") {
  CHECK(text(0s) == "0s");
  CHECK(text(2min) == "120s");
  CHECK(text(1001ms) == "1001ms");
  CHECK(text(1s + 1us) == "1000001us");
  CHECK(text(-1us) == "-1us");
  CHECK(text(-1ns) == "-1ns");
  CHECK(text(longest) == "9223372036854775807ns");
}

TEST_CASE("numbers are written in full") {
  CHECK(text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(text(-std::numeric_limits<double>::min()) == "-2.2250738585072014e-308");
}

TEST_CASE("a rounded duration has three digits in the largest unit that it reaches") {
  CHECK(rounded(0s) == "0us");
  CHECK(rounded(1ns) == "0.001us");
  CHECK(rounded(999ns) == "0.999us");
  CHECK(rounded(1us) == "1us");
  CHECK(rounded(12'345us) == "12.3ms");
  CHECK(rounded(1234ms) == "1.23s");
  CHECK(rounded(99'400ms) == "99.4s");
}

TEST_CASE("what rounds to a thousand of a unit is one of the next") {
  CHECK(rounded(999'499ns) == "999us");
  CHECK(rounded(999'500ns) == "1ms");
  CHECK(rounded(999'499'999ns) == "999ms");
  CHECK(rounded(999'500us) == "1s");
}

TEST_CASE("a rounded duration of 100 s or more is a whole number of seconds, halves up, without an exponent") {
  CHECK(rounded(99'960ms) == "100s");
  CHECK(rounded(100s) == "100s");
  CHECK(rounded(100'400ms) == "100s");
  CHECK(rounded(100'500ms - 1ns) == "100s");
  CHECK(rounded(100'500ms) == "101s");
  CHECK(rounded(998'500ms) == "999s");
  CHECK(rounded(999'500ms) == "1000s");
  CHECK(rounded(1'234'500ms) == "1235s");
  CHECK(rounded(longest) == "9223372037s");
}
