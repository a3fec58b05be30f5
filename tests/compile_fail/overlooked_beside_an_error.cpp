// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: no OnResult or HttpStatus of the tracker can look at what this call returns
// flags: -Werror=deprecated-declarations
// headers: of the system

#include <string>
#include <system_error>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "support/overlooked.hpp"

using namespace fluxgate;

std::pair<std::error_code, std::string> text_or_error();
std::pair<std::error_code, shop::Page> page_or_error();
std::pair<std::error_code, std::error_code> two_errors();

void use() {
  CircuitBreaker cb{Config{.tracker = shop::tracker}};
#ifdef REJECTED
  (void)cb.call(text_or_error);
#else
  (void)cb.call(page_or_error);
  (void)cb.call(two_errors);
  CircuitBreaker informed{Config{.tracker = shop::informed}};
  (void)informed.call(text_or_error);
#endif
}
