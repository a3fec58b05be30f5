// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>

using namespace fluxgate;
using namespace std::chrono_literals;

// The payment service is down.
int charge(double /*amount*/) { throw std::runtime_error{"connection refused"}; }

int main() {
  CircuitBreaker payment{Config{
      .name = "payment_api",
      .window = CountWindow{100},
      .tripper = MinRequests{10} & FailureRate{0.5},
      .retry = Cooldown{60s},
      .listeners = {[](const Signal& signal) {
        std::cout << signal.circuit_name << ": " << to_string(signal.old_state) << " -> " << to_string(signal.new_state)
                  << ", " << signal.reason << '\n';
      }},
  }};

  for (int attempt = 1; attempt <= 11; ++attempt) {
    try {
      payment.call(charge, 42.0);
    } catch (const CallNotPermittedError&) {
      std::cout << "call " << attempt << ": refused, charge was not called\n";
    } catch (const std::runtime_error& error) {
      std::cout << "call " << attempt << ": " << error.what() << '\n';
    }
  }
}
