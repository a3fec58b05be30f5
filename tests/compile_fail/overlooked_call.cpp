// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: no OnResult or HttpStatus of the tracker can look at what this call returns
// flags: -Werror=deprecated-declarations
// headers: of the system

#include <string>

#include <fluxgate/fluxgate.hpp>

#include "support/overlooked.hpp"

using namespace fluxgate;

void use() {
  CircuitBreaker cb{Config{.tracker = shop::tracker}};
#ifdef REJECTED
  (void)cb.call(shop::text);
#else
  (void)cb.call(shop::page);
  (void)cb.call(shop::status);
  (void)cb.call(shop::nothing);
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)informed.call(shop::text);
#endif
}
