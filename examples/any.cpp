// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Breakers whose type says nothing of their policies: in a class, in a container, as a parameter, in a callback.

#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

// [class]
class Client {
 public:
  explicit Client(AnyCircuitBreaker breaker = {}) : breaker_{std::move(breaker)} {}

  std::string get(const std::string& path) {
    return breaker_.call([&]() -> std::string { throw std::runtime_error{"no answer to " + path}; });
  }

 private:
  AnyCircuitBreaker breaker_;
};
// [/class]

// [parameter]
void report(const std::string& region, const AnyCircuitBreaker& breaker) {
  std::cout << region << ": " << breaker.name() << " is " << to_string(breaker.state()) << '\n';
}
// [/parameter]

// [callback]
/// Of a library that calls back later, and wants a callback that can be copied.
void fetch_later(const std::function<void(bool)>& done) { done(false); }

void fetch(AnyCircuitBreaker& breaker) {
  AnyAdmission admission = breaker.try_acquire();
  if (!admission) {
    std::cout << "refused while " << to_string(admission.rejection().state) << '\n';
    return;
  }
  fetch_later([admission](bool answered) { answered ? admission.success() : admission.failure(); });
}
// [/callback]

int main() {
  Client client{AnyCircuitBreaker{Config{.name = "catalogue", .tripper = FailureStreak{1}, .retry = Cooldown{60s}}}};
  for (const char* path : {"/apples", "/pears"}) {
    try {
      std::cout << client.get(path) << '\n';
    } catch (const std::runtime_error& error) {
      std::cout << error.what() << '\n';
    }
  }

  // [container]
  std::map<std::string, AnyCircuitBreaker> breakers;
  breakers["eu"] = AnyCircuitBreaker{Config{.name = "streak", .tripper = FailureStreak{2}}};
  breakers["us"] = AnyCircuitBreaker{"rate", TimeWindow{10s}, MinRequests{1} & FailureRate{0.5}};
  breakers["asia"];  // as Config{} describes it
  breakers["us"].force_open();
  // [/container]
  for (const auto& [region, breaker] : breakers) report(region, breaker);

  for (int i = 0; i != 3; ++i) fetch(breakers["eu"]);
}
