// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a breaker has one list of labels: put all of them into one Labels.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker breaker{"a", Labels{{"team", "pay"}}, Labels{{"region", "eu"}}};
#else
CircuitBreaker breaker{"a", Labels{{"team", "pay"}, {"region", "eu"}}};
#endif
