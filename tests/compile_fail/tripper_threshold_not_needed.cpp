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
  static constexpr TripperTraits traits{.on_trouble_only = true};
#else
  static constexpr TripperTraits traits{.needs = {.slow_rates = 1}, .on_trouble_only = true};
#endif
  std::chrono::nanoseconds slow_threshold() const { return std::chrono::seconds{2}; }
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() >= 3; }
};

CircuitBreaker cb{Config{.tripper = Mine{}, .slow_threshold = std::chrono::seconds{1}}};
