// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A client with a breaker for each host.

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/registry.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

// [client]
auto make_host_config(const std::string& host) {
  return Config{.name = host, .tripper = FailureStreak{2}, .retry = Cooldown{60s}};
}

class Client {
 public:
  std::string get(std::string_view host, const std::string& path) {
    return hosts_.call(host, [&] { return fetch(host, path); });
  }

  // Asks the first host that may be asked.
  std::string get_from_any(const std::vector<std::string>& hosts, const std::string& path) {
    const auto host = hosts_.first_ready(hosts);
    return host->call([&] { return fetch(host.key(), path); });
  }

  // Takes a host out of use for a while.
  void drain(std::string_view host) { hosts_[host]->force_open(Override{.reason = "drained", .lasting = 10min}); }

  void report() const {
    hosts_.for_each([](const std::string& host, const auto& breaker) {
      if (breaker.state() != State::closed) std::cout << host << " is " << to_string(breaker.state()) << '\n';
    });
  }

 private:
  static std::string fetch(std::string_view host, const std::string& path) {
    if (host == "10.0.0.7") throw std::runtime_error{"no route to 10.0.0.7"};
    return path + " from " + std::string{host};
  }

  CircuitBreakerRegistry<decltype(&make_host_config)> hosts_{make_host_config, Capacity{4096} & IdleFor{10min}};
};
// [/client]

void calls() {
  // [calls]
  Client client;
  for (const char* host : {"10.0.0.7", "10.0.0.8", "10.0.0.7", "10.0.0.7"}) {
    try {
      std::cout << client.get(host, "/apples") << '\n';
    } catch (const std::exception& error) {
      std::cout << error.what() << '\n';
    }
  }
  std::cout << client.get_from_any({"10.0.0.7", "10.0.0.8", "10.0.0.9"}, "/pears") << '\n';
  client.report();
  // [/calls]
}

void share() {
  // [share]
  CircuitBreakerRegistry peers{
      [](const std::string& host) { return Config{.name = host, .tripper = FailureStreak{1}}; }, AtMostOpen{0.5},
      [](const Signal& signal) {
        std::cout << signal.circuit_name << (signal.enforced ? " opens: " : " stays closed: ") << signal.reason << '\n';
      }};
  for (const char* host : {"a", "b", "c", "d"}) static_cast<void>(peers[host]);
  for (const char* host : {"a", "b", "c", "d"}) peers[host]->try_acquire().failure();
  // [/share]
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view part = count > 1 ? arguments[1] : "calls";
  if (part == "share") {
    share();
  } else {
    calls();
  }
}
