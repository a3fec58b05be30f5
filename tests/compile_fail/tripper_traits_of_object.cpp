// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the traits of a tripper are a public constant of its type: static constexpr TripperTraits traits{...};

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Mine : TripperOperand<Mine> {
#ifdef REJECTED
  TripperTraits traits{.on_trouble_only = true};
#else
  static constexpr TripperTraits traits{.on_trouble_only = true};
#endif
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() >= 3; }
};

CircuitBreaker cb{Config{.tripper = Mine{}, .slow_threshold = std::chrono::seconds{1}}};
