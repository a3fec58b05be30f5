// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in_series() takes breakers and series of them, as in in_series(host, database).

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

auto use([[maybe_unused]] CircuitBreaker<>& host) {
#ifdef REJECTED
  return in_series();
#else
  return in_series(host);
#endif
}
