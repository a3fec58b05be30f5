// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns a future, whose outcome is not known when it returns

#include <chrono>

#include <fluxgate/fluxgate.hpp>

/// As the futures of thread pools are.
struct Answer {
  int get();
  void wait() const;
  bool wait_for(std::chrono::milliseconds) const;
};

#ifndef REJECTED
/// One that is finished when it is returned.
template <>
struct fluxgate::outcome_traits<Answer> : fluxgate::never_failed {};
#endif

Answer ask();

auto use(fluxgate::CircuitBreaker<>& breaker) { return breaker.try_call(ask); }
