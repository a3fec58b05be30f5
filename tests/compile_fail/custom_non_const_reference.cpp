// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the predicate of Custom must be callable as const, with a const error, and give a bool.

#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = Custom{[](std::runtime_error&) { return true; }}}};
#else
CircuitBreaker cb{Config{.tracker = Custom{[](const std::runtime_error&) { return true; }}}};
#endif
