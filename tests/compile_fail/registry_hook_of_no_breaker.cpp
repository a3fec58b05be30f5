// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: OnAdded takes a callable on a key and a breaker of the registry

#include <string>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

constexpr auto make = [](const std::string& host) { return Config{.name = host}; };
#ifdef REJECTED
CircuitBreakerRegistry peers{make, OnAdded{[](const std::string&) {}}};
#else
CircuitBreakerRegistry peers{make, OnAdded{[](const std::string&, auto&) {}}};
#endif
