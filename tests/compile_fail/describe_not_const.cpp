// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a policy's describe() must be as in: std::string describe() const;

#include <string>

#include <fluxgate/expression.hpp>
#include <fluxgate/trippers.hpp>

using namespace fluxgate;

struct Mine : TripperOperand<Mine> {
  static constexpr TripperTraits traits{.on_trouble_only = true};
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() > 1; }
#ifdef REJECTED
  std::string describe() { return "Mine{}"; }
#else
  std::string describe() const { return "Mine{}"; }
#endif
};

std::string words = describe(Mine{} & MinRequests{2});
