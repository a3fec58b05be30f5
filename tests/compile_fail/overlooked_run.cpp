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
  (void)cb.try_acquire().run(shop::text);
#else
  (void)cb.try_acquire().run(shop::page);
  (void)cb.try_acquire().run(shop::status);
  cb.try_acquire().run(shop::nothing);
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)informed.try_acquire().run(shop::text);
#endif
}
