// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a tripper whose slow_threshold() gives a threshold of its own states .needs = {.slow_rates = 1} in its traits, and one that states it has a slow_threshold().

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Mine : TripperOperand<Mine> {
#ifdef REJECTED
  static constexpr TripperTraits traits{.needs = {.slow_rates = 1}};
#else
  static constexpr TripperTraits traits{.needs = {.clock = true}};
#endif
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() >= 3; }
};

CircuitBreaker cb{Config{.tripper = Mine{}, .slow_threshold = std::chrono::seconds{1}}};
