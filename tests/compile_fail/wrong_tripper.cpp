// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the tripper must be callable, as const, with const CallContext& and give a bool.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tripper = [](int) { return true; }}};
#else
CircuitBreaker cb{Config{.tripper = [](const CallContext&) { return true; }}};
#endif
