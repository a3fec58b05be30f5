// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// No verdict on too few calls.

#ifndef FLUXGATE_TRIPPERS_MIN_REQUESTS_HPP
#define FLUXGATE_TRIPPERS_MIN_REQUESTS_HPP

#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Fires once the window holds `count` calls; as a gate it blocks every verdict, good or bad, until then.
///
/// Choose it beside every rate: one failed call of one is a rate of 1. Not alone: it would fire on healthy calls, so
/// the breaker refuses it. The breaker also refuses a count that a `CountWindow` or `Probes` can never reach. Costs a
/// comparison. Immutable, so threads share it. Hystrix calls it requestVolumeThreshold.
class MinRequests : public TripperOperand<MinRequests> {
 public:
  static constexpr TripperTraits traits{.role = TripperRole::gate};

  /// `count` in calls.
  /// @throws std::invalid_argument unless 1 <= count <= 1000000
  template <detail::Count N>
  constexpr explicit MinRequests(N count)
      : count_{detail::to_count(count, 1'000'000, "MinRequests", "count", "[1, 1000000]")} {}
  constexpr bool operator()(const CallContext& context) const noexcept {
    return context.metrics.total_count() >= count_;
  }
  /// Whether the window holds `count` calls.
  constexpr bool settled(const CallContext& context) const noexcept { return (*this)(context); }
  /// The `count` at which it fires.
  constexpr std::uint64_t min_requests() const noexcept { return count_; }
  static std::string explain(const CallContext&) { return {}; }
  std::string describe() const { return detail::concat({"MinRequests{", detail::text(count_), "}"}); }
  friend constexpr bool operator==(const MinRequests&, const MinRequests&) = default;

 private:
  std::uint64_t count_;
};

static_assert(Tripper<MinRequests>);

namespace detail {

/// The MinRequests of the default tripper: construction lowers it to what window and permit hold.
class DefaultMinRequests : public MinRequests {
 public:
  using MinRequests::MinRequests;

  constexpr void lower_to(std::uint64_t most) {
    if (most < min_requests()) *this = DefaultMinRequests{most};
  }
};

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
