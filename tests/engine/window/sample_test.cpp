// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// One outcome on its way into a window: how long it took, and which thresholds that reaches.

#include <chrono>
#include <cstdint>
#include <limits>

#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using detail::clamped;
using detail::least_of;
using detail::slow_bits;
using detail::thresholds_of;
using detail::to_micros;

// To the nearest microsecond, and no further than 32 bits go.
static_assert(to_micros(0ns) == 0 && to_micros(499ns) == 0 && to_micros(500ns) == 1);
static_assert(to_micros(1'499ns) == 1 && to_micros(1'500ns) == 2);
static_assert(to_micros(4'294'967'294us) == 4'294'967'294 && to_micros(4'294'967'295us) == 4'294'967'295);
static_assert(to_micros(4'294'967'296us) == 4'294'967'295 &&
              to_micros(std::chrono::nanoseconds::max()) == 4'294'967'295);

// A threshold of zero is none.
static_assert(least_of(Thresholds{2s, 1s, 3s, 0s}) == 1s && least_of(Thresholds{0s, 3s, 0s, 2s}) == 2s);
static_assert(least_of(Thresholds{1ns}) == 1ns && least_of(Thresholds{}) == std::chrono::nanoseconds::max());
static_assert(slow_bits(Thresholds{2s, 1s, 3s, 0s}, 2s) == 0b011 &&
              slow_bits(Thresholds{2s, 1s, 3s, 0s}, 1s - 1ns) == 0);
static_assert(slow_bits(Thresholds{0s, 0s, 0s, 1ns}, 1ns) == 0b1000 && slow_bits(Thresholds{}, 1h) == 0);

static_assert(clamped(-1) == 0 && clamped(0) == 0 && clamped(1) == 1);

}  // namespace

TEST_CASE("a breaker counts slow calls by its own threshold first, then by each other one in its tripper") {
  const auto own_and_two = SlowRate{0.9} | SlowRate{0.5, 2s} | (MinRequests{5} & SlowRate{0.1, 3s});
  CHECK(thresholds_of(1s, own_and_two) == Thresholds{1s, 2s, 3s, 0s});
  CHECK(thresholds_of(0s, SlowRate{0.5, 2s} | SlowRate{0.1, 3s}) == Thresholds{0s, 2s, 3s, 0s});
  CHECK(thresholds_of(0s, SlowRate{0.5, 1ns}) == Thresholds{0s, 1ns, 0s, 0s});
  CHECK(thresholds_of(1s, FailureRate{0.5}) == Thresholds{1s, 0s, 0s, 0s});
}

TEST_CASE("slow calls are counted once for a threshold, however many policies share it") {
  const auto twice_and_own = SlowRate{0.5, 2s} | SlowRate{0.1, 1s} | (MinRequests{5} & SlowRate{0.2, 2s});
  CHECK(thresholds_of(1s, twice_and_own) == Thresholds{1s, 2s, 0s, 0s});
  CHECK(thresholds_of(0s, twice_and_own) == Thresholds{0s, 2s, 1s, 0s});

  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = twice_and_own, .slow_threshold = 1s, .environment = env}};
  breaker.metrics_only();
  called(breaker, [&] { env.advance(1500ms); });
  CHECK(breaker.info().metrics.slow_counts() == Metrics::SlowCounts{{{1s, 1}, {2s, 0}, {}, {}}});
}

TEST_CASE("a call of more than 71 minutes counts as one of 71 minutes in a sum") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = MinRequests{2} & AvgLatency{1h}, .environment = env}};
  called(breaker, [&] { env.advance(2h); });
  CHECK(breaker.info().metrics.total_duration() ==
        std::chrono::microseconds{std::numeric_limits<std::uint32_t>::max()});
}
