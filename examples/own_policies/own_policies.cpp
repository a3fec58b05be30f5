// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "decaying_window.hpp"
#include "percentile.hpp"

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>

using namespace fluxgate;
using namespace std::chrono_literals;

int main() {
  ManualEnvironment environment;

  // [use_percentile]
  CircuitBreaker search{Config{.name = "search",
                               .tripper = MinRequests{20} & (FailureRate{0.5} | Percentile95{250ms}),
                               .listeners = {[](const Signal& signal) { std::cout << signal.reason << '\n'; }},
                               .environment = environment}};
  // [/use_percentile]
  for (int call = 1; call <= 20; ++call) {
    (void)search.call([&] {
      environment.advance(call % 10 == 0 ? 300ms : 20ms);
      return call;
    });
  }

  // [use_window]
  CircuitBreaker mail{Config{.name = "mail",
                             .window = DecayingWindow{50},
                             .tripper = MinRequests{10} & FailureRate{0.3},
                             .listeners = {[](const Signal& signal) { std::cout << signal.reason << '\n'; }}}};
  // [/use_window]
  for (int call = 0; call != 100 && mail.state() == State::closed; ++call) {
    try {
      mail.call([&] {
        if (call >= 60) throw std::runtime_error{"refused"};
      });
    } catch (const std::runtime_error&) {
    }
  }
  const Metrics counts = mail.info().metrics;
  std::cout << to_string(mail.state()) << ", " << counts.total_count() << " calls\n";
}
