// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the predicate of OnResult must be callable as const, with a const result, and give a bool.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = OnResult{[](int) {}}}};
#else
CircuitBreaker cb{Config{.tracker = OnResult{[](int status) { return status >= 500; }}}};
#endif
