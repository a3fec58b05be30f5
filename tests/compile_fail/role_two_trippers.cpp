// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one tripper: join them by & or |.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", MinRequests{5}, FailureRate{0.5}};
#else
CircuitBreaker breaker{"a", MinRequests{5} & FailureRate{0.5}};
#endif
