// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/httplib.hpp>

int main() {
  httplib::Client client{"127.0.0.1", 1};
  fluxgate::CircuitBreaker breaker{
      fluxgate::Config{.name = "consumer",
                       .tracker = fluxgate::HttplibFault{} | fluxgate::HttpStatus{500, 599},
                       .tripper = fluxgate::FailureStreak{1}}};
  const auto result = breaker.try_call([&] { return client.Get("/"); });
  const bool refused = result.has_value() && result.value().error() == httplib::Error::Connection;
  return refused && breaker.state() == fluxgate::State::open ? 0 : 1;
}
