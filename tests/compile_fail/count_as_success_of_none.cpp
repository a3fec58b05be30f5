// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: CountAsSuccess takes a tracker

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = All{} & CountAsSuccess{404}}};
#else
CircuitBreaker cb{Config{.tracker = All{} & CountAsSuccess{TypeOf<int>{}}}};
#endif
