// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a duration needs a unit, as in 60s or 100ms

#include <chrono>

#include <fluxgate/testing.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

void use(ManualEnvironment& environment) {
#ifdef REJECTED
  environment.advance(5);
#else
  environment.advance(5s);
#endif
}
