// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker is neither copied nor moved, since its callers share it

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

void use(CircuitBreaker<>& breaker) {
#ifdef REJECTED
  CircuitBreaker other = breaker;
#else
  CircuitBreaker<>& other = breaker;
#endif
  other.reset();
}
