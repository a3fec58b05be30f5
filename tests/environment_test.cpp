// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Time and chance as the system gives them.

#if defined(__unix__)
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <array>
#include <chrono>
#include <thread>

#include <fluxgate/environment.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

// What lacks one thing of the concept.
template <class Now, class Wall, class Draw, bool nothrow = true>
struct Given {
  static Now now() noexcept(nothrow) { return {}; }
  static Now coarse_now() noexcept { return {}; }
  static Wall wall_now() noexcept { return {}; }
  static Draw uniform() noexcept { return {}; }
};
using Steady = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
static_assert(Environment<Given<Steady, WallTime, double>>);
static_assert(!Environment<Given<Steady, WallTime, float>>);
static_assert(!Environment<Given<Steady, Steady, double>>);
static_assert(!Environment<Given<WallTime, WallTime, double>>);
static_assert(!Environment<Given<Steady, WallTime, double, false>>);
struct Fixed : Given<Steady, WallTime, double> {
  Fixed(Fixed&&) = delete;
};
static_assert(!Environment<Fixed>);

using Draws = std::array<double, 8>;

Draws draw() {
  Draws draws{};
  for (double& each : draws) each = SystemEnvironment::uniform();
  return draws;
}

}  // namespace

TEST_CASE("draws lie between 0 and 1 and all over it") {
  std::array<int, 4> quarters{};
  int outside = 0;
  for (int i = 0; i != 10'000; ++i) {
    const double draw = SystemEnvironment::uniform();
    if (draw >= 0.0 && draw < 1.0) {
      ++quarters[static_cast<unsigned>(draw * 4.0)];
    } else {
      ++outside;
    }
  }
  CHECK(outside == 0);
  for (const int quarter : quarters) CHECK(quarter > 2'000);
}

TEST_CASE("two threads draw differently") {
  Draws one{};
  Draws other{};
  std::thread first{[&] { one = draw(); }};
  std::thread second{[&] { other = draw(); }};
  first.join();
  second.join();
  CHECK(one != other);
  CHECK(one != draw());
}

#if defined(__unix__)
TEST_CASE("a forked process does not repeat what its parent draws") {
  (void)draw();  // the generator is at work before the two part
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const Draws draws = draw();
    const bool written = write(ends[1], draws.data(), sizeof draws) == static_cast<ssize_t>(sizeof draws);
    _exit(written ? 0 : 1);
  }
  const Draws of_parent = draw();
  Draws of_child{};
  const ssize_t count = child > 0 ? read(ends[0], of_child.data(), sizeof of_child) : -1;
  int status = -1;
  if (child > 0) waitpid(child, &status, 0);
  close(ends[0]);
  close(ends[1]);
  REQUIRE(child > 0);
  REQUIRE(status == 0);
  REQUIRE(count == static_cast<ssize_t>(sizeof of_child));
  CHECK(of_parent != of_child);
}
#endif

TEST_CASE("the clock is the one of std") {
  for (int i = 0; i != 1'000; ++i) {
    CAPTURE(i);
    const auto before = std::chrono::steady_clock::now();
    const auto now = SystemEnvironment::now();
    REQUIRE(before <= now);
    REQUIRE(now <= std::chrono::steady_clock::now());
  }
}

TEST_CASE("the coarse clock is the exact one as of some milliseconds ago, never ahead of it") {
  for (int i = 0; i != 1'000; ++i) {
    CAPTURE(i);
    const auto coarse = SystemEnvironment::coarse_now();
    const auto exact = SystemEnvironment::now();
    REQUIRE(coarse <= exact);
  }
  const auto before = SystemEnvironment::now();
  CHECK(before - SystemEnvironment::coarse_now() < 50ms);
}
