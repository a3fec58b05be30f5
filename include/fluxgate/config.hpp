// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The configuration of a breaker, and the refusal of values that can never work together.

#ifndef FLUXGATE_CONFIG_HPP
#define FLUXGATE_CONFIG_HPP

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <fluxgate/call_stats.hpp>
#include <fluxgate/environment.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/permits.hpp>
#include <fluxgate/retries.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/text.hpp>
#include <fluxgate/trackers.hpp>
#include <fluxgate/trippers.hpp>
#include <fluxgate/windows.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

namespace detail {
using DefaultTripper = decltype(MinRequests{100} & FailureRate{0.5});
}  // namespace detail

/// A duration in any unit, or none.
class SlowThreshold {
 public:
  constexpr SlowThreshold(std::nullopt_t = std::nullopt) noexcept {}
  /// One that does not fit into nanoseconds becomes the nearest that does.
  template <class Rep, class Period>
  constexpr SlowThreshold(std::chrono::duration<Rep, Period> duration) noexcept
      : duration_{detail::to_nanoseconds(duration)}, present_{true} {}
  template <class Rep, class Period>
  constexpr SlowThreshold(const std::optional<std::chrono::duration<Rep, Period>>& duration) noexcept {
    if (duration.has_value()) *this = SlowThreshold{*duration};
  }

  template <detail::Unitless N>
  constexpr SlowThreshold(N) {
    detail::refuse_unitless<N>();
  }

  constexpr bool has_value() const noexcept { return present_; }
  /// Zero where there is none.
  constexpr std::chrono::nanoseconds value_or_zero() const noexcept { return duration_; }

 private:
  std::chrono::nanoseconds duration_{0};
  bool present_ = false;
};

/// Everything a breaker is made of. Every member has a default; name those that differ:
/// `CircuitBreaker cb{Config{.name = "db", .retry = Cooldown{5s}}};`
template <class W = CountWindow, class T = All, class Tr = detail::DefaultTripper, class R = Cooldown, class P = RampUp,
          class E = SystemEnvironment, class S = NoStats>
struct Config {
  std::string name = "default";
  W window = CountWindow{100};
  T tracker = All{};
  Tr tripper = MinRequests{100} & FailureRate{0.5};
  R retry = Cooldown{std::chrono::seconds{60}};
  P permit = RampUp{0.1, 1.0, std::chrono::seconds{60}};
  /// Calls at least this slow are counted in `Metrics::slow_count()`. Setting it costs two clock reads a call.
  SlowThreshold slow_threshold = std::nullopt;
  std::vector<Listener> listeners = {};
  ListenerErrorHook on_listener_error = nullptr;
  E environment = {};
  S stats = {};
};

namespace detail {

/// Refuses what is in range by itself but can never work together.
template <class W, class T, class Tr, class R, class P, class E, class S>
void validate(const Config<W, T, Tr, R, P, E, S>& config) {
  if (config.slow_threshold.has_value()) {
    const std::chrono::nanoseconds threshold = config.slow_threshold.value_or_zero();
    require(threshold.count() > 0, "Config", "slow_threshold", threshold, "(0s, 292 years]");
  }
  if constexpr (may_use_slow_threshold<Tr>()) {
    for_each_leaf(config.tripper, [&](const auto& leaf) {
      if constexpr (requires { leaf.uses_slow_threshold; }) {
        if (leaf.uses_slow_threshold && !config.slow_threshold.has_value()) {
          refuse(concat({description_of(leaf), ": needs Config::slow_threshold, or a threshold of its own"}));
        }
      }
    });
  }
  const auto refuse_minimum = [&](std::uint64_t minimum, const std::string& why) {
    refuse(concat({"MinRequests: count ", text(minimum), " can never be reached ", why}));
  };
  constexpr State states[] = {State::closed, State::half_open};
  for (const State state : states) {
    const std::uint64_t minimum = min_requests_in(config.tripper, state);
    if constexpr (std::same_as<W, CountWindow>) {
      if (minimum > config.window.size()) refuse_minimum(minimum, concat({"over ", config.window.describe()}));
    }
    if constexpr (probes_in<P>() == 1) {
      const Probes& probes = find_probes(config.permit);
      if (state == State::half_open && minimum > probes.count()) {
        refuse_minimum(minimum, concat({"in HALF_OPEN with ", probes.describe()}));
      }
      const std::uint64_t needed = calls_to_fire(config.tripper, state);
      if (state == State::half_open && !ruled_out(config.tripper, state) && needed > probes.count()) {
        refuse(concat({"Config: the tripper needs ", text(needed), " failures in a row, which can never be reached in ",
                       "HALF_OPEN with ", probes.describe()}));
      }
    }
  }
  for (const Listener& listener : config.listeners) {
    if (!listener) refuse("Config: a listener is empty");
  }
}

}  // namespace detail

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
