// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a tripper with a failure_streak() has failures in a row counted by its traits: .needs = {.streak = true}.

#include <chrono>
#include <cstdint>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Mine : TripperOperand<Mine> {
#ifdef REJECTED
  static constexpr TripperTraits traits{.on_trouble_only = true};
#else
  static constexpr TripperTraits traits{.needs = {.streak = true}, .on_trouble_only = true};
#endif
  std::uint64_t failure_streak() const { return 3; }
  bool operator()(const CallContext& context) const { return context.consecutive_failures >= 3; }
};

CircuitBreaker cb{Config{.tripper = Mine{}}};
