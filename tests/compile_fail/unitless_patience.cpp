// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a duration needs a unit, as in 60s or 100ms

#include <chrono>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
const Probes probes{5, 30};
#else
const Probes probes{5, 30s};
#endif
