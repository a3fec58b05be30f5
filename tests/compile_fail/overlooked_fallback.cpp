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
  (void)cb.call_with_fallback(shop::text, shop::instead<std::string, CallNotPermittedError>);
#else
  (void)cb.call_with_fallback(shop::page, shop::instead<shop::Page, CallNotPermittedError>);
  (void)cb.call_with_fallback(shop::status, shop::instead<std::error_code, CallNotPermittedError>);
  (void)cb.call_with_fallback(shop::nothing, shop::instead<void, CallNotPermittedError>);
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)informed.call_with_fallback(shop::text, shop::instead<std::string, CallNotPermittedError>);
#endif
}
