// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one tracker: join them by & or |.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker breaker{"a", TypeOf<int>{}, All{}};
#else
CircuitBreaker breaker{"a", TypeOf<int>{} | All{}};
#endif
