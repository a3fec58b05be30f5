// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The configuration of a breaker, and the refusal of values that can never work together.

#ifndef FLUXGATE_CONFIG_HPP
#define FLUXGATE_CONFIG_HPP

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/environment.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/expression/fold.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/permits.hpp>
#include <fluxgate/permits/questions.hpp>
#include <fluxgate/retries.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trackers.hpp>
#include <fluxgate/trippers.hpp>
#include <fluxgate/trippers/questions.hpp>
#include <fluxgate/trippers/traits.hpp>
#include <fluxgate/windows.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

// The defaults, defined only here.
inline constexpr CountWindow default_window{100};
inline constexpr auto default_tripper =
    ((Closed{} & DefaultMinRequests{20}) | (HalfOpened{} & DefaultMinRequests{5})) & FailureRate{0.5};
inline constexpr Backoff default_retry{std::chrono::seconds{10}, 2.0, std::chrono::seconds{300}, 0.1};
inline constexpr DefaultProbes default_permit{5, std::chrono::seconds{30}};

using DefaultWindow = std::remove_const_t<decltype(default_window)>;
using DefaultTracker = All;
using DefaultTripper = std::remove_const_t<decltype(default_tripper)>;
using DefaultRetry = std::remove_const_t<decltype(default_retry)>;
using DefaultPermit = std::remove_const_t<decltype(default_permit)>;
using DefaultEnvironment = SystemEnvironment;
using DefaultStats = NoStats;

/// Whether at least one of these policies may be a default.
template <class W, class T, class Tr, class R, class P, class E, class S>
inline constexpr bool has_default =
    std::same_as<W, DefaultWindow> || std::same_as<T, DefaultTracker> || std::same_as<Tr, DefaultTripper> ||
    std::same_as<R, DefaultRetry> || std::same_as<P, DefaultPermit> || std::same_as<E, DefaultEnvironment> ||
    std::same_as<S, DefaultStats>;

}  // namespace detail

/// The threshold for slow calls: a duration in any unit, or none.
class SlowThreshold {
 public:
  constexpr SlowThreshold(std::nullopt_t = std::nullopt) noexcept {}
  /// A duration outside the range of nanoseconds becomes the nearest in it.
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

  /// Whether there is a duration.
  constexpr bool has_value() const noexcept { return present_; }
  /// The duration; zero if there is none.
  constexpr std::chrono::nanoseconds value_or_zero() const noexcept { return duration_; }

 private:
  std::chrono::nanoseconds duration_{0};
  bool present_ = false;
};

/// Everything that a breaker is made of. Every member has a default; name those that differ:
///
///     CircuitBreaker payment{Config{.name = "payment", .tripper = FailureStreak{5}, .retry = Cooldown{60s}}};
///
/// Without a tripper, a breaker opens at a failure rate of 0.5 over at least 20 calls in CLOSED and 5 in HALF_OPEN, or
/// over fewer if the window or the permit holds fewer. Without a retry, it waits `Backoff{10s, 2.0, 300s, 0.1}`.
/// Without a permit, it tests recovery with `Probes{5, 30s}`, or with more if the tripper waits for more in HALF_OPEN.
/// So a default never contradicts a rule that you name.
///
/// The constructor of a breaker refuses values that are in range but cannot work: a count that can never be reached, a
/// tripper that can never open the breaker (unless it holds `Manual{}`), a tripper that fires on successes alone.
///
/// In a template, clang may lose what a Config names, so the library refuses it there: construct the breaker from its
/// name and policies, `CircuitBreaker cb{"db", Cooldown{5s}};`, or name `as_written` as well.
template <class W = detail::DefaultWindow, class T = detail::DefaultTracker, class Tr = detail::DefaultTripper,
          class R = detail::DefaultRetry, class P = detail::DefaultPermit, class E = detail::DefaultEnvironment,
          class S = detail::DefaultStats>
struct Config {
  std::string name = "default";          ///< for errors, signals and metrics; need not be unique
  Labels labels = {};                    ///< for signals, infos, logs and metrics, such as `{{"team", "pay"}}`
  W window = detail::default_window;     ///< which calls count
  T tracker = detail::DefaultTracker{};  ///< which outcomes are failures
  Tr tripper = detail::default_tripper;  ///< when the breaker opens
  R retry = detail::default_retry;       ///< how long it stays open
  P permit = detail::default_permit;     ///< which calls test recovery
  /// Calls at least this slow are counted in `Metrics::slow_count()`. Setting it costs two clock reads a call.
  SlowThreshold slow_threshold = std::nullopt;
  std::vector<Listener> listeners = {};           ///< told of each transition, in this order
  ListenerErrorHook on_listener_error = nullptr;  ///< gets what a listener throws
  E environment = {};                             ///< clocks and chance
  S stats = {};                                   ///< `CallStats{}` counts calls for `call_counts()`
  /// `.as_written = true` makes clang accept a Config in a template. If clang loses members, this one is lost, too, and
  /// the Config is refused. Not part of the breaker; without effect on other compilers.
  [[no_unique_address]] detail::AsWritten as_written =
      detail::AsWritten::unless_lost(detail::has_default<W, T, Tr, R, P, E, S>);
};

namespace detail {

/// Lowers each DefaultMinRequests that applies in a state to `most`; the answer is whether there was one.
struct LowerMinimums : InState {
  std::uint64_t most;
  bool pruned = false;

