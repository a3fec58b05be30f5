// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The environment under a test's control: what its clocks and its draws do.

#include <chrono>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

using Monotonic = std::chrono::steady_clock::time_point;
using Wall = std::chrono::system_clock::time_point;
/// libc++ counts the wall clock in microseconds, which end later than a test can get.
constexpr bool wall_ends_with_nanoseconds = std::is_same_v<Wall::duration, std::chrono::nanoseconds>;

constexpr std::chrono::hours centuries{24 * 365 * 250};
constexpr std::chrono::hours beyond_nanoseconds{9'000'000};

std::vector<double> draws(const ManualEnvironment& env, int count) {
  std::vector<double> drawn;
  for (int i = 0; i != count; ++i) drawn.push_back(env.uniform());
  return drawn;
}

}  // namespace

TEST_CASE("A manual clock starts at zero or where it is told to and stands still") {
  const ManualEnvironment env;
  CHECK(env.now() == Monotonic{});
  CHECK(env.now() == env.coarse_now());
  CHECK(env.wall_now() == std::chrono::sys_days{std::chrono::year{2020} / 1 / 1});
  const ManualEnvironment later{Monotonic{5s}};
  CHECK(later.now() == Monotonic{5s});
  CHECK(later.wall_now() == env.wall_now());
}

TEST_CASE("Copies of a manual environment share clocks and draws") {
  ManualEnvironment env;
  ManualEnvironment copy = env;
  const Wall start = env.wall_now();
  env.advance(3s);
  CHECK(copy.now() == Monotonic{3s});
  CHECK(copy.coarse_now() == Monotonic{3s});
  CHECK(copy.wall_now() == start + 3s);
  copy.script_uniform({0.1, 0.2});
  CHECK(env.uniform() == 0.1);
  CHECK(copy.uniform() == 0.2);
  CHECK(ManualEnvironment{}.now() == Monotonic{});
}

TEST_CASE("A manual clock moves by any unit in both directions") {
  ManualEnvironment env;
  env.advance(1min);
  env.advance(0.5s);
  CHECK(env.now() == Monotonic{60'500ms});
  env.advance(-61s);
  CHECK(env.now() == Monotonic{-500ms});
  env.advance(0s);
  CHECK(env.now() == Monotonic{-500ms});
}

TEST_CASE("A manual clock that is moved past its end stays there") {
  ManualEnvironment env;
  for (int i = 0; i != 3; ++i) env.advance(centuries);
  CHECK(env.now() == Monotonic::max());
  if (wall_ends_with_nanoseconds) CHECK(env.wall_now() == Wall::max());
  env.advance(-1s);
  CHECK(env.now() == Monotonic::max() - 1s);
  for (int i = 0; i != 5; ++i) env.advance(-centuries);
  CHECK(env.now() == Monotonic::min());
  if (wall_ends_with_nanoseconds) CHECK(env.wall_now() == Wall::min());
  env.advance(1s);
  CHECK(env.now() == Monotonic::min() + 1s);
}

TEST_CASE("A step beyond what nanoseconds hold moves a manual clock to its end") {
  ManualEnvironment env;
  env.advance(beyond_nanoseconds);
  CHECK(env.now() == Monotonic::max());
  if (wall_ends_with_nanoseconds) CHECK(env.wall_now() == Wall::max());
  ManualEnvironment at_the_start{Monotonic::min()};
  at_the_start.advance(-beyond_nanoseconds);
  CHECK(at_the_start.now() == Monotonic::min());
  ManualEnvironment just_started{Monotonic{1ns}};
  just_started.advance(beyond_nanoseconds);
  CHECK(just_started.now() == Monotonic::max());
  just_started.advance(1ns);
  CHECK(just_started.now() == Monotonic::max());
}

TEST_CASE("Draws follow the script and then stay fixed") {
  ManualEnvironment env;
  CHECK(draws(env, 2) == std::vector{0.5, 0.5});
  env.script_uniform({0.1, 0.2});
  env.script_uniform({0.3});
  CHECK(draws(env, 5) == std::vector{0.1, 0.2, 0.3, 0.5, 0.5});
  env.set_uniform(0.75);
  CHECK(draws(env, 2) == std::vector{0.75, 0.75});
  env.script_uniform({0.1, 0.2});
  env.set_uniform(0.0);
  CHECK(draws(env, 2) == std::vector{0.0, 0.0});
}

TEST_CASE("A draw outside its range is refused and leaves the others as they were") {
  ManualEnvironment env;
  env.script_uniform({0.1});
  CHECK(refusal([&] { env.set_uniform(1.0); }) == "ManualEnvironment: draw 1 is not in [0, 1)");
  CHECK(refusal([&] { env.set_uniform(-0.5); }) == "ManualEnvironment: draw -0.5 is not in [0, 1)");
  CHECK(refusal([&] { env.set_uniform(std::numeric_limits<double>::quiet_NaN()); }) ==
        "ManualEnvironment: draw nan is not in [0, 1)");
  CHECK(refusal([&] { env.script_uniform({0.2, 1.5, 0.3}); }) == "ManualEnvironment: draw 1.5 is not in [0, 1)");
  CHECK(draws(env, 3) == std::vector{0.1, 0.5, 0.5});
}

TEST_CASE("A breaker takes its time and its chance from a manual environment") {
  ManualEnvironment env;
  CircuitBreaker cb{
      Config{.tripper = FailureStreak{1}, .retry = Cooldown{60s, 0.5}, .permit = Random{0.3}, .environment = env}};
  env.set_uniform(0.0);  // half as long
  cb.try_acquire().failure();
  env.advance(30s - 1ns);
  CHECK_FALSE(cb.try_acquire());
  CHECK(cb.state() == State::open);
  env.advance(1ns);
  env.script_uniform({0.3, 0.29});
  CHECK_FALSE(cb.try_acquire());
  CHECK(cb.state() == State::half_open);
  CHECK(cb.try_acquire());
}
