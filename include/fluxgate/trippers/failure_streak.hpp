// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Too many calls failed in a row.

#ifndef FLUXGATE_TRIPPERS_FAILURE_STREAK_HPP
#define FLUXGATE_TRIPPERS_FAILURE_STREAK_HPP

#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Fires at `count` failures in a row: over a `CountWindow` however old they are, over a `TimeWindow` those that the
/// span still holds. In HALF_OPEN the longest streak of the round counts, so that the order of its outcomes matters as
/// little as possible.
///
/// Choose it to notice a dead dependency in a few calls, also right after a start. Not where single failures are normal
/// and traffic is dense: chance alone makes streaks there. Costs one more load for a success in a healthy window, and
/// one more atomic write for a failure. Immutable, so threads share it. The rule of Nygard's breaker (Release It!,
/// 2007).
class FailureStreak : public TripperOperand<FailureStreak> {
 public:
  static constexpr TripperTraits traits{.needs = {.streak = true}, .on_trouble_only = true};

  /// `count` in calls.
  /// @throws std::invalid_argument unless 1 <= count <= 30000; the breaker refuses more than its `Probes` admit, where
  ///   HALF_OPEN has no other rule
  template <detail::Count N>
  constexpr explicit FailureStreak(N count)
      : count_{detail::to_count(count, 30'000, "FailureStreak", "count", "[1, 30000]")} {}
  constexpr bool operator()(const CallContext& context) const noexcept {
    return context.consecutive_failures >= count_;
  }
  /// The `count` at which it fires.
  constexpr std::uint64_t failure_streak() const noexcept { return count_; }
  std::string explain(const CallContext& context) const {
    return detail::concat(
        {"consecutive_failures ", detail::text(context.consecutive_failures), " >= ", detail::text(count_)});
  }
  std::string describe() const { return detail::concat({"FailureStreak{", detail::text(count_), "}"}); }
  friend constexpr bool operator==(const FailureStreak&, const FailureStreak&) = default;

 private:
  std::uint64_t count_;
};

static_assert(Tripper<FailureStreak>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
