// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a duration needs a unit, as in 60s or 100ms

#include <chrono>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

#ifdef REJECTED
const Backoff backoff{10, 2.0, 300s};
#else
const Backoff backoff{10s, 2.0, 300s};
#endif
