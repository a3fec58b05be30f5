// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Waiting and windows where clocks end or jump, and which clock each of them reads.

#include <chrono>
#include <optional>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace breakers;
using std::chrono::steady_clock;

}  // namespace

TEST_CASE("waiting and windows work at both ends of the clock", "[semantics]") {
  const steady_clock::time_point start =
      GENERATE(steady_clock::time_point::min(), steady_clock::time_point::min() + 1ns, steady_clock::time_point{} - 5s,
               steady_clock::time_point{}, steady_clock::time_point::max() - 1h);
  ManualEnvironment env{start};
  SECTION("with a count window") {
    auto breaker = make_breaker(env, half_of_four);
    CHECK(total(breaker) == 0);
    trip(breaker);
    CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{60s});
    env.advance(59s);
    CHECK_FALSE(admits(breaker));
    env.advance(1s);
    succeed(breaker, 4);
    CHECK(breaker.state() == State::closed);
  }
  SECTION("with a time window") {
    CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                  .tripper = MinRequests{4} & FailureRate{0.5} & AvgLatency{1s},
                                  .retry = Backoff{60s},
                                  .permit = Probes{4, 10s},
                                  .environment = env}};
    called(breaker, [&] { env.advance(2s); });
    CHECK(total(breaker) == 1);
    env.advance(11s);
    CHECK(total(breaker) == 0);
    called(breaker, [&] { env.advance(5s); });
    fail(breaker, 3);
    CHECK(breaker.state() == State::open);
    env.advance(60s);
    succeed(breaker, 4);
    CHECK(breaker.state() == State::closed);
  }
}

TEST_CASE("a wait that ends beyond the clock's last moment is not over early", "[semantics]") {
  ManualEnvironment env{steady_clock::time_point::max() - 10s};
  CircuitBreaker breaker{Config{
      .tripper = FailureRate{0.5}, .retry = Cooldown{nanoseconds::max()}, .permit = AllowAll{}, .environment = env}};
  fail(breaker);
  CHECK_FALSE(admits(breaker));
  env.advance(9s);
  CHECK_FALSE(admits(breaker));
  breaker.force_open(60s);
  CHECK_FALSE(admits(breaker));
  CHECK(rejection_of(breaker).retry_after == std::optional<nanoseconds>{60s});
  breaker.force_open(500ms);
  env.advance(500ms);
  CHECK(admits(breaker));
}

TEST_CASE("a clock that jumps back delays the retry but does not lose it", "[semantics]") {
  ManualEnvironment env;
  env.advance(1h);
  auto breaker = make_breaker(env, half_of_four);
  trip(breaker);
  env.advance(-30min);
  CHECK_FALSE(admits(breaker));
  env.advance(30min + 60s);
  CHECK(admits(breaker));
}

namespace {

/// Clocks that a test moves apart.
struct Clocks {
  steady_clock::time_point monotonic{};
  std::chrono::system_clock::time_point wall{};
};

class SplitEnvironment {
 public:
  explicit SplitEnvironment(const Clocks& clocks) : clocks_{&clocks} {}
  steady_clock::time_point now() const noexcept { return clocks_->monotonic; }
  steady_clock::time_point coarse_now() const noexcept { return clocks_->monotonic; }
  std::chrono::system_clock::time_point wall_now() const noexcept { return clocks_->wall; }
  double uniform() const noexcept { return 0.5; }

 private:
  const Clocks* clocks_;
};

}  // namespace

TEST_CASE("all waiting is on the monotonic clock, the wall clock is for people", "[semantics]") {
  Clocks clocks;
  clocks.wall += std::chrono::hours{50 * 365 * 24};
  const Journal journal;
  CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                .tripper = FailureStreak{2},
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .listeners = {journal},
                                .environment = SplitEnvironment{clocks}}};
  fail(breaker);
  clocks.wall += 1h;
  CHECK(total(breaker) == 1);
  fail(breaker);
  CHECK(journal.signals().back().timestamp == clocks.wall);
  CHECK(breaker.info().changed_at == clocks.wall);
  clocks.wall += std::chrono::hours{10 * 365 * 24};
  CHECK_FALSE(admits(breaker));
  clocks.wall -= std::chrono::hours{40 * 365 * 24};
  clocks.monotonic += 60s;
  CHECK(admits(breaker));
  CHECK(breaker.info().changed_at == clocks.wall);
}
