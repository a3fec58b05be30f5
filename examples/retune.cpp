// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Numbers that change while the program runs.

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/text/text_config.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace fluxgate;
using namespace std::chrono_literals;

// [config]
struct Limits {
  double rate = 0.5;
  std::chrono::seconds cooldown = 60s;
};

auto payment_config(const Limits& limits) {
  return Config{.name = "payment",
                .window = CountWindow{100},
                .tripper = MinRequests{20} & FailureRate{limits.rate},
                .retry = Cooldown{limits.cooldown},
                .permit = Probes{20, 30s},
                .as_written = true};
}
// [/config]

int main() {
  // [retune]
  CircuitBreaker payment{payment_config({})};
  // Later, when the limits have changed:
  payment.retune(payment_config({.rate = 0.2, .cooldown = 10s}));
  std::cout << payment.describe() << '\n';
  // [/retune]

  // [refused]
  try {
    auto larger = payment_config({});
    larger.window = CountWindow{1000};
    payment.retune(larger);
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
  // [/refused]

  // [text]
  AnyCircuitBreaker search{TextConfig{.name = "search", .tripper = "MinRequests{20} & SlowRate{0.5, 2s}"}};
  search.retune(TextConfig{.tripper = "MinRequests{10} & (FailureRate{30%} | SlowRate{0.5, 1s})", .retry = "Always{}"});
  std::cout << search.describe().tripper << ", " << search.describe().retry << '\n';
  // [/text]
}
