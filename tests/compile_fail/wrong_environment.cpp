// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the environment needs now, coarse_now, wall_now and uniform, const noexcept.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

using namespace fluxgate;

#ifdef REJECTED
struct Nowhere {};
CircuitBreaker cb{Config{.environment = Nowhere{}}};
#else
CircuitBreaker cb{Config{.environment = ManualEnvironment{}}};
#endif
