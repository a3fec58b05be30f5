// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: what is given for this role is not what the breaker's template argument names for it.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker<CountWindow, All, FailureStreak> breaker{"a", MinRequests{2} & FailureRate{0.5}};
#else
CircuitBreaker<CountWindow, All, FailureStreak> breaker{"a", FailureStreak{2}};
#endif
