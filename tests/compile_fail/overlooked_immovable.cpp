// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: no OnResult or HttpStatus of the tracker can look at what this call returns
// flags: -Werror=deprecated-declarations
// headers: of the system

#include <fluxgate/fluxgate.hpp>

#include "support/overlooked.hpp"

using namespace fluxgate;

/// The very type of its tracker's predicate, but nothing can look at it on its way.
struct Pinned {
  Pinned() = default;
  Pinned(Pinned&&) = delete;
  int status = 200;
};
Pinned pinned();
Pinned& kept();

#ifndef REJECTED
template <>
struct fluxgate::outcome_traits<Pinned> : fluxgate::never_failed {};
#endif

void use() {
  CircuitBreaker cb{Config{.tracker = OnResult{[](const Pinned& p) { return p.status >= 500; }}}};
  (void)cb.call(kept);
  (void)cb.call(pinned);
}
