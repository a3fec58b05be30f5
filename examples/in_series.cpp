// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls that need both a host and a database on it.

#include <iostream>
#include <stdexcept>
#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

namespace {

struct Unreachable : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct Deadlock : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string query(const std::string& text) {
  if (text == "update") throw Deadlock{"deadlock"};
  return "rows of " + text;
}

}  // namespace

int main() {
  // [use]
  CircuitBreaker host{Config{.name = "host", .tracker = TypeOf<Unreachable>{}, .tripper = FailureStreak{2}}};
  CircuitBreaker orders{Config{.name = "orders", .tripper = FailureStreak{2}}};
  auto both = in_series(host, orders);

  for (const char* text : {"select", "update", "update", "select"}) {
    try {
      std::cout << both.call(query, text) << '\n';
    } catch (const CallNotPermittedError& error) {
      std::cout << error.circuit_name() << " refused, " << host.name() << " is " << to_string(host.state()) << '\n';
    } catch (const Deadlock& error) {
      std::cout << error.what() << '\n';
    }
  }
  // [/use]
}
