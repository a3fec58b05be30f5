// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the traits of a tripper are a public constant of its type: static constexpr TripperTraits traits{...};

#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

class Mine : public TripperOperand<Mine> {
#ifndef REJECTED
 public:
#endif
  static constexpr TripperTraits traits{.on_trouble_only = true};

 public:
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() >= 3; }
};

CircuitBreaker cb{Config{.tripper = Mine{}}};
