// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: retune keeps the tracker, and cannot tell whether this one is the same: give what it holds an operator==

#include <fluxgate/circuit_breaker.hpp>

using namespace fluxgate;

struct Least {
  int least;
  bool operator()(const int& number) const { return number >= least; }
#ifndef REJECTED
  friend bool operator==(const Least&, const Least&) = default;
#endif
};

CircuitBreaker breaker{Config{.tracker = OnResult{Least{3}}, .tripper = FailureStreak{5}}};

void retune() { breaker.retune(Config{.tracker = OnResult{Least{3}}, .tripper = FailureStreak{3}}); }
