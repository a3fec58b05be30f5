// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The same delay at each opening.

#ifndef FLUXGATE_RETRIES_COOLDOWN_HPP
#define FLUXGATE_RETRIES_COOLDOWN_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/retries/jitter.hpp>
#include <fluxgate/retries/retry.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Waits the same time at each opening, plus or minus `jitter_ratio` of it.
///
/// Choose it for a dependency that recovers in a known time. Not where outages last from seconds to hours: then
/// `Backoff`. Jitter keeps the breakers of many processes from testing at the same moment.
///
/// It is asked once for each opening, not by calls; with jitter that draws a number. Immutable, so threads share it.
/// The pause of Nygard's breaker (Release It!, 2007).
class Cooldown : detail::Rebound<Cooldown> {
 public:
  /// `duration` in any unit, `jitter_ratio` a share of it.
  /// @throws std::invalid_argument unless duration > 0 and 0 <= jitter_ratio < 1
  template <class Rep, class Period>
  constexpr explicit Cooldown(std::chrono::duration<Rep, Period> duration, double jitter_ratio = 0.0)
      : duration_{detail::to_nanoseconds(duration)}, jitter_ratio_{jitter_ratio} {
    detail::require(duration_.count() > 0, "Cooldown", "duration", duration_, "(0s, 292 years]");
    detail::require(jitter_ratio >= 0.0 && jitter_ratio < 1.0, "Cooldown", "jitter_ratio", jitter_ratio, "[0, 1)");
  }

  template <detail::Unitless N>
  constexpr explicit Cooldown(N, double = 0.0) {
    detail::refuse_unitless<N>();
  }

  std::chrono::nanoseconds delay(std::uint32_t, double draw) const noexcept {
    if (!jittered()) return duration_;
    return detail::with_jitter(static_cast<double>(duration_.count()), jitter_ratio_, draw);
  }
  constexpr bool jittered() const noexcept { return jitter_ratio_ > 0.0; }
  std::string describe() const {
    return detail::concat({"Cooldown{", detail::text(duration_),
                           jittered() ? detail::concat({", ", detail::text(jitter_ratio_)}) : std::string{}, "}"});
  }

  friend constexpr bool operator==(const Cooldown&, const Cooldown&) = default;

 private:
  std::chrono::nanoseconds duration_;
  double jitter_ratio_;
};

static_assert(Retry<Cooldown>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
