// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker's configuration whose policies are texts.

#ifndef FLUXGATE_TEXT_TEXT_CONFIG_HPP
#define FLUXGATE_TEXT_TEXT_CONFIG_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/text/permit_list.hpp>
#include <fluxgate/text/read.hpp>
#include <fluxgate/text/reader.hpp>
#include <fluxgate/text/retry_choice.hpp>
#include <fluxgate/text/tripper_tree.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// What breakers from text may measure. Each is compiled as an engine of its own; the first that suffices is taken.
inline constexpr std::array measured_from_text{
    Needs{},
    Needs{.streak = true},
    Needs{.slow_rates = 1, .clock = true},
    Needs{.durations = true, .streak = true, .slow_rates = 3, .clock = true},
};

/// Whether a breaker that measures `measured` measures what is `needed`. A clock alone is needed by a SlowRate that
/// asks for the breaker's threshold; setting that makes it measure how long calls take.
constexpr bool suffices(const Needs& measured, const Needs& needed) noexcept {
  return (measured.durations || !needed.durations) && (measured.streak || !needed.streak) &&
         measured.slow_rates >= needed.slow_rates;
}

/// Policies whose kinds are known at run time only.
struct Policies {
  WindowChoice window;
  TripperTree tripper;
  RetryChoice retry;
  PermitList permit;
  SlowThreshold slow_threshold;
};

/// Reads the policies of a TextConfig. The defaults fit what is written, as those of a Config do.
template <class Text>
Policies read_policies(const Text& config) {
  const auto whole = [&](const char* member, const std::string& text, const auto& read, auto otherwise) {
    return text.empty() ? std::move(otherwise) : decltype(otherwise){read_whole(config.name, member, text, read)};
  };
  Policies policies{
      .window = whole("window", config.window, read_window, WindowChoice{default_window}),
      .tripper = whole("tripper", config.tripper, read_trippers, fold(AtRunTime{}, default_tripper)),
      .retry = whole("retry", config.retry, read_retry, RetryChoice{default_retry}),
      .permit = whole("permit", config.permit, read_permit, PermitList{default_permit}),
      .slow_threshold = whole(
          "slow_threshold", config.slow_threshold, [](Reader& reader) { return reader.duration(); }, SlowThreshold{}),
  };
  const std::size_t thresholds = policies.tripper.tree_traits().needs.slow_rates;
  if (thresholds >= max_slow_thresholds) {
    Refusal{config.name}({"tripper: ", text(std::uint64_t{thresholds}),
                          " SlowRates with a threshold of their own are not in [0, ",
                          text(std::uint64_t{max_slow_thresholds - 1}), "]"});
  }
  if (config.permit.empty()) {
    DefaultProbes probes = default_permit;
    std::visit([&](const auto& window) { fit_defaults(window, policies.tripper, probes); }, policies.window);
    policies.permit = PermitList{probes};
  }
  return policies;
}

/// Calls `visit` with the tripper as each type that measures enough, the least first, until it returns true.
template <std::size_t at = 0, class Visit>
void visit_measured(const TripperTree& tripper, const Visit& visit) {
  if constexpr (at != measured_from_text.size()) {
    const bool enough = suffices(measured_from_text[at], tripper.tree_traits().needs);
    if (!enough || !visit(MeasuredTree<measured_from_text[at]>{tripper})) visit_measured<at + 1>(tripper, visit);
  }
}

/// Calls `visit` with window, tripper and permit as the types that an engine is made of, until it returns true.
template <class Visit>
void visit_policies(const Policies& policies, const Visit& visit) {
  std::visit(
      [&](const auto& window) {
        visit_measured(policies.tripper, [&](const auto& tripper) {
          if (policies.permit.probes() != nullptr) {
            return visit(window, tripper, ListWithProbes{policies.permit});
          } else {
            return visit(window, tripper, ListWithoutProbes{policies.permit});
          }
        });
      },
      policies.window);
}

}  // namespace detail

/// A configuration from text: from a file, an environment variable or a service. Its policies are written as they print
/// themselves, `describe(policy)`:
///
///     AnyCircuitBreaker payment{TextConfig{
///         .name = "payment",
///         .tripper = "MinRequests{20} & (FailureRate{0.5} | SlowRate{0.3, 2s})",
///         .retry = "Backoff{10s, 2, 5min, 0.1}",
///     }};
///
/// Arguments stand in braces or parentheses. Shares may be per cent: `FailureRate{50%}`. Durations have a unit: `ns`,
/// `us`, `ms`, `s`, `min`, `h`. Where `&` and `|` are mixed, parentheses are needed. An empty member is the default of
/// Config. The tracker stays code because it depends on types; so do listeners.
///
/// Reading refuses a text that is longer than 4,096 characters, or has more than 64 policies or parentheses inside each
/// other; so memory and stack are bounded whatever the text.
template <class T = detail::DefaultTracker, class E = detail::DefaultEnvironment, class S = detail::DefaultStats>
struct TextConfig {
  std::string name = "default";                   ///< as in Config
  Labels labels = {};                             ///< as in Config
  std::string window = {};                        ///< such as `CountWindow{100}` or `TimeWindow{10s, 100ms}`
  T tracker = All{};                              ///< as in Config
  std::string tripper = {};                       ///< trippers joined by `&` and `|`
  std::string retry = {};                         ///< such as `Cooldown{60s}`
  std::string permit = {};                        ///< permits joined by `&`
  std::string slow_threshold = {};                ///< a duration, such as `3s`
  std::vector<Listener> listeners = {};           ///< as in Config
  ListenerErrorHook on_listener_error = nullptr;  ///< as in Config
  E environment = {};                             ///< as in Config
  S stats = {};                                   ///< as in Config
  /// As in Config.
  [[no_unique_address]] detail::AsWritten as_written = detail::AsWritten::unless_lost(
      std::same_as<T, detail::DefaultTracker> || std::same_as<E, detail::DefaultEnvironment> ||
      std::same_as<S, detail::DefaultStats>);

  /// Calls `visit` with the Config that the texts say. Its policies are of one of sixteen types, so that a breaker
  /// measures little more than they ask for.
  /// @throws std::invalid_argument if a text can't be read, naming the breaker, the member, the column, what stands
  ///   there and what may; or if a policy refuses its values
  template <class Visit>
  void visit_config(Visit&& visit) const {
    visit_alternatives([&]<class C>(C&& config) {
      visit(std::forward<C>(config));
      return true;
    });
  }

  /// Calls `visit` with each Config that the texts may stand for, the one that measures least first, until it returns
  /// true: a running breaker that measures more than the texts ask for takes a later one. @throws as visit_config
  template <class Visit>
  void visit_alternatives(Visit&& visit) const {
    const detail::Policies policies = detail::read_policies(*this);
    detail::visit_policies(policies, [&]<class W, class Tr, class P>(const W& w, const Tr& tr, const P& p) {
      return visit(Config<W, T, Tr, detail::RetryChoice, P, E, S>{.name = name,
                                                                  .labels = labels,
                                                                  .window = w,
                                                                  .tracker = tracker,
                                                                  .tripper = tr,
                                                                  .retry = policies.retry,
                                                                  .permit = p,
                                                                  .slow_threshold = policies.slow_threshold,
                                                                  .listeners = listeners,
                                                                  .on_listener_error = on_listener_error,
                                                                  .environment = environment,
                                                                  .stats = stats,
                                                                  .as_written = true});
    });
  }
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
