// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Which bytes are UTF-8, by the standard's table of well-formed sequences.

#include <cstddef>
#include <initializer_list>
#include <string>

#include <fluxgate/base/utf8.hpp>

#include "support/catch.hpp"

namespace {

using fluxgate::detail::is_utf8;

struct Range {
  unsigned least;
  unsigned most;
  bool holds(unsigned byte) const { return least <= byte && byte <= most; }
};

/// A row of table 3-7 in Unicode's chapter 3: all bytes behind the second are from 80 to BF.
struct Row {
  Range first;
  Range second;
  std::size_t size;
};
constexpr Row rows[] = {
    {{0xc2, 0xdf}, {0x80, 0xbf}, 2}, {{0xe0, 0xe0}, {0xa0, 0xbf}, 3}, {{0xe1, 0xec}, {0x80, 0xbf}, 3},
    {{0xed, 0xed}, {0x80, 0x9f}, 3}, {{0xee, 0xef}, {0x80, 0xbf}, 3}, {{0xf0, 0xf0}, {0x90, 0xbf}, 4},
    {{0xf1, 0xf3}, {0x80, 0xbf}, 4}, {{0xf4, 0xf4}, {0x80, 0x8f}, 4},
};

// Nothing beyond a text is read, which the compiler would refuse here.
static_assert(!is_utf8("\x80") && !is_utf8("\xc2") && !is_utf8("\xe1\x80") && !is_utf8("\xf1\x80\x80"));

std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const unsigned value : values) text += static_cast<char>(value);
  return text;
}

/// The sequences that begin with these two bytes have so many bytes, zero where there are none.
std::size_t size_by_table(unsigned first, unsigned second) {
  for (const Row& row : rows) {
    if (row.first.holds(first) && row.second.holds(second)) return row.size;
  }
  return 0;
}

}  // namespace

TEST_CASE("a byte below 80 is a sequence, and any other one begins a sequence of two to four or none") {
  for (unsigned first = 0; first != 0x100; ++first) {
    CAPTURE(first);
    CHECK(is_utf8(bytes({first})) == (first < 0x80));
    CHECK(is_utf8(bytes({first, 'a'})) == (first < 0x80));
    for (unsigned second = 0; first >= 0x80 && second != 0x100; ++second) {
      for (const std::size_t size : {2U, 3U, 4U}) {
        const std::string text = bytes({first, second}) + std::string(size - 2, '\x80');
        if (is_utf8(text) != (size_by_table(first, second) == size)) FAIL("second byte " << second << " of " << size);
      }
    }
  }
}

TEST_CASE("all later bytes of a sequence are continuations") {
  for (const Row& row : rows) {
    const std::string whole = bytes({row.first.least, row.second.most}) + std::string(row.size - 2, '\x80');
    for (std::size_t at = 2; at < row.size; ++at) {
      CAPTURE(row.first.least, at);
      for (unsigned byte = 0; byte != 0x100; ++byte) {
        std::string text = whole;
        text[at] = static_cast<char>(byte);
        if (is_utf8(text) != (byte >= 0x80 && byte <= 0xbf)) FAIL("byte " << byte);
      }
    }
  }
}

TEST_CASE("a text is UTF-8 if all of its sequences are, to the last byte") {
  CHECK(is_utf8(""));
  std::string all = "a";
  for (const Row& row : rows) {
    CAPTURE(row.first.most);
    const std::string whole = bytes({row.first.most, row.second.least}) + std::string(row.size - 2, '\xbf');
    for (std::size_t size = 1; size != whole.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(is_utf8(whole.substr(0, size)));
      CHECK_FALSE(is_utf8(whole.substr(0, size) + "a"));
      CHECK_FALSE(is_utf8(whole + whole.substr(0, size)));
    }
    CHECK_FALSE(is_utf8(whole + "\x80"));
    all += whole;
  }
  CHECK(is_utf8(all));
  CHECK(is_utf8(all + all));
  CHECK_FALSE(is_utf8(all + "\xff"));
}
