// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the tripper must be callable, as const, with const CallContext& and give a bool.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tripper = [asked = 0](const CallContext&) mutable { return ++asked > 3; }}};
#else
CircuitBreaker cb{Config{.tripper = [limit = 3U](const CallContext& c) { return c.consecutive_failures > limit; }}};
#endif
