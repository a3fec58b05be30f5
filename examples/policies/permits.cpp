// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The examples of docs/policies for permits.

#include <chrono>
#include <iostream>

#include "show.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

/// Counts how many of `calls` a breaker lets through whose dependency works.
template <class Breaker>
int admitted(Breaker& breaker, int calls) {
  int count = 0;
  for (int i = 0; i != calls; ++i) count += call(breaker, true) ? 1 : 0;
  return count;
}

void allow_all() {
  // [allow_all]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api",
                            .tripper = MinRequests{10} & FailureRate{0.5},
                            .retry = Cooldown{30s},
                            .permit = AllowAll{},
                            .listeners = {print},
                            .environment = clock}};
  for (int i = 0; i != 10; ++i) call(api, false);
  clock.advance(30s);
  std::cout << admitted(api, 9) << " of 9 calls admitted\n";
  call(api, true);
  // [/allow_all]
}

void random_permit() {
  // [random]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api",
                            .tripper = MinRequests{2} & FailureRate{0.5},
                            .retry = Cooldown{30s},
                            .permit = Random{0.25},
                            .listeners = {print},
                            .environment = clock}};
  for (int i = 0; i != 2; ++i) call(api, false);
  clock.advance(30s);
  clock.script_uniform({0.9, 0.1, 0.6, 0.3, 0.2});  // what chance might draw
  for (int i = 0; i != 5; ++i) std::cout << (call(api, true) ? "admitted\n" : "refused\n");
  // [/random]
}

void ramp_up() {
  // [ramp_up]
  constexpr RampUp ramp{0.1, 1.0, 60s};
  for (const auto elapsed : {0s, 20s, 40s, 60s, 80s}) {
    std::cout << "after " << elapsed.count() << " s: " << ramp.ratio(elapsed) << '\n';
  }
  CircuitBreaker search{Config{.name = "search", .tripper = MinRequests{100} & FailureRate{0.5}, .permit = ramp}};
  // [/ramp_up]
}

void probes() {
  // [probes]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api",
                            .tripper = (Closed{} & FailureStreak{5}) | (HalfOpened{} & FailureRate{0.5}),
                            .retry = Cooldown{30s},
                            .permit = Probes{4, 10s},
                            .listeners = {print},
                            .environment = clock}};
  for (int i = 0; i != 5; ++i) call(api, false);
  clock.advance(30s);
  for (int i = 0; i != 2; ++i) call(api, false);
  clock.advance(30s);
  for (int i = 0; i != 4; ++i) call(api, true);
  // [/probes]
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv,
             {{"allow_all", allow_all},
              {"random", random_permit},
              {"random.refused",
               [] {
                 print_refusal([] { Random{0.0}; });
                 print_refusal([] { Random{25}; });
               }},
              {"ramp_up", ramp_up},
              {"ramp_up.refused",
               [] {
                 print_refusal([] { RampUp{0.0, 1.0, 60s}; });
                 print_refusal([] { RampUp{0.5, 0.1, 60s}; });
                 print_refusal([] { RampUp{0.1, 1.0, 0s}; });
               }},
              {"probes", probes},
              {"probes.refused", [] {
                 print_refusal([] { Probes{0, 30s}; });
                 print_refusal([] { Probes{5, 0s}; });
                 print_refusal([] {
                   CircuitBreaker{
                       Config{.name = "api", .tripper = MinRequests{20} & FailureRate{0.5}, .permit = Probes{10, 5s}}};
                 });
               }}});
}
