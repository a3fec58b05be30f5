// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: only trackers have an opposite.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
const auto policy = ~FailureRate{0.5};
#else
const auto policy = ~All{};
#endif
