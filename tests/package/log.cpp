// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/log.hpp>

#include <string>
#include <string_view>

int main() {
  std::string lines;
  fluxgate::CircuitBreaker breaker{fluxgate::Config{
      .name = "consumer", .listeners = {fluxgate::LogListener{.sink = [&](fluxgate::Level, std::string_view line) {
                            lines.append(line).append("\n");
                          }}}}};
  breaker.disable();
  const bool logged = lines.ends_with("Z consumer: closed -> disabled, manual: disable()\n");
  return logged && fmt::format("{}", breaker.state()) == "disabled" ? 0 : 1;
}
