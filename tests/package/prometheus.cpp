// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <memory>

#include <prometheus/registry.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/prometheus.hpp>

int main() {
  const auto registry = std::make_shared<prometheus::Registry>();
  fluxgate::CircuitBreaker breaker{fluxgate::Config{
      .name = "consumer",
      .listeners = {fluxgate::PrometheusListener{registry}},
      .stats = fluxgate::CallStats{},
  }};
  fluxgate::CallCollector calls;
  const auto watch = calls.watch(breaker);
  breaker.call([] { return 42; });
  return registry->Collect().size() == 2 && calls.Collect().size() == 2 ? 0 : 1;
}
