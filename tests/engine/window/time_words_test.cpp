// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The words of a time window's buckets: which epoch and time a bucket is of, and counts that know when they were cleared.

#include <bit>
#include <cstdint>
#include <limits>

#include <fluxgate/engine/window/time_words.hpp>

#include "support/catch.hpp"

namespace {

using fluxgate::detail::Owner;
using fluxgate::detail::Tally;

/// The bits that an owner keeps of a bucket's number.
constexpr std::int64_t lap = std::int64_t{1} << 31;
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// A bucket that was never claimed is of no epoch and not live; a claim makes it live.
static_assert(Owner{}.epoch() == 0 && !Owner{}.live() && Owner{} == Owner{0, 0});
static_assert(Owner{7, 5}.epoch() == 7 && !Owner{7, 5}.live() && Owner{7, 5}.made_live().live());
static_assert(Owner{7, 5}.made_live().epoch() == 7 && Owner{7, 5}.made_live().may_be_of(5));
static_assert(Owner{0xffff'ffff, -1}.epoch() == 0xffff'ffff && !Owner{0xffff'ffff, -1}.live());

// It knows the number of its bucket but for whole laps.
static_assert(Owner{7, 5}.may_be_of(5) && Owner{7, 5}.may_be_of(5 + lap) && Owner{7, 5}.may_be_of(5 - lap));
static_assert(!Owner{7, 5}.may_be_of(4) && !Owner{7, 5}.may_be_of(6) && !Owner{7, 5}.may_be_of(5 + lap / 2));

/// Whether a bucket of the number `index` is ahead of one of the number `other`.
constexpr bool ahead(std::int64_t index, std::int64_t other) { return Owner{7, index}.is_ahead_of(Owner{7, other}); }

// The newer of two is the one that is ahead by less than half a lap, also where the kept bits begin anew.
static_assert(!ahead(5, 5) && ahead(6, 5) && !ahead(5, 6) && ahead(9, 5) && !ahead(5, 9));
static_assert(ahead(lap, lap - 1) && !ahead(lap - 1, lap) && ahead(0, -1) && !ahead(-1, 0));
static_assert(ahead(5 + lap / 2 - 1, 5) && !ahead(5 + lap / 2, 5) && !ahead(5 + lap / 2 + 1, 5));
static_assert(Owner{7, 6}.made_live().is_ahead_of(Owner{7, 5}) && !Owner{7, 5}.made_live().is_ahead_of(Owner{7, 6}));

// A count keeps its value, up to 48 bits, and is nothing once it is cleared.
constexpr std::uint64_t most = 0xffff'ffff'ffff;
static_assert(Tally{}.value() == 0 && Tally{}.plus(5).value() == 5 && Tally{}.plus(5).plus(7).value() == 12);
static_assert(Tally{}.plus(most).value() == most && Tally{}.plus(most - 1).plus(1).value() == most);
static_assert(Tally{}.plus(most).plus(1).value() == most && Tally{}.plus(5).plus(largest).value() == most);
static_assert(Tally{}.plus(5).cleared().value() == 0 && Tally{}.plus(5).cleared().plus(1).value() == 1);

/// Whether two counts are the same word, so that an exchange takes one for the other.
constexpr bool same(const Tally& a, const Tally& b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

TEST_CASE("a count that was cleared is another word than before, through all versions that there are") {
  Tally tally{};
  for (int version = 1; version != 1 << 16; ++version) {
    tally = tally.cleared();
    if (same(tally, Tally{})) FAIL("the word of the first version is back at the clearing " << version);
  }
  CHECK(same(tally.cleared(), Tally{}));
  CHECK_FALSE(same(Tally{}.plus(5).cleared(), Tally{}));
}
