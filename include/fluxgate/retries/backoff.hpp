// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Retries: how long an open breaker waits before it tests recovery.

#ifndef FLUXGATE_RETRIES_BACKOFF_HPP
#define FLUXGATE_RETRIES_BACKOFF_HPP

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <ratio>
#include <string>

#include <fluxgate/in_template.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Gives the time to stay open; one answer holds for the whole opening. Asked by the thread that opens, and by one that
/// comes before that has told. `reopens` counts the failed recoveries since the breaker was last closed, `draw` lies in
/// [0, 1) (0.5 where `jittered()` is false).
/// `nanoseconds::max()` means never.
template <class R>
concept Retry = std::copy_constructible<R> && requires(const R& retry, std::uint32_t reopens, double draw) {
  { retry.delay(reopens, draw) } noexcept -> std::same_as<std::chrono::nanoseconds>;
};

namespace detail {

/// `duration` stretched by up to plus or minus `ratio`.
inline std::chrono::nanoseconds with_jitter(double nanoseconds, double ratio, double draw) noexcept {
  const double jittered = nanoseconds * (1.0 + ratio * (2.0 * draw - 1.0));
  if (!(jittered < 9.2e18)) return std::chrono::nanoseconds::max();
  return std::chrono::nanoseconds{static_cast<std::int64_t>(std::llround(jittered))};
}

/// Whether a draw has to be made for this retry.
template <class R>
constexpr bool jittered(const R& retry) noexcept {
  if constexpr (requires { retry.jittered(); }) {
    return retry.jittered();
  } else {
    return true;
  }
}

/// How long to refuse after `reopens` failed recoveries; draws by `environment` only where the retry depends on it.
template <class R, class Environment>
std::chrono::nanoseconds delay_of(const R& retry, std::uint32_t reopens, const Environment& environment) noexcept {
  return retry.delay(reopens, jittered(retry) ? environment.uniform() : 0.5);
}

}  // namespace detail

/// Stays open until told otherwise. Choose it where a person must look first.
struct Never : detail::Rebound<Never> {
  static constexpr std::chrono::nanoseconds delay(std::uint32_t, double) noexcept {
    return std::chrono::nanoseconds::max();
  }
  static constexpr bool jittered() noexcept { return false; }
  static std::string describe() { return "Never{}"; }
  friend constexpr bool operator==(const Never&, const Never&) = default;
};

/// Tests recovery with the very next call. Choose it where the permit alone should hold traffic back.
struct Always : detail::Rebound<Always> {
  static constexpr std::chrono::nanoseconds delay(std::uint32_t, double) noexcept {
    return std::chrono::nanoseconds::zero();
  }
  static constexpr bool jittered() noexcept { return false; }
  static std::string describe() { return "Always{}"; }
  friend constexpr bool operator==(const Always&, const Always&) = default;
};

/// Waits the same time at each opening, plus or minus `jitter_ratio` of it.
///
/// Choose it for a dependency that recovers in a known time. Jitter keeps a fleet from knocking at the same moment.
class Cooldown : detail::Rebound<Cooldown> {
 public:
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

/// Waits `initial * multiplier^reopens`, at most `max_duration`, plus or minus `jitter_ratio` of that.
///
/// Choose it where a struggling dependency should be left alone the longer, the more often it failed its test.
class Backoff : detail::Rebound<Backoff> {
 public:
  /// @throws std::invalid_argument unless initial > 0, multiplier > 1, max_duration >= initial, 0 <= jitter_ratio < 1
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

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
