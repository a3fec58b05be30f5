// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: retune changes numbers only: window, tracker, tripper, retry and permit of the Config must be of the

#include <fluxgate/circuit_breaker.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

CircuitBreaker breaker{Config{.tripper = FailureStreak{5}}};

void retune() {
#ifdef REJECTED
  breaker.retune(Config{.tripper = FailureRate{0.5}});
#else
  breaker.retune(Config{.tripper = FailureStreak{3}});
#endif
}
