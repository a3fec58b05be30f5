// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker that is replaced by one with other rules while it is used and shown to Prometheus.

#include <prometheus/registry.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/prometheus.hpp>

using namespace fluxgate;

namespace {

/// What the gauge says.
std::string shown(const prometheus::Registry& registry) {
  for (const auto& family : registry.Collect()) {
    for (const auto& metric : family.metric) {
      if (metric.gauge.value == 1) return metric.label.back().value;
    }
  }
  return "nothing";
}

}  // namespace

int main() {
  const auto registry = std::make_shared<prometheus::Registry>();
  // [use]
  const PrometheusListener metrics{registry, SameName::takes_over};
  const auto make = [&](int failures) {
    Config config{.name = "payment", .tripper = FailureStreak{failures}, .listeners = {metrics}};
    return std::make_shared<decltype(CircuitBreaker{config})>(std::move(config));
  };

  auto payment = make(3);  // what the callers use
  payment->force_open();
  std::cout << "the old one is shown: " << shown(*registry) << '\n';

  auto old = std::exchange(payment, make(5));  // 1. make the new one, 2. let the callers change over
  std::cout << "the new one is shown: " << shown(*registry) << '\n';

  old.reset();  // 3. destroy the old one, when its last call has ended
  std::cout << "and still: " << shown(*registry) << '\n';
  // [/use]
}
