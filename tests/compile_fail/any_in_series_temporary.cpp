// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a series refers to its breakers, so none may be a temporary that is gone before the call.

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

auto use(CircuitBreaker<>& host, [[maybe_unused]] AnyCircuitBreaker& database) {
#ifdef REJECTED
  return in_series(host, AnyCircuitBreaker{"database"});
#else
  return in_series(host, database);
#endif
}
