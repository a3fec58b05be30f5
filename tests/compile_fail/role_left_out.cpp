// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the breaker's template argument names a type for this role that has no default: give one.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker<CountWindow, All, FailureStreak> breaker{"a"};
#else
CircuitBreaker<CountWindow, All, FailureStreak> breaker{"a", FailureStreak{2}};
#endif
