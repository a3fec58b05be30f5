// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A growing share of the calls may test recovery.

#ifndef FLUXGATE_PERMITS_RAMP_UP_HPP
#define FLUXGATE_PERMITS_RAMP_UP_HPP

#include <chrono>
#include <string>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/permits/permit.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Admits each call with a probability that grows from `initial` to `final` over `duration`, and then stays.
///
/// Choose it where a cold or recovering dependency must not get its full load at once. Not where calls are rare, and
/// not without a `MinRequests` for HALF_OPEN: else one success closes, and the ramp is over. Costs a draw for each call
/// in HALF_OPEN, which reads the clock. Immutable, so threads share it.
class RampUp : public PermitOperand<RampUp> {
 public:
  /// `initial` and `final` are shares of the calls, `duration` counts from the beginning of HALF_OPEN, in any unit.
  /// @throws std::invalid_argument unless 0 < initial <= final <= 1 and duration > 0
  template <class Rep, class Period>
  constexpr RampUp(double initial, double final, std::chrono::duration<Rep, Period> duration)
      : initial_{initial}, final_{final}, duration_{detail::to_nanoseconds(duration)} {
    detail::require(initial > 0.0 && initial <= 1.0, "RampUp", "initial", initial, "(0, 1]");
    detail::require(final >= initial && final <= 1.0, "RampUp", "final", final, "[initial, 1]");
    detail::require(duration_.count() > 0, "RampUp", "duration", duration_, "(0s, 292 years]");
  }
  template <detail::Unitless N>
  constexpr RampUp(double, double, N) {
    detail::refuse_unitless<N>();
  }
  bool operator()(const PermitContext& context) const noexcept { return context.uniform() < ratio(context.elapsed()); }

  /// The probability of admission `elapsed` after HALF_OPEN began.
  constexpr double ratio(std::chrono::nanoseconds elapsed) const noexcept {
    if (elapsed >= duration_) return final_;
    return initial_ +
           (final_ - initial_) * (static_cast<double>(elapsed.count()) / static_cast<double>(duration_.count()));
  }
  std::string describe() const {
    return detail::concat(
        {"RampUp{", detail::text(initial_), ", ", detail::text(final_), ", ", detail::text(duration_), "}"});
  }
  friend constexpr bool operator==(const RampUp&, const RampUp&) = default;

 private:
  double initial_;
  double final_;
  std::chrono::nanoseconds duration_;
};

static_assert(Permit<RampUp>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