  template <class Leaf>
  constexpr bool leaf(Leaf& leaf) const noexcept {
    if constexpr (std::same_as<Leaf, DefaultMinRequests>) leaf.lower_to(most);
    return std::same_as<Leaf, DefaultMinRequests>;
  }
  static constexpr bool both(bool left, bool right) noexcept { return left || right; }
  static constexpr bool either(bool left, bool right) noexcept { return left || right; }
};

/// Fits a default tripper and a default permit to what the user wrote.
template <class W, class Tr, class P>
void fit_defaults([[maybe_unused]] const W& window, Tr& tripper, [[maybe_unused]] P& permit) {
  if constexpr (HoldsCalls<W>) {
    fold(LowerMinimums{{State::closed}, window.size()}, tripper);
    fold(LowerMinimums{{State::half_open}, window.size()}, tripper);
  }
  if constexpr (probes_in<P>() == 1) {
    auto& probes = find_probes(permit);
    if constexpr (std::same_as<std::remove_reference_t<decltype(probes)>, DefaultProbes>) {
      probes.raise_to(outcomes_wanted(tripper, State::half_open));
    } else {
      fold(LowerMinimums{{State::half_open}, probes.count()}, tripper);
    }
  }
}

template <class W, class T, class Tr, class R, class P, class E, class S>
void fit_defaults(Config<W, T, Tr, R, P, E, S>& config) {
  fit_defaults(config.window, config.tripper, config.permit);
}

/// Refuses a configuration, with the breaker's name first.
struct Refusal {
  std::string_view name;

  [[noreturn]] void operator()(std::initializer_list<std::string_view> what) const {
    refuse(concat({"circuit breaker '", name, "': ", concat(what)}));
  }
};

/// Refuses counts of the tripper and of Probes that can never be reached.
template <class W, class Tr, class P>
void refuse_unreachable(const W& window, const Tr& tripper, [[maybe_unused]] const P& permit, Refusal refusal) {
  if constexpr (HoldsCalls<W>) {
    for (const State state : {State::closed, State::half_open}) {
      const std::uint64_t minimum = min_requests_in(tripper, state);
      const bool of_probes = probes_in<P>() == 1 && state == State::half_open;  // a round of Probes is kept whole
      if (!of_probes && minimum > window.size()) {
        refusal({"MinRequests: count ", text(minimum), " can never be reached over ", description_of(window)});
      }
    }
  }
  if constexpr (probes_in<P>() == 1) {
    const Probes& probes = find_probes(permit);
    if constexpr (requires { std::uint64_t{W::max_size}; }) {
      if (probes.count() > W::max_size) {
        refusal({"Probes: count ", text(std::uint64_t{probes.count()}), " is not in [1, ",
                 text(std::uint64_t{W::max_size}), "] over ", description_of(window)});
      }
    }
    const std::uint64_t minimum = min_requests_in(tripper, State::half_open);
    if (minimum > probes.count()) {
      refusal({"MinRequests: count ", text(minimum), " can never be reached in HALF_OPEN with ", probes.describe()});
    }
    const std::uint64_t wanted = outcomes_wanted(tripper, State::half_open);
    if (wanted > probes.count()) {
      refusal({"tripper: ", text(wanted), " failures in a row can never be reached in HALF_OPEN with ",
               probes.describe(), "; give HALF_OPEN a rule of its own, as in ", description_of(tripper),
               " | (HalfOpened{} & FailureStreak{1})"});
    }
  }
}

/// Refuses a tripper that can never open the breaker, or that opens it on successes.
template <class Tr>
void refuse_senseless([[maybe_unused]] const Tr& tripper, [[maybe_unused]] Refusal refusal) {
  [[maybe_unused]] const TreeTraits traits = traits_in(tripper);
  if constexpr (traits_of<Tr>.fires_on_successes != States{}) {
    for (const State state : {State::closed, State::half_open}) {
      if (traits.fires_on_successes.contains(state)) {
        refusal({"tripper ", description_of(tripper), ": ", fold(CulpritOnSuccesses{state}, tripper).culprit,
                 " fires on successes alone ", state == State::closed ? "in CLOSED" : "in HALF_OPEN",
                 "; join it to a condition by &, such as FailureRate{0.5}"});
      }
    }
  }
  if constexpr (ShapedAtRunTime<Tr> || (traits_of<Tr>.never_opens() && !traits_of<Tr>.holds_manual)) {
    if (traits.never_opens() && !traits.holds_manual) {
      refusal(
          {"tripper ", description_of(tripper),
           ": can never open the breaker, since it is ruled out in CLOSED; the tripper that is meant never to fire is "
           "Manual{}"});
    }
  }
}

/// Refuses values that are in range but can never work together.
template <class W, class T, class Tr, class R, class P, class E, class S>
void validate(const Config<W, T, Tr, R, P, E, S>& config) {
  const Refusal refusal{config.name};
  if (!config.labels.fault().empty()) refusal({config.labels.fault()});
  if (config.slow_threshold.has_value() && config.slow_threshold.value_or_zero().count() <= 0) {
    refusal({"slow_threshold ", text(config.slow_threshold.value_or_zero()), " is not in (0s, 292 years]"});
  }
  if constexpr (traits_of<Tr>.uses_slow_threshold) {
    const auto check = [&]<class Leaf>(const Leaf& leaf) {
      if (traits_of<Leaf>.uses_slow_threshold && !config.slow_threshold.has_value()) {
        refusal({description_of(leaf), ": needs Config::slow_threshold, or a threshold of its own"});
      }
    };
    fold(EachLeaf{check}, config.tripper);
  }
  refuse_unreachable(config.window, config.tripper, config.permit, refusal);
  refuse_senseless(config.tripper, refusal);
  for (const Listener& listener : config.listeners) {
    if (!listener) refusal({"a listener is empty"});
  }
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
