// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: Custom takes its error type from its predicate's parameter

#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = Custom{[](const auto&) { return true; }}}};
#else
CircuitBreaker cb{Config{.tracker = Custom{[](const std::runtime_error&) { return true; }}}};
#endif
