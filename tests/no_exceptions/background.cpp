// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>

#include <cstdint>
#include <string>

int main() {
  int delivered = 0;
  std::uint64_t dropped = 0;
  {
    const fluxgate::Background background{
        [&](const fluxgate::Signal&) { ++delivered; },
        {.limit = 1, .on_drop = [&](const std::string&, std::uint64_t count) { dropped += count; }}};
    fluxgate::CircuitBreaker breaker{fluxgate::Config{.listeners = {background}}};
    for (int i = 0; i != 100; ++i) breaker.force_open();
  }
  return delivered + static_cast<int>(dropped) == 100 ? 0 : 1;
}
