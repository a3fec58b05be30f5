// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one window: leave one out.

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
AnyCircuitBreaker breaker{"a", CountWindow{5}, TimeWindow{10s}};
#else
AnyCircuitBreaker breaker{"a", TimeWindow{10s}};
#endif

State used() { return breaker.state(); }
