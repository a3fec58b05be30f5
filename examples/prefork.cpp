// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A server that forks its workers after it has made its breakers.

#include <sys/wait.h>
#include <unistd.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

std::string process = "the parent";

int charge() { throw std::runtime_error{"connection refused"}; }

}  // namespace

int main() {
  // [use]
  const Background tell{[](const Signal& signal) {
    std::cout << process << ": " << signal.circuit_name << " is " << to_string(signal.new_state) << std::endl;
  }};
  CircuitBreaker payment{
      Config{.name = "payment", .tripper = FailureStreak{2}, .retry = Cooldown{30s}, .listeners = {tell}}};

  for (const char* const worker : {"worker 1", "worker 2"}) {
    const pid_t child = fork();
    if (child == 0) {
      process = worker;
      const int failing = process == "worker 1" ? 2 : 1;
      for (int call = 0; call != failing; ++call) {
        try {
          payment.call(charge);
        } catch (const std::runtime_error&) {
        }
      }
      tell.close();  // delivers this worker's waiting signals
      std::cout << process << " leaves it " << to_string(payment.state()) << std::endl;
      std::_Exit(0);
    }
    waitpid(child, nullptr, 0);
  }
  std::cout << process << " has it " << to_string(payment.state()) << std::endl;
  // [/use]
}
