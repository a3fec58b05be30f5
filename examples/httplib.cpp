// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker before a client of cpp-httplib.

#include <chrono>
#include <iostream>

#include <httplib.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/httplib.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

int main() {
  // [use]
  httplib::Client client{"127.0.0.1", 1};  // where nobody listens
  client.set_connection_timeout(1s);       // 300 s by default
  client.set_read_timeout(2s);             // 5 s by default

  CircuitBreaker orders{Config{.name = "orders",
                               .tracker = HttplibFault{} | HttpStatus{500, 599} | HttpStatus{429},
                               .tripper = FailureStreak{2}}};
  for (int i = 0; i < 3; ++i) {
    const auto result = orders.try_call([&] { return client.Get("/orders/7"); });
    if (!result) {
      std::cout << "refused: " << result.rejection().circuit_name << " is " << to_string(result.rejection().state)
                << '\n';
    } else if (!result.value()) {
      std::cout << to_string(result.value().error()) << '\n';
    } else {
      std::cout << result.value()->body << '\n';
    }
  }
  // [/use]
}
