// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A delay that grows with each failed recovery.

#ifndef FLUXGATE_RETRIES_BACKOFF_HPP
#define FLUXGATE_RETRIES_BACKOFF_HPP

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ratio>
#include <string>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/retries/jitter.hpp>
#include <fluxgate/retries/retry.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Waits `initial * multiplier^reopens`, at most `max_duration`, plus or minus `jitter_ratio` of that.
///
/// Choose it where a struggling dependency needs a longer pause after each failed test. Not where calls must come back
/// within a known time: the wait after a long outage can be `max_duration` and its jitter. A recovery sets `reopens`
/// back to zero.
///
/// It is asked once for each opening, not by calls: a power, and with jitter a draw. Immutable, so threads share it.
/// The rule of gRPC's Connection Backoff Protocol (grpc/doc/connection-backoff.md), with jitter in the first wait as
/// well.
class Backoff : detail::Rebound<Backoff> {
 public:
  /// Durations in any unit, `jitter_ratio` a share of the wait.
  /// @throws std::invalid_argument unless initial > 0, 1 < multiplier < 1e9, max_duration >= initial and
  ///   0 <= jitter_ratio < 1
  template <class Rep, class Period, class MaxRep = std::int64_t, class MaxPeriod = std::ratio<1>>
  constexpr explicit Backoff(std::chrono::duration<Rep, Period> initial, double multiplier = 2.0,
                             std::chrono::duration<MaxRep, MaxPeriod> max_duration = std::chrono::seconds{300},
                             double jitter_ratio = 0.0)
      : initial_{detail::to_nanoseconds(initial)},
        max_{detail::to_nanoseconds(max_duration)},
        multiplier_{multiplier},
        jitter_ratio_{jitter_ratio} {
    detail::require(initial_.count() > 0, "Backoff", "initial", initial_, "(0s, max_duration]");
    if (max_ < initial_) {
      detail::refuse(detail::concat({"Backoff: max_duration ", detail::text(max_), " is not in [initial ",
                                     detail::text(initial_), ", 292 years]"}));
    }
    detail::require(multiplier > 1.0 && multiplier < 1e9, "Backoff", "multiplier", multiplier, "(1, 1e9)");
    detail::require(jitter_ratio >= 0.0 && jitter_ratio < 1.0, "Backoff", "jitter_ratio", jitter_ratio, "[0, 1)");
  }

  template <detail::Unitless N, class Max = std::chrono::seconds>
  constexpr explicit Backoff(N, double = 2.0, Max = {}, double = 0.0) {
    detail::refuse_unitless<N>();
  }
  template <class Rep, class Period, detail::Unitless N>
  constexpr explicit Backoff(std::chrono::duration<Rep, Period>, double, N, double = 0.0) {
    detail::refuse_unitless<N>();
  }

  std::chrono::nanoseconds delay(std::uint32_t reopens, double draw) const noexcept {
    const double grown = static_cast<double>(initial_.count()) * std::pow(multiplier_, static_cast<double>(reopens));
    const double capped = std::min(grown, static_cast<double>(max_.count()));  // infinity is capped as well
    return detail::with_jitter(capped, jitter_ratio_, jittered() ? draw : 0.5);
  }
  constexpr bool jittered() const noexcept { return jitter_ratio_ > 0.0; }
  std::string describe() const {
    return detail::concat({"Backoff{", detail::text(initial_), ", ", detail::text(multiplier_), ", ",
                           detail::text(max_),
                           jittered() ? detail::concat({", ", detail::text(jitter_ratio_)}) : std::string{}, "}"});
  }

  friend constexpr bool operator==(const Backoff&, const Backoff&) = default;

 private:
  std::chrono::nanoseconds initial_;
  std::chrono::nanoseconds max_;
  double multiplier_;
  double jitter_ratio_;
};

static_assert(Retry<Backoff>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
