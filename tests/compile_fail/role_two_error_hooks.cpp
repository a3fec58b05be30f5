// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one error hook: leave one out.

#include <exception>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", [](const Signal&, std::exception_ptr) {}, ListenerErrorHook{}};
#else
CircuitBreaker breaker{"a", [](const Signal&, std::exception_ptr) {}};
#endif
