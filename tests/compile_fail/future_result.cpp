// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns a future, whose outcome is not known when it returns

#include <future>

#include <fluxgate/fluxgate.hpp>

std::future<int> start();

#ifdef REJECTED
auto use(fluxgate::CircuitBreaker<>& breaker) { return breaker.call(start); }
#else
auto use(fluxgate::CircuitBreaker<>& breaker) {
  return breaker.call([] { return start().get(); });
}
#endif
