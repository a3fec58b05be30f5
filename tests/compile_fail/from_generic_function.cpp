// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: CircuitBreakerFrom needs a function that gives a Config, as in CircuitBreakerFrom<make_config>

#include <fluxgate/fluxgate.hpp>

constexpr auto make_config = [](const auto& name) { return fluxgate::Config{.name = name, .as_written = true}; };

#ifdef REJECTED
fluxgate::CircuitBreakerFrom<make_config> breaker{make_config("api")};
#else
fluxgate::CircuitBreakerFrom<make_config, const char*> breaker{make_config("api")};
#endif
