// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The tokens of policies in text: numbers, shares, durations and names, and what is said of others.

#include <fluxgate/text/reader.hpp>

#include <chrono>
#include <clocale>
#include <cstdint>
#include <limits>
#include <locale>
#include <string>
#include <string_view>
#include <utility>

#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using detail::Reader;

Reader reader_of(std::string_view text) { return {"payment", "retry", text}; }

template <class Read>
std::string refusal_of(std::string_view text, Read read) {
  return refusal([&] {
    Reader reader = reader_of(text);
    read(reader);
  });
}

constexpr auto read_count = [](Reader& reader) { return reader.count(); };
constexpr auto read_number = [](Reader& reader) { return reader.number(); };
constexpr auto read_ratio = [](Reader& reader) { return reader.ratio(); };
constexpr auto read_duration = [](Reader& reader) { return reader.duration(); };

/// What is read, from the whole of a text.
template <class Read>
auto whole(std::string_view text, Read read) {
  Reader reader = reader_of(text);
  const auto value = read(reader);
  CAPTURE(text);
  CHECK(reader.at_end());
  return value;
}

std::string expected(const std::string& column, const std::string& found, const std::string& what) {
  return "circuit breaker 'payment': retry, column " + column + ": found " + found + ", expected " + what;
}

}  // namespace

TEST_CASE("a count is a whole number, and blanks around it are skipped") {
  CHECK(whole("20", read_count) == 20);
  CHECK(whole(" \t\r\n20 \n", read_count) == 20);
  CHECK(whole("007", read_count) == 7);
  CHECK(whole("-5", read_count) == -5);
  CHECK(whole("9223372036854775807", read_count) == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("what is no count is refused, with its place and what stands there") {
  const std::string what = "a whole number of calls";
  CHECK(refusal_of("x", read_count) == expected("1", "'x'", what));
  CHECK(refusal_of("", read_count) == expected("1", "the end", what));
  CHECK(refusal_of("  2.5", read_count) == expected("3", "'2.5'", what));
  CHECK(refusal_of("20s", read_count) == expected("1", "'20s'", what));
  CHECK(refusal_of("-", read_count) == expected("1", "'-'", what));
  CHECK(refusal_of("9223372036854775808", read_count) == expected("1", "'9223372036854775808'", what));
  CHECK(refusal_of("+1", read_count) == expected("1", "'+1'", what));
}

TEST_CASE("a number may have a point and an exponent") {
  CHECK(whole("2", read_number) == 2.0);
  CHECK(whole("0.1", read_number) == 0.1);
  CHECK(whole("1e-3", read_number) == 1e-3);
  CHECK(whole("1.5E+8", read_number) == 1.5e8);
  CHECK(whole("-0.5", read_number) == -0.5);
  CHECK(whole("0.30000000000000004", read_number) == 0.1 + 0.2);
}

TEST_CASE("what is no number is refused") {
  for (const char* const text : {"", ".5", "5.", "1e", "1e+", "nan", "inf", "-", "e5"}) {
    CAPTURE(text);
    CHECK(refusal_of(text, read_number).ends_with("expected a number"));
  }
  CHECK(refusal_of("1e999", read_number) == expected("1", "'1e999'", "a number"));
}

TEST_CASE("a share may be per cent") {
  CHECK(whole("0.5", read_ratio) == 0.5);
  CHECK(whole("50%", read_ratio) == 0.5);
  CHECK(whole("7 ", read_ratio) == 7.0);
  CHECK(whole("12.5% ", read_ratio) == 0.125);
  CHECK(whole("7%", read_ratio) == 0.07);
  CHECK(whole("-10%", read_ratio) == -0.1);
  CHECK(refusal_of("%", read_ratio) == expected("1", "'%'", "a share, such as 0.5 or 50%"));
}

TEST_CASE("a duration has a unit, and may have a point") {
  CHECK(whole("7ns", read_duration) == 7ns);
  CHECK(whole("7us", read_duration) == 7us);
  CHECK(whole("7ms", read_duration) == 7ms);
  CHECK(whole("7s", read_duration) == 7s);
  CHECK(whole("7min", read_duration) == 7min);
  CHECK(whole("7h", read_duration) == 7h);
  CHECK(whole("1.5s", read_duration) == 1500ms);
  CHECK(whole("0.25h", read_duration) == 15min);
  CHECK(whole("0.1min", read_duration) == 6s);
  CHECK(whole("1.000000001s", read_duration) == 1s + 1ns);
  CHECK(whole("2.500000000000000000000s", read_duration) == 2500ms);
  CHECK(whole("-3s", read_duration) == -3s);
  CHECK(whole(" 3s ", read_duration) == 3s);
  CHECK(whole("9223372036854775807ns", read_duration) == std::chrono::nanoseconds::max());
  CHECK(whole("9223372036.854775807s", read_duration) == std::chrono::nanoseconds::max());
}

TEST_CASE("a duration is never rounded, and never overflows") {
  const std::string what = "a duration in whole nanoseconds, such as 250ms, 1.5s, 2min or 1h";
  for (const char* const text :
       {"0.5ns", "1.0000000001s", "0.00000000001min", "9223372036854775808ns", "9223372036.854775808s", "2562048h",
        "99999999999999999999s", "3", "3 weeks", "s", "1.s", ".5s", "1,5s", ""}) {
    CAPTURE(text);
    CHECK(refusal_of(text, read_duration).ends_with(", expected " + what));
  }
}

TEST_CASE("the program's locale changes nothing") {
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const std::locale before = std::locale::global(std::locale{std::locale::classic(), new Comma});
  CHECK(whole("1234.5", read_number) == 1234.5);
  CHECK(whole("12345", read_count) == 12345);
  CHECK(refusal_of("1,5", [](Reader& reader) {
          reader.number();
          if (!reader.at_end()) reader.fail("the end");
        }) == expected("2", "',5'", "the end"));
  std::locale::global(before);
}

TEST_CASE("an error shows a part of what stands there, in printable characters") {
  CHECK(refusal_of("\x01\xc3\xa4", read_count) == expected("1",
                                                           "'?"
                                                           "?"
                                                           "?'",
                                                           "a whole number of calls"));
  CHECK(refusal_of("abcdefghijklmnopqrstuvwxyz", read_count) ==
        expected("1", "'abcdefghijklmnopqrstuvwx...'", "a whole number of calls"));
  CHECK(refusal_of(std::string_view{"\0", 1}, read_count) == expected("1", "'?'", "a whole number of calls"));
}

TEST_CASE("a text longer than 4,096 characters is refused before it is read") {
  const std::string longest(4'096, ' ');
  CHECK(reader_of(longest).at_end());
  CHECK(refusal([&] { reader_of(longest + " "); }) ==
        "circuit breaker 'payment': retry: 4097 characters are not in [0, 4096]");
}
