// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the window must be CountWindow, TimeWindow, or one that names its recorder.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.window = 100}};
#else
CircuitBreaker cb{Config{.window = CountWindow{100}}};
#endif
