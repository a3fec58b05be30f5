// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a duration needs a unit, as in 60s or 100ms

#include <chrono>

#include <fluxgate/registry.hpp>

using namespace fluxgate;

#ifdef REJECTED
const RegistryLimits limits = IdleFor{600};
#else
const RegistryLimits limits = IdleFor{std::chrono::seconds{600}};
#endif
