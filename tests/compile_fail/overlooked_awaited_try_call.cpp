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
  (void)cb.try_call(shop::text_later);
#else
  (void)cb.try_call(shop::page_later);
  (void)cb.try_call(shop::status_later);
  (void)cb.try_call(shop::nothing_later);
  AsyncCircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)informed.try_call(shop::text_later);
#endif
}
