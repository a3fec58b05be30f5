// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns a future, whose outcome is not known when it returns

#include <future>
#include <system_error>
#include <utility>

#include <fluxgate/fluxgate.hpp>

std::pair<std::error_code, std::future<int>> ask();
std::pair<std::error_code, int> wait();

void use(fluxgate::CircuitBreaker<>& breaker) {
#ifdef REJECTED
  (void)breaker.call(ask);
#else
  (void)breaker.call(wait);
#endif
}
