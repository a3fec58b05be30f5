// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a tripper can hold at most three SlowRates with a threshold of their own.

#include <chrono>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

using namespace std::chrono_literals;

const auto three = SlowRate{0.5, 1s} | SlowRate{0.4, 2s} | SlowRate{0.3, 3s};

#ifdef REJECTED
CircuitBreaker cb{Config{.tripper = three | SlowRate{0.2, 4s}}};
#else
CircuitBreaker cb{Config{.tripper = three}};
#endif
