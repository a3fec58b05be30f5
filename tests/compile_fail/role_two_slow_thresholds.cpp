// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one slow threshold: leave one out

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", SlowThreshold{1s}, SlowThreshold{2s}};
#else
CircuitBreaker breaker{"a", SlowThreshold{1s}};
#endif
