// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a permit can hold at most one Probes.

#include <chrono>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

using namespace std::chrono_literals;

#ifdef REJECTED
CircuitBreaker cb{Config{.tripper = FailureRate{0.5}, .permit = Probes{5, 1s} & Probes{6, 1s}}};
#else
CircuitBreaker cb{Config{.tripper = FailureRate{0.5}, .permit = Probes{5, 1s} & Random{0.5}}};
#endif
