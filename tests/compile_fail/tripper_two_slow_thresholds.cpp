// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a tripper counts slow calls by its own slow_threshold() or, with .uses_slow_threshold = true, by that of the breaker.

#include <chrono>
#include <cstdint>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Mine : TripperOperand<Mine> {
#ifdef REJECTED
  static constexpr TripperTraits traits{
      .needs = {.slow_rates = 1}, .on_trouble_only = true, .uses_slow_threshold = true};
#else
  static constexpr TripperTraits traits{.needs = {.slow_rates = 1}, .on_trouble_only = true};
#endif
  std::chrono::nanoseconds slow_threshold() const { return std::chrono::seconds{2}; }
  bool operator()(const CallContext& context) const { return context.metrics.slow_count(slow_threshold()) >= 3; }
};

CircuitBreaker cb{Config{.tripper = Mine{}, .slow_threshold = std::chrono::seconds{1}}};
