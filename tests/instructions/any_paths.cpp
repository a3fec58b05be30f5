// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// any_paths <path> <times>: as paths.cpp, through breakers whose type says nothing of their policies, and through those
/// of known types beside them. A program of its own: what is in a unit changes how compilers inline the rest of it.

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

#include "../support/opaque.hpp"
#include "paths.hpp"

namespace {

constexpr auto negative = All{} & OnResult{[](int number) { return number < 0; }};

/// One for each path, since all breakers have one type.
template <int path>
struct Succeed {
  int operator()(int number) const { return succeed(number); }
};

template <int path, class Breaker>
void repeat_call(long times, Breaker& breaker) {
  repeat(200, [&] { breaker.call(Succeed<path>{}, 1); });
  repeat(times, [&] { breaker.call(Succeed<path>{}, 1); });
}

bool run(std::string_view path, long times) {
  if (path == "healthy_any") {
    AnyCircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    repeat_call<__LINE__>(times, breaker);
  } else if (path == "function_any") {
    AnyCircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    repeat(200, [&] { ask(breaker, 1); });
    repeat(times, [&] { ask(breaker, 1); });
  } else if (path == "healthy_any_on_result" || path == "healthy_on_result") {
    const auto config = [](auto environment) {
      return Config{.tracker = negative,
                    .tripper = rate,
                    .retry = retry,
                    .permit = permit,
                    .environment = environment,
                    .as_written = true};
    };
    if (path == "healthy_on_result") {
      CircuitBreaker breaker{config(StandingStill<__LINE__>{})};
      repeat_call<__LINE__>(times, breaker);
    } else {
      AnyCircuitBreaker breaker{config(StandingStill<__LINE__>{})};
      repeat_call<__LINE__>(times, breaker);
    }
  } else if (path == "healthy_any_streak") {
    AnyCircuitBreaker breaker{Config{.tripper = FailureStreak{5} | FailureRate{0.5},
                                     .retry = retry,
                                     .permit = permit,
                                     .environment = StandingStill<__LINE__>{}}};
    repeat_call<__LINE__>(times, breaker);
  } else if (path == "healthy_any_avg_latency") {
    AnyCircuitBreaker breaker{Config{.tripper = MinRequests{10} & AvgLatency{1s},
                                     .retry = retry,
                                     .permit = permit,
                                     .environment = StandingStill<__LINE__>{}}};
    repeat_call<__LINE__>(times, breaker);
  } else if (path == "refused_any") {
    AnyCircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    breaker.force_open(10s);
    repeat(times, [&] { (void)breaker.try_call(Succeed<__LINE__>{}, 1); });
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && run(argv[1], std::strtol(argv[2], nullptr, 10))) return EXIT_SUCCESS;
  std::fprintf(stderr, "usage: any_paths <path> <times>\n");
  return EXIT_FAILURE;
}
