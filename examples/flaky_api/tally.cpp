// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "tally.hpp"

namespace demo {

namespace {

bool sick(Health health) { return health == Health::erring || health == Health::slow || health == Health::down; }

}  // namespace

Counts operator-(const Counts& later, const Counts& earlier) {
  return {
      .calls = later.calls - earlier.calls,
      .sent = later.sent - earlier.sent,
      .sent_in_vain = later.sent_in_vain - earlier.sent_in_vain,
      .answered = later.answered - earlier.answered,
      .not_found = later.not_found - earlier.not_found,
      .failed = later.failed - earlier.failed,
      .slow = later.slow - earlier.slow,
      .refused = later.refused - earlier.refused,
      .refused_needlessly = later.refused_needlessly - earlier.refused_needlessly,
      .waited = later.waited - earlier.waited,
      .waited_in_vain = later.waited_in_vain - earlier.waited_in_vain,
  };
}

void Tally::sent(Health health) {
  const std::lock_guard lock{mutex_};
  ++counts_.sent;
  if (sick(health)) ++counts_.sent_in_vain;
}

void Tally::ended(Outcome outcome, Health health, std::chrono::nanoseconds waited) {
  const std::lock_guard lock{mutex_};
  ++counts_.calls;
  counts_.waited += waited;
  if (sick(health)) counts_.waited_in_vain += waited;
  switch (outcome) {
    case Outcome::answered: ++counts_.answered; break;
    case Outcome::not_found: ++counts_.not_found; break;
    case Outcome::failed: ++counts_.failed; break;
    case Outcome::refused:
      ++counts_.refused;
      if (health == Health::healthy) ++counts_.refused_needlessly;
      return;
  }
  if (waited >= slow_call) ++counts_.slow;
}

Counts Tally::counts() const {
  const std::lock_guard lock{mutex_};
  return counts_;
}

}  // namespace demo
