// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What the paths have in common.

#ifndef FLUXGATE_TESTS_INSTRUCTIONS_PATHS_HPP
#define FLUXGATE_TESTS_INSTRUCTIONS_PATHS_HPP

#include <chrono>

#include <fluxgate/fluxgate.hpp>

#include "../support/opaque.hpp"
#include "../support/uneven.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

// Named, so that the counts do not follow the library's defaults.
constexpr auto rate = MinRequests{100} & FailureRate{0.5};
constexpr Cooldown retry{60s};
constexpr RampUp permit{0.1, 1.0, 60s};

/// Clocks that stand still, so that no call is counted that the system makes in between. A type of its own for each path:
/// what is inlined into one then does not depend on the others.
template <int path>
struct StandingStill {
  static std::chrono::steady_clock::time_point now() noexcept { return std::chrono::steady_clock::time_point{1h}; }
  static std::chrono::steady_clock::time_point coarse_now() noexcept { return now(); }
  static std::chrono::system_clock::time_point wall_now() noexcept { return {}; }
  static double uniform() noexcept { return 0.5; }
};

/// A clock that goes on by another number of microseconds at each look: calls of different lengths.
template <int path>
struct Uneven : StandingStill<path> {
  FLUXGATE_OPAQUE static std::chrono::steady_clock::time_point now() noexcept {
    return StandingStill<path>::now() + uneven();
  }
};

FLUXGATE_OPAQUE int succeed(int number) {
  asm volatile("" : "+r"(number));  // so that the call is made
  return number;
}

/// A function by itself: compilers keep fewer values in registers, the more there is around a loop.
template <class Action>
[[gnu::noinline]] void repeat(long times, Action action) {
  for (long i = 0; i != times; ++i) action();
}

template <class Breaker>
void repeat_healthy(long times, Breaker& breaker) {
  repeat(200, [&] { breaker.call(succeed, 1); });
  repeat(times, [&] { breaker.call(succeed, 1); });
}

/// A call as a function of its own makes it, which has registers to save, and knows nothing of the breaker.
template <class Breaker>
FLUXGATE_OPAQUE int ask(Breaker& breaker, int number) {
  return breaker.call(succeed, number);
}

/// A command, likewise.
template <class Breaker>
FLUXGATE_OPAQUE void reset(Breaker& breaker) {
  breaker.reset();
}

}  // namespace

#endif
