// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one kind of stats: leave one out.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", CallStats{}, NoStats{}};
#else
CircuitBreaker breaker{"a", CallStats{}};
#endif
