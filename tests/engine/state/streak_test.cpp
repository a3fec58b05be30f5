// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The word of the streak at its end.

#include <cstdint>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;

}  // namespace

TEST_CASE("a streak stays at its end", "[semantics]") {
  detail::Control<detail::StdAtomics> words;
  const std::uint32_t epoch = words.phase.load().epoch();
  for (const bool whole : {false, true}) {
    CAPTURE(whole);
    words.streak.store(detail::Streak{epoch, whole ? 0xfffe'fffeU : 0xfffeU});
    for (int i = 0; i != 2; ++i) {
      CAPTURE(i);
      CHECK(update_streak(words, epoch, true, whole).count(whole) == 0xffffU);
    }
    CHECK(read_streak(words, epoch).failures() == 0xffffU);
    const detail::Streak ended = update_streak(words, epoch, false, whole);
    CHECK(ended.failures() == 0);
    CHECK(ended.longest() == (whole ? 0xffffU : 0));
  }
}
