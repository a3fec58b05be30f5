// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The examples of docs/policies for windows.

#include <chrono>
#include <iostream>

#include "show.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

void count_window() {
  // [count_window]
  CircuitBreaker api{Config{.name = "api", .window = CountWindow{5}}};
  for (const bool works : {false, false, true, true, true, true, true}) {
    call(api, works);
    print_failures(api);
  }
  // [/count_window]
}

void time_window() {
  // [time_window]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api", .window = TimeWindow{10s, 1s}, .environment = clock}};
  call(api, false);
  clock.advance(6s);
  call(api, true);
  for (int i = 0; i != 4; ++i) {
    print_failures(api);
    clock.advance(4s);
  }
  // [/time_window]
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv,
             {{"count_window", count_window},
              {"count_window.refused",
               [] {
                 print_refusal([] { CountWindow{0}; });
                 print_refusal([] { CountWindow{30'001}; });
               }},
              {"time_window", time_window},
              {"time_window.refused", [] {
                 print_refusal([] { TimeWindow{10s, 500us}; });
                 print_refusal([] { TimeWindow{10s, 3s}; });
                 print_refusal([] { TimeWindow{2h, 1s}; });
               }}});
}
