// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: an argument behind the name of a breaker is told apart by its role, and this has more than one

#include <exception>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", [](const Signal&, std::exception_ptr = {}) {}};
#else
CircuitBreaker breaker{"a", [](const Signal&, std::exception_ptr) {}};
#endif
