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
  (void)cb.call_with_fallback(shop::text_later, shop::instead<std::string, CallNotPermittedError>);
#else
  (void)cb.call_with_fallback(shop::page_later, shop::instead<shop::Page, CallNotPermittedError>);
  (void)cb.call_with_fallback(shop::status_later, shop::instead<std::error_code, CallNotPermittedError>);
  (void)cb.call_with_fallback(shop::nothing_later, shop::instead<void, CallNotPermittedError>);
  AsyncCircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)informed.call_with_fallback(shop::text_later, shop::instead<std::string, CallNotPermittedError>);
#endif
}
