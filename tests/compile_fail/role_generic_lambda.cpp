// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: an argument behind the name of a breaker is a window, tracker, tripper, retry, permit

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", [](const auto& failure) { return failure.has_error(); }};
#else
CircuitBreaker breaker{"a", [](const Failure& failure) { return failure.has_error(); }};
#endif
