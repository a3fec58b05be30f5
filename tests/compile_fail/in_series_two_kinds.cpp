// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a series is of CircuitBreakers or of AsyncCircuitBreakers, not of both

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

auto use(CircuitBreaker<>& host, AsyncCircuitBreaker<>& database) {
#ifdef REJECTED
  return in_series(host, database);
#else
  AsyncCircuitBreaker awaited{host};
  return in_series(awaited, database).would_admit();
#endif
}
