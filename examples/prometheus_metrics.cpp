// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A program that Prometheus can scrape. Prints what a scrape would find, and ends.

#include <prometheus/exposer.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <iostream>
#include <memory>
#include <stdexcept>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/prometheus.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

int charge() { throw std::runtime_error{"down"}; }

}  // namespace

int main() {
  // [use]
  const auto registry = std::make_shared<prometheus::Registry>();
  CircuitBreaker payment{Config{
      .name = "payment",
      .tripper = MinRequests{3} & FailureRate{0.5},
      .slow_threshold = 1s,
      .listeners = {PrometheusListener{registry}},  // states and transitions
      .stats = CallStats{},                         // counts calls
  }};
  const auto calls = std::make_shared<CallCollector>();
  const auto watch = calls->watch(payment);

  prometheus::Exposer exposer{"127.0.0.1:0"};  // in earnest "0.0.0.0:9464"
  exposer.RegisterCollectable(registry);
  exposer.RegisterCollectable(calls);
  // [/use]

  for (int i = 0; i != 5; ++i) {
    try {
      (void)payment.try_call(charge);
    } catch (const std::runtime_error&) {
    }
  }
  std::cout << prometheus::TextSerializer{}.Serialize(calls->Collect());
}
