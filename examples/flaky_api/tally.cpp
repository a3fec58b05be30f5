// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "tally.hpp"

namespace demo {

Counts operator-(const Counts& later, const Counts& earlier) {
  return {
      .calls = later.calls - earlier.calls,
      .answered = later.answered - earlier.answered,
      .not_found = later.not_found - earlier.not_found,
      .failed = later.failed - earlier.failed,
      .slow = later.slow - earlier.slow,
      .sent = later.sent - earlier.sent,
      .refused = later.refused - earlier.refused,
      .waited = later.waited - earlier.waited,
  };
}

void Tally::sent(Health health) {
  const std::lock_guard lock{mutex_};
  ++counts_.sent[health];
}

void Tally::ended(Outcome outcome, Health health, std::chrono::nanoseconds waited) {
  const std::lock_guard lock{mutex_};
  ++counts_.calls;
  counts_.waited[health] += waited;
  switch (outcome) {
    case Outcome::answered: ++counts_.answered; break;
    case Outcome::not_found: ++counts_.not_found; break;
    case Outcome::failed: ++counts_.failed; break;
    case Outcome::refused: ++counts_.refused[health]; return;
  }
  if (waited >= slow_call) ++counts_.slow;
}

Counts Tally::counts() const {
  const std::lock_guard lock{mutex_};
  return counts_;
}

}  // namespace demo
