// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The counts of a window as a value, and what values that are made without them start with.

#include <chrono>
#include <optional>

#include <fluxgate/info.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/signal.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

// Rates and averages are of one call or more.
static_assert(!Metrics{}.failure_rate() && !Metrics{}.slow_rate() && !Metrics{}.avg_duration());
static_assert(!Metrics{0, 0, 0s, {{{1s, 0}, {}, {}, {}}}}.slow_rate(1s));
static_assert(Metrics{1, 1, 5ms}.avg_duration() == 5ms && Metrics{3, 1, 8ns}.avg_duration() == 2ns);
static_assert(Metrics{1, 1}.failure_rate() == 1.0 && Metrics{4, 1}.failure_rate() == 0.25);

// The first threshold is the breaker's own, and one of zero is none.
static_assert(!Metrics{}.has_slow_threshold() && Metrics{3, 0, 0s, {{{1ns, 2}, {}, {}, {}}}}.has_slow_threshold());
static_assert(!Metrics{3, 0, 0s, {{{}, {1s, 2}, {}, {}}}}.has_slow_threshold());
static_assert(Metrics{4, 0, 0s, {{{1s, 2}, {3s, 1}, {}, {}}}}.slow_count() == 2 && Metrics{4, 0}.slow_count() == 0);
static_assert(Metrics{4, 0, 0s, {{{1s, 2}, {3s, 1}, {}, {}}}}.slow_rate() == 0.5);

// Others are asked for by their threshold.
static_assert(Metrics{4, 0, 0s, {{{1s, 2}, {3s, 1}, {}, {}}}}.slow_count(3s) == 1);
static_assert(Metrics{4, 0, 0s, {{{1s, 2}, {3s, 1}, {}, {}}}}.slow_rate(3s) == 0.25);
static_assert(Metrics{4, 0, 0s, {{{1s, 2}, {3s, 1}, {}, {}}}}.slow_count(2s) == 0);
static_assert(Metrics{4, 0, 0s, {{{}, {}, {}, {1ns, 3}}}}.slow_count(1ns) == 3);
static_assert(Metrics{4, 0, 0s, {{{0s, 3}, {}, {}, {}}}}.slow_count(0s) == 0);

}  // namespace

TEST_CASE("what is left out of a value is nothing") {
  CHECK(CallContext{}.state == State::closed);
  CHECK(CallContext{}.metrics == Metrics{});
  CHECK(CallContext{}.consecutive_failures == 0);
  CHECK(Info{}.state == State::closed);
  CHECK(Info{}.reopens == 0);
  CHECK(Info{}.metrics == Metrics{});
  CHECK(Info{}.retry_after == std::nullopt);
  CHECK(Info{}.listener_errors == 0);
  CHECK(Info{}.signals_dropped == 0);
  CHECK(Info{}.labels.empty());
  CHECK(Signal{}.labels.empty());
  CHECK(Signal{}.sequence == 0);
  CHECK(Signal{}.metrics == Metrics{});
}
