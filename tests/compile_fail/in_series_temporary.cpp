// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a series refers to its breakers, so none may be a temporary that is gone before the call.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

auto use(CircuitBreaker<>& host, [[maybe_unused]] CircuitBreaker<>& database) {
#ifdef REJECTED
  return in_series(host, CircuitBreaker{"database"});
#else
  return in_series(host, in_series(database));
#endif
}
