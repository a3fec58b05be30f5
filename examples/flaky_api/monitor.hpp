// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What Prometheus would scrape while the demonstration runs.

#ifndef FLAKY_API_MONITOR_HPP
#define FLAKY_API_MONITOR_HPP

#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>

#include <fluxgate/listeners/prometheus.hpp>

namespace demo {

/// Serves `/metrics` on a free port of the loopback interface.
class Monitor {
 public:
  Monitor() {
    exposer_.RegisterCollectable(registry_);
    exposer_.RegisterCollectable(calls_);
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(exposer_.GetListeningPorts().front()) + "/metrics";
  }
  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }
  fluxgate::CallCollector& calls() { return *calls_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  std::shared_ptr<fluxgate::CallCollector> calls_ = std::make_shared<fluxgate::CallCollector>();
  prometheus::Exposer exposer_{"127.0.0.1:0"};
};

}  // namespace demo

#endif
