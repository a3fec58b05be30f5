// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: an argument behind the name of a breaker is a window, tracker, tripper, retry, permit

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
AsyncCircuitBreaker breaker{"a", 5};
#else
AsyncCircuitBreaker breaker{"a", CountWindow{5}};
#endif

State used() { return breaker.state(); }
