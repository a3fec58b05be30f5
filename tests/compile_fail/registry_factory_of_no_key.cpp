// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the factory of a CircuitBreakerRegistry takes a key of one type

#include <string>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreakerRegistry peers{[] { return Config{}; }};
#else
CircuitBreakerRegistry peers{[](const std::string& host) { return Config{.name = host}; }};
#endif
