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
  (void)guarded(cb, shop::text)();
#else
  (void)guarded(cb, shop::page)();
  (void)guarded(cb, shop::status)();
  (void)guarded(cb, shop::nothing)();
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)guarded(informed, shop::text)();
#endif
}
