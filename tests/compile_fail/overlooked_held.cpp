// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: no OnResult or HttpStatus of the tracker can look at what this call returns
// flags: -Werror=deprecated-declarations
// headers: of the system

#include <string>

#include <fluxgate/fluxgate.hpp>

#include "support/overlooked.hpp"

using namespace fluxgate;

CallResult<std::string> held_text();
CallResult<shop::Page> held_page();
CallResult<void> held_nothing();

void use() {
  CircuitBreaker cb{Config{.tracker = shop::tracker}};
#ifdef REJECTED
  (void)cb.call(held_text);
#else
  (void)cb.call(held_page);
  (void)cb.call(held_nothing);
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)informed.call(held_text);
#endif
}
