// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: no OnResult or HttpStatus of the tracker can look at what this call returns
// flags: -Werror=deprecated-declarations
// headers: of the system

#include <fluxgate/fluxgate.hpp>

#include "support/overlooked.hpp"

using namespace fluxgate;

void use() {
  CircuitBreaker host{"host"};
  CircuitBreaker shop{Config{.tracker = shop::tracker}};
  auto both = in_series(host, shop);
#ifdef REJECTED
  (void)both.call(shop::text);
#else
  (void)both.call(shop::page);
  (void)guarded(both, shop::status)();
#endif
}
