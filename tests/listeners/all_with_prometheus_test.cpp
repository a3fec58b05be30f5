// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// All listeners in one program and on one breaker, as users have them.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/registry.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>
#include <fluxgate/listeners/format.hpp>
#include <fluxgate/listeners/log.hpp>
#include <fluxgate/listeners/prometheus.hpp>
#include <fluxgate/listeners/slack.hpp>

#include "support/catch.hpp"

using namespace fluxgate;

TEST_CASE("a breaker may have every listener there is") {
  std::vector<std::string> lines;
  const LogListener log{.sink = [&](Level, std::string_view line) { lines.emplace_back(line.substr(25)); }};
  const auto registry = std::make_shared<prometheus::Registry>();
  // Its templates keep it quiet, so that nothing is sent.
  const SlackListener slack{
      {.token = "xoxb-1", .channel = "#ops", .templates = {{{State::closed, State::disabled}, {}}}}};
  {
    CircuitBreaker breaker{
        Config{.name = "db", .listeners = {log, Background{log}, PrometheusListener{registry}, slack}}};
    breaker.disable();
    CHECK(registry->Collect().size() == 2);
  }
  const std::string line = "db: closed -> disabled, manual: disable()";
  CHECK(lines == std::vector<std::string>{line, line});
  slack.close();
  CHECK(slack.dropped() == 0);
}
