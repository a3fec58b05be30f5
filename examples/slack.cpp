// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Posts an outage to Slack: SLACK_TOKEN="xoxb-..." SLACK_CHANNEL="#ops" ./slack

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/slack.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

using namespace fluxgate;

// [templates]
/// Alerts the active members of the channel at the opening, and tells nothing while the outage lasts.
SlackTemplates templates() {
  return {
      {{State::closed, State::open},
       {.text = "<!here> {circuit} is down", .details = "{reason} at {time}", .color = "danger"}},
      {{State::open, State::half_open}, {}},
      {{State::half_open, State::open}, {}},
  };
}
// [/templates]

// [listener]
SlackListener to_slack(const std::string& token, const std::string& channel) {
  const auto complain = [](const Signal& signal, const SlackError& error) {
    std::cerr << signal.circuit_name << ": " << error.what() << '\n';  // without the token
  };
  return SlackListener{{.token = token, .channel = channel, .templates = templates(), .on_error = complain}};
}
// [/listener]

int main() {
  const char* const token = std::getenv("SLACK_TOKEN");
  const char* const channel = std::getenv("SLACK_CHANNEL");
  if (token == nullptr || *token == '\0' || channel == nullptr) {
    std::cout << "SLACK_TOKEN and SLACK_CHANNEL say where to post to\n";
    return 0;
  }
  // [use]
  CircuitBreaker payment{
      Config{.name = "payment", .tripper = FailureStreak{3}, .listeners = {to_slack(token, channel)}}};
  // [/use]
  for (int i = 0; i != 3; ++i) payment.try_acquire().failure();
  payment.reset();
}
