// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The examples of docs/policies for trippers.

#include <chrono>
#include <iostream>

#include "show.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

void closed() {
  // [closed]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api",
                            .tripper = (Closed{} & FailureStreak{3}) | (HalfOpened{} & FailureRate{0.5}),
                            .retry = Cooldown{10s},
                            .permit = Probes{2, 5s},
                            .listeners = {print},
                            .environment = clock}};
  for (int i = 0; i != 3; ++i) call(api, false);
  clock.advance(10s);
  call(api, false);
  // [/closed]
}

void half_opened() {
  // [half_opened]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api",
                            .tripper = FailureStreak{3} | (HalfOpened{} & FailureStreak{1}),
                            .retry = Cooldown{10s},
                            .permit = Probes{3, 5s},
                            .listeners = {print},
                            .environment = clock}};
  for (int i = 0; i != 3; ++i) call(api, false);
  clock.advance(10s);
  call(api, true);
  call(api, false);
  // [/half_opened]
}

void manual() {
  // [manual]
  CircuitBreaker imports{Config{.name = "imports", .tripper = Manual{}, .listeners = {print}}};
  for (int i = 0; i != 1000; ++i) call(imports, false);
  print_failures(imports);
  imports.force_open();
  imports.reset();
  // [/manual]
}

void min_requests() {
  // [min_requests]
  CircuitBreaker api{Config{.name = "api", .tripper = MinRequests{4} & FailureRate{0.5}, .listeners = {print}}};
  for (int i = 0; i != 3; ++i) {
    call(api, false);
    print_failures(api);
  }
  call(api, false);
  // [/min_requests]
}

void failure_rate() {
  // [failure_rate]
  CircuitBreaker api{Config{.name = "api", .tripper = MinRequests{8} & FailureRate{0.5}, .listeners = {print}}};
  for (const bool works : {true, true, false, true, true, false, true, false, false}) {
    call(api, works);
    print_failures(api);
  }
  call(api, false);
  // [/failure_rate]
}

void failure_streak() {
  // [failure_streak]
  CircuitBreaker database{Config{.name = "database", .tripper = FailureStreak{3}, .listeners = {print}}};
  for (const bool works : {false, false, true, false, false, false}) {
    std::cout << (works ? "works\n" : "fails\n");
    call(database, works);
  }
  // [/failure_streak]
}

void slow_rate() {
  // [slow_rate]
  ManualEnvironment clock;
  CircuitBreaker search{Config{
      .name = "search", .tripper = MinRequests{4} & SlowRate{0.5, 300ms}, .listeners = {print}, .environment = clock}};
  for (const auto duration : {100ms, 100ms, 900ms, 100ms, 300ms, 500ms}) {
    std::cout << duration.count() << " ms\n";
    call(search, true, clock, duration);
  }
  // [/slow_rate]
}

void slow_threshold() {
  // [slow_threshold]
  ManualEnvironment clock;
  CircuitBreaker search{Config{
      .name = "search", .tripper = MinRequests{4} & SlowRate{0.5}, .slow_threshold = 300ms, .environment = clock}};
  for (const auto duration : {100ms, 100ms, 900ms}) call(search, true, clock, duration);
  std::cout << search.info().metrics.slow_count() << " slow call\n";
  // [/slow_threshold]
}

void avg_latency() {
  // [avg_latency]
  ManualEnvironment clock;
  CircuitBreaker search{Config{
      .name = "search", .tripper = MinRequests{4} & AvgLatency{300ms}, .listeners = {print}, .environment = clock}};
  for (const auto duration : {100ms, 200ms, 300ms, 400ms, 500ms}) {
    std::cout << duration.count() << " ms\n";
    call(search, true, clock, duration);
  }
  // [/avg_latency]
}

}  // namespace

int main(int argc, char** argv) {
  return run(
      argc, argv,
      {{"closed", closed},
       {"closed.refused", [] { print_refusal([] { CircuitBreaker{Config{.name = "api", .tripper = Closed{}}}; }); }},
       {"half_opened", half_opened},
       {"half_opened.refused",
        [] {
          print_refusal([] { CircuitBreaker{Config{.name = "api", .tripper = HalfOpened{} & FailureRate{0.5}}}; });
        }},
       {"manual", manual},
       {"min_requests", min_requests},
       {"min_requests.refused",
        [] {
          print_refusal([] { MinRequests{0}; });
          print_refusal([] { CircuitBreaker{Config{.name = "api", .tripper = MinRequests{10}}}; });
          print_refusal([] {
            CircuitBreaker{
                Config{.name = "api", .window = CountWindow{10}, .tripper = MinRequests{20} & FailureRate{0.5}}};
          });
        }},
       {"failure_rate", failure_rate},
       {"failure_rate.refused",
        [] {
          print_refusal([] { FailureRate{0.0}; });
          print_refusal([] { FailureRate{50}; });
        }},
       {"failure_streak", failure_streak},
       {"failure_streak.refused",
        [] {
          print_refusal([] { FailureStreak{0}; });
          print_refusal(
              [] { CircuitBreaker{Config{.name = "api", .tripper = FailureStreak{20}, .permit = Probes{10, 5s}}}; });
        }},
       {"slow_rate", slow_rate},
       {"slow_threshold", slow_threshold},
       {"slow_rate.refused",
        [] {
          print_refusal([] { SlowRate{1.5, 300ms}; });
          print_refusal([] { SlowRate{0.5, 0ms}; });
          print_refusal([] { CircuitBreaker{Config{.name = "api", .tripper = SlowRate{0.5}}}; });
        }},
       {"avg_latency", avg_latency},
       {"avg_latency.refused", [] {
          print_refusal([] { AvgLatency{0s}; });
          print_refusal([] { AvgLatency{2h}; });
        }}});
}
