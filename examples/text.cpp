// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker whose policies come from environment variables.

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/text/text_config.hpp>

using namespace fluxgate;

// [environment]
std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";  // an empty text is the default
}

AnyCircuitBreaker payment_breaker() {
  return AnyCircuitBreaker{TextConfig{
      .name = "payment",
      .tracker = TypeOf<std::runtime_error>{},
      .tripper = variable("PAYMENT_TRIPPER"),
      .retry = variable("PAYMENT_RETRY"),
  }};
}
// [/environment]

int main() {
  // [text]
  AnyCircuitBreaker shop{TextConfig{
      .name = "shop",
      .window = "TimeWindow{1min, 1s}",
      .tripper = "MinRequests{20} & (FailureRate{50%} | SlowRate{0.3, 2s})",
      .retry = "Backoff{10s, 2, 5min, 0.1}",
      .permit = "Probes{20, 30s} & RampUp{10%, 1, 5min}",
  }};
  // [/text]
  std::cout << shop.name() << " is " << to_string(shop.state()) << '\n';

  AnyCircuitBreaker payment = payment_breaker();
  std::cout << payment.name() << " is " << to_string(payment.state()) << '\n';

  // [error]
  try {
    AnyCircuitBreaker{TextConfig{.name = "shop", .tripper = "MinRequests{20} & FailRate{0.5}"}};
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
  // [/error]
}
