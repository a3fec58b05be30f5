// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker is neither copied nor moved, since its callers share it

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

void use(AsyncCircuitBreaker<>& breaker) {
#ifdef REJECTED
  AsyncCircuitBreaker other{breaker};
#else
  AsyncCircuitBreaker<>& other{breaker};
#endif
  other.reset();
}
