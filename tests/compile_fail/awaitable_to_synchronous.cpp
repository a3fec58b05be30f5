// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns an awaitable, whose outcome is not known when it returns

#include <fluxgate/fluxgate.hpp>

#include "support/tasks.hpp"

tasks::Lazy<int> give();

#ifdef REJECTED
auto use(fluxgate::CircuitBreaker<>& breaker) { return breaker.call(give); }
#else
auto use(fluxgate::AsyncCircuitBreaker<>& breaker) { return breaker.call(give); }
#endif
