// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

template <class C>
void make(const C& config) {
  try {
    const CircuitBreaker breaker{config};
    std::cout << breaker.name() << " is " << to_string(breaker.state()) << '\n';
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
}

}  // namespace

int main() {
  // [rules]
  make(Config{.name = "a", .tripper = MinRequests{10}});
  make(Config{.name = "b", .tripper = FailureRate{0.5} | MinRequests{100}});
  make(Config{.name = "c", .tripper = (Closed{} & FailureRate{0.5}) | (HalfOpened{} & MinRequests{5})});
  make(Config{.name = "d", .tripper = HalfOpened{} & FailureRate{0.5}});
  make(Config{.name = "e", .window = CountWindow{10}, .tripper = MinRequests{100} & FailureRate{0.5}});
  make(Config{.name = "f", .tripper = MinRequests{20} & FailureRate{0.5}, .permit = Probes{10, 5s}});
  make(Config{.name = "g", .tripper = FailureStreak{20}, .permit = Probes{10, 5s}});
  // What is not named fits what is.
  make(Config{.name = "h", .window = CountWindow{10}});
  make(Config{.name = "i", .permit = Probes{1, 5s}});
  make(Config{.name = "j", .tripper = FailureStreak{20}});
  // [/rules]
}
