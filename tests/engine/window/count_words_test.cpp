// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The words of a count window: what a slot says of its call, and totals whose lanes do not carry.

#include <cstdint>

#include <fluxgate/engine/window/count_words.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using detail::Duration;
using detail::Lanes;
using detail::NarrowSlot;
using detail::WideSlot;

constexpr Sample slow_failure{.failed = true, .slow = 0b1010, .micros = 0xffff'ffff};

// A slot says of its call what it was made from; only the wide one keeps the duration.
template <class Slot>
constexpr bool keeps(std::uint32_t micros) {
  const Sample sample = Slot::of(7, slow_failure).sample();
  return sample.failed && sample.slow == 0b1010 && sample.micros == micros && !Slot::of(7, Sample{}).sample().failed;
}
static_assert(keeps<NarrowSlot>(0) && keeps<WideSlot>(0xffff'ffff));
static_assert(WideSlot::of(7, slow_failure).counts() == NarrowSlot::of(7, slow_failure).counts());

// A slot that was never written belongs to no epoch, not even to one whose tag is zero.
static_assert(!NarrowSlot{}.belongs_to(0) && !WideSlot{}.belongs_to(0) && !NarrowSlot{}.belongs_to(1U << 26U));
static_assert(NarrowSlot::of(7, Sample{}).belongs_to(7) && !NarrowSlot::of(7, slow_failure).belongs_to(8));
static_assert(WideSlot::of(7, slow_failure).belongs_to(7 + (1U << 26U)));  // the tag has 26 bits

// Totals and sums of microseconds keep their tag, whatever is added.
static_assert(Lanes::empty(7).belongs_to(7) && Lanes::empty(7).is_zero() && !Lanes::empty(7).belongs_to(8));
static_assert(Lanes::empty(7).plus({30'000, 30'000, 30'000}).belongs_to(7));
static_assert(Duration::empty(7).belongs_to(7) && Duration::empty(7).is_zero() && !Duration::empty(7).belongs_to(8));

}  // namespace

TEST_CASE("no lane of the totals carries into the next one") {
  for (const int value : {1, -1, 30'000, -2'767}) {
    CAPTURE(value);
    for (unsigned lane = 0; lane != 3; ++lane) {
      CAPTURE(lane);
      const Lanes change{lane == 0 ? value : 0, lane == 1 ? value : 0, lane == 2 ? value : 0};
      const Lanes sum = Lanes::empty(0xffff).plus(change);
      for (unsigned other = 0; other != 3; ++other) {
        CAPTURE(other);
        CHECK(sum.lane(other) == (other == lane ? value : 0));
      }
      CHECK(sum.belongs_to(0xffff));
      CHECK(sum.plus({lane == 0 ? -value : 0, lane == 1 ? -value : 0, lane == 2 ? -value : 0}) == Lanes::empty(0xffff));
    }
  }
}

TEST_CASE("a sum of microseconds goes below zero and comes back") {
  constexpr std::int64_t longest = 30'000 * std::int64_t{0xffff'ffff};
  const Duration full = Duration::empty(7).plus(Duration{longest});
  CHECK(full.micros() == longest);
  CHECK(full.plus(Duration{-longest}).is_zero());
  CHECK(Duration::empty(7).plus(Duration{-1}).micros() == -1);
  CHECK(Duration::empty(7).plus(Duration{-1}).plus(Duration{1}).is_zero());
}
