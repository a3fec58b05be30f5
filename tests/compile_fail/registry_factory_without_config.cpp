// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the factory of a CircuitBreakerRegistry returns a Config

#include <string>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreakerRegistry peers{[](const std::string& host) { return host; }};
#else
CircuitBreakerRegistry peers{[](const std::string& host) { return Config{.name = host}; }};
#endif
