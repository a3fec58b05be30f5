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
  (void)guarded(cb, shop::text, shop::instead<std::string, CallNotPermittedError>)();
#else
  (void)guarded(cb, shop::page, shop::instead<shop::Page, CallNotPermittedError>)();
  (void)guarded(cb, shop::status, shop::instead<std::error_code, CallNotPermittedError>)();
  (void)guarded(cb, shop::nothing, shop::instead<void, CallNotPermittedError>)();
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)guarded(informed, shop::text, shop::instead<std::string, CallNotPermittedError>)();
#endif
}
