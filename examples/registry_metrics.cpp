// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The breakers of a registry in Prometheus, by zones.

#include <iostream>
#include <string>

#include <prometheus/text_serializer.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/prometheus.hpp>
#include <fluxgate/registry.hpp>

using namespace fluxgate;

int main() {
  // [watch]
  CircuitBreakerRegistry hosts{
      [](const std::string& host) { return Config{.name = host, .tripper = FailureStreak{1}}; }};
  CallCollector collector;
  // The zone is what stands before the first '-'.
  const auto watch = collector.watch(hosts, [](const std::string& host) { return host.substr(0, host.find('-')); });
  for (const char* host : {"east-1", "east-2", "east-3", "west-1"}) hosts.call(host, [] {});
  hosts["east-2"]->force_open();
  std::cout << prometheus::TextSerializer{}.Serialize(collector.Collect());
  // [/watch]
}
