// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Permits at their edges: the last call that each admits, and the first that it refuses.

#include <chrono>
#include <cmath>
#include <memory>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

// One thing short of a permit.
struct Whole {
  bool operator()(const PermitContext&) const { return true; }
};
struct NotConst {
  bool operator()(const PermitContext&) { return true; }
};
struct OnMutable {
  bool operator()(PermitContext&) const { return true; }
};
struct WithoutAnswer {
  void operator()(const PermitContext&) const {}
};
struct WithPointer {
  std::unique_ptr<int> kept;
  bool operator()(const PermitContext&) const { return true; }
};
static_assert(Permit<Whole> && !Permit<NotConst> && !Permit<OnMutable> && !Permit<WithoutAnswer>);
static_assert(!Permit<WithPointer>);

double right_below(double value) { return std::nextafter(value, 0.0); }

/// Whether `permit` admits a call `elapsed` after HALF_OPEN began, with that draw.
template <class P>
bool admits_at(const P& permit, double draw, nanoseconds elapsed = 0s) {
  ManualEnvironment environment;
  environment.set_uniform(draw);
  return permit(PermitContext{elapsed, environment});
}

TEST_CASE("AllowAll admits any draw, where Random refuses the highest") {
  CHECK(admits_at(AllowAll{}, 0.0));
  CHECK(admits_at(AllowAll{}, right_below(1.0)));
  CHECK_FALSE(admits_at(Random{0.999}, right_below(1.0)));
}

TEST_CASE("Random admits a draw below its ratio, and not one at it") {
  CHECK(admits_at(Random{0.25}, right_below(0.25)));
  CHECK_FALSE(admits_at(Random{0.25}, 0.25));
  CHECK(admits_at(Random{1.0}, right_below(1.0)));
}

TEST_CASE("RampUp admits a draw below the share that the time since HALF_OPEN began gives, and not one at it") {
  constexpr RampUp ramp{0.25, 0.75, 64s};
  CHECK(admits_at(ramp, right_below(0.25), 0s));
  CHECK_FALSE(admits_at(ramp, 0.25, 0s));
  CHECK(admits_at(ramp, right_below(0.5), 32s));
  CHECK_FALSE(admits_at(ramp, 0.5, 32s));
  CHECK(admits_at(ramp, right_below(0.75), 64s));
  CHECK_FALSE(admits_at(ramp, 0.75, 64s));
}

TEST_CASE("RampUp is not at its end a nanosecond before its duration is over, and stays there afterwards") {
  constexpr RampUp ramp{0.25, 0.75, 64s};
  CHECK_FALSE(admits_at(ramp, right_below(0.75), 64s - 1ns));
  CHECK(admits_at(ramp, right_below(0.75), 64s));
  CHECK_FALSE(admits_at(ramp, 0.75, 24h));
}

TEST_CASE("Probes admits its count of calls at once, and not one more") {
  ManualEnvironment environment;
  auto breaker = make_breaker(environment, FailureStreak{1}, {}, Probes{2, 10s});
  fail(breaker);
  environment.advance(60s);
  std::vector<decltype(breaker.try_acquire())> probes;
  probes.push_back(breaker.try_acquire());
  probes.push_back(breaker.try_acquire());
  CHECK(probes[0]);
  CHECK(probes[1]);
  CHECK_FALSE(breaker.try_acquire());
  probes[1].ignore();  // gives its place back
  CHECK(breaker.try_acquire());
}

TEST_CASE("Probes waits for a verdict as long as its patience, and not a nanosecond longer") {
  ManualEnvironment environment;
  auto breaker = make_breaker(environment, FailureStreak{1}, {}, Probes{1, 10s});
  fail(breaker);
  environment.advance(60s);
  const auto probe = breaker.try_acquire();
  environment.advance(10s - 1ns);
  CHECK_FALSE(breaker.try_acquire());
  CHECK(breaker.state() == State::half_open);
  environment.advance(1ns);
  CHECK_FALSE(breaker.try_acquire());
  CHECK(breaker.state() == State::open);
}

}  // namespace
