// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one permit: join them by &.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", Probes{5, 30s}, Random{0.5}};
#else
CircuitBreaker breaker{"a", Probes{5, 30s} & Random{0.5}};
#endif
