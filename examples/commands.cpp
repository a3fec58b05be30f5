// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>

using namespace fluxgate;
using namespace std::chrono_literals;

int main() {
  ManualEnvironment clock;
  CircuitBreaker payment{Config{.name = "payment",
                                .listeners = {[](const Signal& signal) {
                                  std::cout << to_string(signal.old_state) << " -> " << to_string(signal.new_state)
                                            << ", " << signal.reason << '\n';
                                }},
                                .environment = clock}};
  const auto charge = [] { return true; };

  // [override]
  payment.force_open(Override{.reason = "INC-42: they lose money", .lasting = 10min});
  const Info info = payment.info();
  std::cout << to_string(info.state) << " because of " << info.reason << ", for "
            << std::chrono::duration_cast<std::chrono::minutes>(*info.override_ends_after).count() << " min\n";
  // [/override]
  clock.advance(10min);
  payment.call(charge);

  // [disable]
  payment.disable(Override{.reason = "INC-43: it opens for nothing", .lasting = 1h});
  // [/disable]
  clock.advance(1h);
  payment.call(charge);

  // [quietly]
  payment.metrics_only(Override{.reason = "trying new limits", .notify = Notify::no});
  payment.reset();
  // [/quietly]

  // [refused]
  try {
    payment.disable(Override{.lasting = 0s});
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
  // [/refused]
}
