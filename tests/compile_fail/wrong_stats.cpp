// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the stats must be NoStats or CallStats.

#include <fluxgate/fluxgate.hpp>

#ifdef REJECTED
fluxgate::CircuitBreaker breaker{fluxgate::Config{.stats = true}};
#else
fluxgate::CircuitBreaker breaker{fluxgate::Config{.stats = fluxgate::CallStats{}}};
#endif
