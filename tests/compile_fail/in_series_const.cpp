// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker in a series must not be const: calls change it.

#include <utility>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

auto use(CircuitBreaker<>& host, CircuitBreaker<>& database) {
#ifdef REJECTED
  return in_series(host, std::as_const(database));
#else
  return in_series(host, database);
#endif
}
