// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable cannot be called with these arguments.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int charge(int amount);

auto use(CircuitBreaker<>& host) {
#ifdef REJECTED
  return in_series(host).call(charge, "many");
#else
  return in_series(host).call(charge, 1);
#endif
}
