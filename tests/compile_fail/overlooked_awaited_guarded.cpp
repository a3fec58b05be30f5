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
  AsyncCircuitBreaker cb{Config{.tracker = shop::tracker}};
#ifdef REJECTED
  (void)guarded(cb, shop::text_later)();
#else
  (void)guarded(cb, shop::page_later)();
  (void)guarded(cb, shop::status_later)();
  (void)guarded(cb, shop::nothing_later)();
  AsyncCircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)guarded(informed, shop::text_later)();
#endif
}
