// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the factory of a CircuitBreakerRegistry is called as const, by several threads at once

#include <string>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreakerRegistry peers{[made = 0](const std::string&) mutable { return Config{.name = std::to_string(++made)}; }};
#else
CircuitBreakerRegistry peers{[](const std::string& host) { return Config{.name = host}; }};
#endif
