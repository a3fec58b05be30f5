// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns a future, whose outcome is not known when it returns

#include <future>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

std::future<int> later();

int use(AnyCircuitBreaker& breaker) {
#ifdef REJECTED
  return breaker.call(later).get();
#else
  return breaker.call([] { return later().get(); });
#endif
}
