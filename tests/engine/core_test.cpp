// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Outcomes told to the core by tickets that no breaker gives out.

#include <chrono>
#include <cstdint>
#include <type_traits>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

}  // namespace

TEST_CASE("each fast call takes the place of a slow one, however many there are and whatever the state",
          "[semantics]") {
  ManualEnvironment env;
  constexpr int size = 1030;
  for (const State state : {State::closed, State::metrics_only, State::half_open}) {
    CAPTURE(to_string(state));
    // A minimum that is never reached keeps HALF_OPEN going.
    const auto tripper = MinRequests{20'000} & FailureRate{0.5};
    detail::Core<CountWindow, std::remove_const_t<decltype(tripper)>, Cooldown, AllowAll, ManualEnvironment> core{
        Config{.window = CountWindow{size},
               .tripper = tripper,
               .retry = Cooldown{60s},
               .permit = AllowAll{},
               .slow_threshold = 1s,
               .environment = env}};
    if (state == State::half_open) {
      core.command(State::forced_open, Override{.lasting = 0s});
    } else {
      core.command(state, Override{});
    }
    const auto call = [&](nanoseconds duration) {
      const detail::Ticket ticket = core.admit();
      REQUIRE(ticket.state() == state);
      env.advance(duration);
      core.record(ticket, false);
    };
    for (int i = 0; i != size; ++i) call(1s);
    for (int left = size; left != 0;) {
      CAPTURE(left);
      call(1ms);
      REQUIRE(core.info().metrics.slow_count() == static_cast<std::uint64_t>(--left));
    }
  }
}

TEST_CASE("a failure that comes late by as many transitions as a slot's tag can tell is dropped", "[semantics]") {
  const ManualEnvironment env;
  detail::Core<CountWindow, FailureRate, Cooldown, AllowAll, ManualEnvironment> core{Config{.window = CountWindow{2},
                                                                                            .tripper = FailureRate{0.5},
                                                                                            .retry = Cooldown{60s},
                                                                                            .permit = AllowAll{},
                                                                                            .environment = env}};
  core.record(core.admit(), false);
  const detail::Phase past{detail::Phase{}.epoch() - (std::uint32_t{1} << 26U), 0, State::closed};
  const detail::Ticket late{past};
  core.record(late, true);
  core.record(late, true);
  CHECK(core.info().metrics == Metrics{1, 0});
  CHECK(core.state() == State::closed);
}
