// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the tracker must be callable, as const, with const Failure& and give a bool or an Answer.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = [](const Failure&) { return 1; }}};
#else
CircuitBreaker cb{Config{.tracker = [](const Failure&) { return true; }}};
#endif
