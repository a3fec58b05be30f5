// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>

int main() {
  fluxgate::CircuitBreaker breaker{fluxgate::Config{.name = "consumer"}};
  return breaker.call([] { return 42; }) == 42 ? 0 : 1;
}
