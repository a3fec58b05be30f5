// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a CircuitBreakerRegistry would compare the addresses of its keys

#include <string>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreakerRegistry peers{[](const char* host) { return Config{.name = host}; }};
#else
CircuitBreakerRegistry peers{[](const std::string& host) { return Config{.name = host}; }};
#endif
