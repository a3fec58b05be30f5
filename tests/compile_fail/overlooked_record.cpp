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
  cb.try_acquire().record(shop::text());
#else
  cb.try_acquire().record(shop::page());
  cb.try_acquire().record(shop::status());
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  informed.try_acquire().record(shop::text());
#endif
}
