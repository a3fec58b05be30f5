// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: behind its factory a CircuitBreakerRegistry takes limits such as Capacity{4096}

#include <string>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

constexpr auto make = [](const std::string& host) { return Config{.name = host}; };
#ifdef REJECTED
CircuitBreakerRegistry peers{make, 4096};
#else
CircuitBreakerRegistry peers{make, Capacity{4096}};
#endif
