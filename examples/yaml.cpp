// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Breakers whose policies come from a YAML file.

#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include <yaml-cpp/yaml.h>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/text/text_config.hpp>

using namespace fluxgate;

// [yaml]
constexpr const char* file = R"(
inventory:
  tripper: MinRequests{20} & FailureRate{50%}
  retry: Cooldown{30s}
payment:
  window: TimeWindow{1min}
  tripper: >
    (Closed{} & MinRequests{50} & (FailureRate{20%} | SlowRate{30%}))
    | (HalfOpened{} & FailureRate{50%})
  permit: Probes{5, 30s}
  slow_threshold: 1.5s
)";
// [/yaml]

// [load]
std::map<std::string, AnyCircuitBreaker> load(const YAML::Node& services) {
  std::map<std::string, AnyCircuitBreaker> breakers;
  for (const auto& service : services) {
    const std::string name = service.first.as<std::string>();
    const YAML::Node& values = service.second;
    const auto text = [&](const char* member) { return values[member].as<std::string>(""); };
    breakers.emplace(name, TextConfig{
                               .name = name,
                               .window = text("window"),
                               .tripper = text("tripper"),
                               .retry = text("retry"),
                               .permit = text("permit"),
                               .slow_threshold = text("slow_threshold"),
                           });
  }
  return breakers;
}
// [/load]

int main() {
  for (const auto& [name, breaker] : load(YAML::Load(file))) {
    std::cout << name << " is " << to_string(breaker.state()) << '\n';
  }
}
