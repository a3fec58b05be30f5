// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the function that CircuitBreakerFrom is given must return a Config.

#include <fluxgate/fluxgate.hpp>

auto make_config() { return fluxgate::Config{}; }
int make_number();

#ifdef REJECTED
fluxgate::CircuitBreakerFrom<make_number> breaker{};
#else
fluxgate::CircuitBreakerFrom<make_config> breaker{make_config()};
#endif
