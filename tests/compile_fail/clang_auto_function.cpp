// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

auto make(auto streak) {
#ifdef REJECTED
  return Config{.name = "a", .tripper = FailureStreak{streak}};
#else
  return Config{.name = "a", .tripper = FailureStreak{streak}, .as_written = true};
#endif
}
CircuitBreakerFrom<make<int>> breaker{make(2)};
