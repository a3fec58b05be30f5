// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// paths <path> <times>: makes so many calls of one kind. Counting its instructions for two numbers of calls gives those
/// of a call. Compiled with optimisation, whatever the rest is compiled with.

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fluxgate/fluxgate.hpp>

#include "../support/by_hand.hpp"
#include "../support/opaque.hpp"
#include "../support/tasks.hpp"
#include "paths.hpp"

namespace {

FLUXGATE_OPAQUE std::error_code say_nothing() { return {}; }
FLUXGATE_OPAQUE std::error_code fail() { return std::make_error_code(std::errc::io_error); }

// A call as a function of its own makes it, as ask() does.
FLUXGATE_OPAQUE int ask_bare(int number) { return succeed(number); }

tasks::Ready<int> ready(int number) { return {succeed(number)}; }

template <class Make>
tasks::Eager<void> repeat_await(long times, Make make) {
  for (long i = 0; i != times; ++i) co_await make();
}

bool run(std::string_view path, long times) {
  if (path == "bare") {
    repeat(times, [] { succeed(1); });
  } else if (path == "healthy") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "bare_function") {
    repeat(times, [] { ask_bare(1); });
  } else if (path == "healthy_function") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    repeat(200, [&] { ask(breaker, 1); });
    repeat(times, [&] { ask(breaker, 1); });
  } else if (path == "function_by_hand") {
    ByHand breaker;
    repeat(times, [&] { ask(breaker, 1); });
  } else if (path == "healthy_type_of") {
    CircuitBreaker breaker{Config{.tracker = TypeOf<std::error_code>{},
                                  .tripper = rate,
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "function_type_of") {
    CircuitBreaker breaker{Config{.tracker = TypeOf<std::runtime_error>{},
                                  .tripper = rate,
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat(200, [&] { ask(breaker, 1); });
    repeat(times, [&] { ask(breaker, 1); });
  } else if (path == "healthy_error_code") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    repeat(200, [&] { (void)breaker.call(say_nothing); });
    repeat(times, [&] { (void)breaker.call(say_nothing); });
  } else if (path == "healthy_fallback") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    const auto fallback = [](const CallNotPermittedError&) { return 0; };
    repeat(200, [&] { breaker.call_with_fallback(succeed, fallback, 1); });
    repeat(times, [&] { breaker.call_with_fallback(succeed, fallback, 1); });
  } else if (path == "healthy_guarded") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    const auto guarded_succeed = guarded(breaker, succeed);
    repeat(200, [&] { guarded_succeed(1); });
    repeat(times, [&] { guarded_succeed(1); });
  } else if (path == "healthy_in_series" || path == "healthy_nested") {
    CircuitBreaker first{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    CircuitBreaker second{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    const auto both = [&](long count) {
      if (path == "healthy_in_series") {
        auto series = in_series(first, second);
        repeat(count, [&] { series.call(succeed, 1); });
      } else {
        repeat(count, [&] { first.call([&] { return second.call(succeed, 1); }); });
      }
    };
    both(200);
    both(times);
  } else if (path == "healthy_try_call") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    repeat(200, [&] { (void)breaker.try_call(succeed, 1); });
    repeat(times, [&] { (void)breaker.try_call(succeed, 1); });
  } else if (path == "healthy_streak") {
    CircuitBreaker breaker{Config{.tripper = FailureStreak{5} | FailureRate{0.5},
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "bare_await") {
    (void)repeat_await(times, [] { return ready(1); });
  } else if (path == "healthy_await") {
    AsyncCircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    (void)repeat_await(200, [&] { return breaker.call(ready, 1); });
    (void)repeat_await(times, [&] { return breaker.call(ready, 1); });
  } else if (path == "healthy_call_stats") {
    CircuitBreaker breaker{Config{.tripper = rate,
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{},
                                  .stats = CallStats{}}};
    repeat_healthy(times, breaker);
  } else if (path == "healthy_slow_rate") {
    CircuitBreaker breaker{Config{.tripper = MinRequests{10} & SlowRate{0.5, 1s},
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "healthy_avg_latency") {
    CircuitBreaker breaker{Config{.tripper = MinRequests{10} & AvgLatency{1s},
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "uneven_avg_latency") {
    CircuitBreaker breaker{Config{.tripper = MinRequests{10} & AvgLatency{1s},
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = Uneven<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "healthy_time_window") {
    CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                  .tripper = rate,
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "time_window_avg_latency") {
    CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                  .tripper = MinRequests{10} & AvgLatency{1s},
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat_healthy(times, breaker);
  } else if (path == "success_beside_failures") {
    CircuitBreaker breaker{Config{.window = CountWindow{10'000},
                                  .tripper = rate,
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat(10'000, [&] { breaker.call(succeed, 1); });
    (void)breaker.call(fail);
    repeat(times, [&] { breaker.call(succeed, 1); });
  } else if (path == "failure") {
    CircuitBreaker breaker{Config{.tripper = MinRequests{100} & FailureRate{1.0},
                                  .retry = retry,
                                  .permit = permit,
                                  .environment = StandingStill<__LINE__>{}}};
    repeat(times, [&] {
      (void)breaker.call(fail);
      breaker.call(succeed, 1);
    });
  } else if (path == "probe") {
    CircuitBreaker breaker{Config{.tripper = FailureStreak{1},
                                  .retry = Always{},
                                  .permit = Probes{30'000, 60s},
                                  .environment = StandingStill<__LINE__>{}}};
    (void)breaker.call(fail);
    repeat(times, [&] { breaker.call(succeed, 1); });
  } else if (path == "transition") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    repeat(times, [&] { reset(breaker); });
  } else if (path == "refused") {
    CircuitBreaker breaker{
        Config{.tripper = rate, .retry = retry, .permit = permit, .environment = StandingStill<__LINE__>{}}};
    breaker.force_open(10s);
    repeat(times, [&] { (void)breaker.try_call(succeed, 1); });
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && run(argv[1], std::strtol(argv[2], nullptr, 10))) return EXIT_SUCCESS;
  std::fprintf(stderr, "usage: paths <path> <times>\n");
  return EXIT_FAILURE;
}
