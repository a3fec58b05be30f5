// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/slack.hpp>

int main() {
  const fluxgate::SlackListener listener{fluxgate::SlackOptions{.token = "xoxb-1", .channel = "#ops"}};
  fluxgate::CircuitBreaker breaker{fluxgate::Config{.name = "consumer", .listeners = {listener}}};
  return breaker.call([] { return 42; }) == 42 && listener.dropped() == 0 ? 0 : 1;
}
