// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

using namespace fluxgate;
using namespace std::chrono_literals;

// [client]
auto make_breaker_config(std::string name) {
  return Config{.name = std::move(name), .tripper = FailureStreak{2}, .retry = Cooldown{60s}};
}

class Client {
 public:
  explicit Client(std::string name) : breaker_{make_breaker_config(std::move(name))} {}

  std::string get(const std::string& path) {
    return breaker_.call([&]() -> std::string { throw std::runtime_error{"no answer to " + path}; });
  }

 private:
  CircuitBreakerFrom<make_breaker_config> breaker_;
};
// [/client]

int main() {
  Client client{"catalogue"};
  for (const char* path : {"/apples", "/pears", "/plums"}) {
    try {
      std::cout << client.get(path) << '\n';
    } catch (const std::runtime_error& error) {
      std::cout << error.what() << '\n';
    }
  }
}
