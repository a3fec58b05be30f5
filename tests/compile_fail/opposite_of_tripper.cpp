// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: only trackers have an opposite.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto policy = ~FailureRate{0.5};
#else
auto policy = ~All{};
#endif
