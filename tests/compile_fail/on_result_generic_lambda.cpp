// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: OnResult takes its result type from its predicate's parameter

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = OnResult{[](const auto&) { return true; }}}};
#else
CircuitBreaker cb{Config{.tracker = OnResult{[](const int& status) { return status >= 500; }}}};
#endif
