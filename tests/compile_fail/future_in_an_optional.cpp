// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns a future, whose outcome is not known when it returns

#include <future>
#include <optional>

#include <fluxgate/fluxgate.hpp>

std::optional<std::future<int>> ask();

#ifndef REJECTED
/// Whether there is a future is all that the call is about.
template <>
struct fluxgate::outcome_traits<std::optional<std::future<int>>> : fluxgate::never_failed {};
#endif

void use(fluxgate::CircuitBreaker<>& breaker) { (void)breaker.call(ask); }
