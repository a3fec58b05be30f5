// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a duration needs a unit, as in 60s or 100ms

#include <chrono>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
const RampUp ramp{0.1, 1.0, 60};
#else
const RampUp ramp{0.1, 1.0, 60s};
#endif
