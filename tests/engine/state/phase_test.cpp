// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The word that is the truth about a breaker: what each transition makes of it.

#include <cstdint>

#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/state.hpp>

#include "support/catch.hpp"

namespace {

using fluxgate::State;
using fluxgate::detail::Phase;

constexpr State every_state[] = {State::closed,   State::open,         State::half_open,
                                 State::disabled, State::metrics_only, State::forced_open};

}  // namespace

TEST_CASE("a phase keeps its epoch, its failed recoveries and its state apart") {
  CHECK(Phase{} == Phase{1, 0, State::closed});
  for (const State state : every_state) {
    for (const std::uint32_t epoch : {0U, 1U, ~0U}) {
      for (const std::uint16_t reopens : {std::uint16_t{0}, std::uint16_t{1}, std::uint16_t{65'535}}) {
        CAPTURE(state, epoch, reopens);
        const Phase phase{epoch, reopens, state};
        CHECK(phase.epoch() == epoch);
        CHECK(phase.reopens() == reopens);
        CHECK(phase.state() == state);
        CHECK(Phase{phase.bits()} == phase);
      }
    }
  }
}

TEST_CASE("each transition is one epoch further, and HALF_OPEN to OPEN alone counts as a failed recovery") {
  for (const State from : every_state) {
    for (const State next : every_state) {
      CAPTURE(from, next);
      const bool reopens = from == State::half_open && next == State::open;
      const std::uint16_t expected = next == State::closed ? 0 : reopens ? 4 : 3;
      CHECK(Phase{7, 3, from}.to(next) == Phase{8, expected, next});
    }
  }
  CHECK(Phase{~0U, 3, State::open}.to(State::half_open) == Phase{0, 3, State::half_open});
}

TEST_CASE("the number of failed recoveries stays at its end") {
  const Phase opened = Phase{7, 65'534, State::half_open}.to(State::open);
  CHECK(opened.reopens() == 65'535);
  CHECK(opened.to(State::half_open).to(State::open).reopens() == 65'535);
  CHECK(opened.to(State::half_open).to(State::closed).reopens() == 0);
}
