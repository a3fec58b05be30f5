// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <system_error>

using namespace fluxgate;
using namespace std::chrono_literals;

// [template]
template <class Request>
void send(const std::string& server, int times) {
  CircuitBreaker breaker{server, FailureStreak{2}, Cooldown{60s}, [](const Signal& signal) {
                           std::cout << signal.circuit_name << ": " << signal.reason << '\n';
                         }};
  for (int i = 0; i != times; ++i) {
    const auto sent = breaker.try_call([] { return Request::send(); });
    std::cout << (sent ? sent->message() : "refused") << '\n';
  }
}
// [/template]

// [as_written]
template <class Request>
auto config_of(const std::string& server) {
  return Config{.name = server, .tripper = FailureStreak{2}, .retry = Cooldown{60s}, .as_written = true};
}
// [/as_written]

namespace {

struct Order {
  static std::error_code send() { return std::make_error_code(std::errc::connection_refused); }
};

}  // namespace

int main() {
  send<Order>("orders", 3);

  CircuitBreaker other{config_of<Order>("other orders")};
  return other.call(Order::send) ? 0 : 1;
}
