// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker with labels, and where they go: into a listener, the log and Prometheus.

#include <fmt/format.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/log.hpp>
#include <fluxgate/listeners/prometheus.hpp>
#include <fluxgate/testing.hpp>

#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

using namespace fluxgate;

namespace {

// [listener]
/// Tells the team that the breaker belongs to.
void tell_team(const Signal& signal) {
  const std::string* const team = signal.labels.find("team");
  fmt::print(stderr, "to {}: {} is {}\n", team == nullptr ? "all" : *team, signal.circuit_name, signal.new_state);
}
// [/listener]

}  // namespace

int main() {
  const ManualEnvironment time;  // a clock that this program moves, so that it prints the same each time
  const auto registry = std::make_shared<prometheus::Registry>();

  // [use]
  CircuitBreaker payment{Config{
      .name = "payment_api",
      .labels = {{"team", "pay"}, {"region", "eu"}},
      .listeners = {LogListener{}, PrometheusListener{registry}, tell_team},
      // [/use]
      .environment = time,
      // [use]
  }};
  // [/use]
  payment.force_open();

  std::istringstream metrics{prometheus::TextSerializer{}.Serialize(registry->Collect())};
  for (std::string line; std::getline(metrics, line);) {
    if (line.find("\"forced_open\"") != std::string::npos) fmt::print(stderr, "{}\n", line);
  }

  try {
    CircuitBreaker stock{"stock", Labels{{"team", "stock"}, {"state", "Bavaria"}}};
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
}
