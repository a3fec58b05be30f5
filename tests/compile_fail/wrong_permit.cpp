// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the permit must be callable, as const, with const PermitContext& and give a bool.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.permit = [] { return true; }}};
#else
CircuitBreaker cb{Config{.permit = [](const PermitContext&) { return true; }}};
#endif
