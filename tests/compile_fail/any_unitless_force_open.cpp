// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a duration needs a unit, as in 60s or 100ms

#include <chrono>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
void use(AnyCircuitBreaker& breaker) { breaker.force_open(60); }
#else
void use(AnyCircuitBreaker& breaker) { breaker.force_open(60s); }
#endif
