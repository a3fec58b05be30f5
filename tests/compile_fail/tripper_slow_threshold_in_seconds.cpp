// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a tripper's slow_threshold() must be as in: std::chrono::nanoseconds slow_threshold() const;

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Mine : TripperOperand<Mine> {
#ifdef REJECTED
  std::chrono::seconds slow_threshold() const { return std::chrono::seconds{2}; }
#else
  std::chrono::nanoseconds slow_threshold() const { return std::chrono::seconds{2}; }
#endif
  static constexpr TripperTraits traits{.needs = {.slow_rates = 1}};
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() >= 3; }
};

CircuitBreaker cb{Config{.tripper = Mine{}, .slow_threshold = std::chrono::seconds{1}}};
