// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The traits of a tree of trippers, from those of its leaves.

#ifndef FLUXGATE_TRIPPERS_TRAITS_HPP
#define FLUXGATE_TRIPPERS_TRAITS_HPP

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/fold.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A set of states.
class States {
 public:
  constexpr States() = default;
  static constexpr States all() noexcept { return States{0xffU}; }
  static constexpr States only(State state) noexcept { return States{1U << static_cast<unsigned>(state)}; }

  constexpr bool contains(State state) const noexcept { return (bits_ >> static_cast<unsigned>(state) & 1U) != 0; }
  constexpr States operator~() const noexcept { return States{~bits_}; }
  friend constexpr States operator&(States a, States b) noexcept { return States{a.bits_ & b.bits_}; }
  friend constexpr States operator|(States a, States b) noexcept { return States{a.bits_ | b.bits_}; }
  friend constexpr bool operator==(States, States) = default;

 private:
  constexpr explicit States(unsigned bits) noexcept : bits_{bits & 0xffU} {}

  unsigned bits_ = 0;
};

/// The traits of a tree.
struct TreeTraits {
  Needs needs{};
  States ruled_out{};                ///< where it can never fire
  States fires_on_successes{};       ///< where it asks only gates, and so fires once there are enough calls
  bool on_trouble_only = false;      ///< as in TripperTraits
  bool monotone = true;              ///< as in TripperTraits
  bool holds_manual = false;         ///< a leaf is meant never to fire
  bool uses_slow_threshold = false;  ///< as in TripperTraits

  /// Whether only a command opens the breaker.
  constexpr bool never_opens() const noexcept { return ruled_out.contains(State::closed); }

  friend constexpr TreeTraits operator&(const TreeTraits& a, const TreeTraits& b) noexcept {
    return {.needs = a.needs | b.needs,
            .ruled_out = a.ruled_out | b.ruled_out,
            .fires_on_successes = a.fires_on_successes & b.fires_on_successes,
            .on_trouble_only = a.on_trouble_only || b.on_trouble_only,
            .monotone = a.monotone && b.monotone,
            .holds_manual = a.holds_manual || b.holds_manual,
            .uses_slow_threshold = a.uses_slow_threshold || b.uses_slow_threshold};
  }
  friend constexpr TreeTraits operator|(const TreeTraits& a, const TreeTraits& b) noexcept {
    return {.needs = a.needs | b.needs,
            .ruled_out = a.ruled_out & b.ruled_out,
            .fires_on_successes = a.fires_on_successes | b.fires_on_successes,
            .on_trouble_only = a.on_trouble_only && b.on_trouble_only,
            .monotone = a.monotone && b.monotone,
            .holds_manual = a.holds_manual || b.holds_manual,
            .uses_slow_threshold = a.uses_slow_threshold || b.uses_slow_threshold};
  }
  friend constexpr bool operator==(const TreeTraits&, const TreeTraits&) = default;
};

// Optional members of a tripper: in their required form, and by name alone.

template <class T>
concept StatesTraits = std::same_as<std::remove_cv_t<decltype(T::traits)>, TripperTraits> &&
                       requires { typename std::bool_constant<TripperTraits{T::traits}.monotone>; };
/// Where a T has `traits`, too, the name is ambiguous here, whoever may use it.
struct OtherTraits {
  int traits;
};
template <class T>
struct BesideOtherTraits : T, OtherTraits {};
template <class T>
concept MayBeBase = std::is_class_v<T> && !std::is_final_v<T>;
/// Private ones, too, unless T is final.
template <class T>
concept NamesTraits = requires { &T::traits; } || (MayBeBase<T> && !requires { &BesideOtherTraits<T>::traits; });

/// Whether a T has a member that belongs in its traits.
template <class T>
concept NamesTrait = requires { &T::needs; } || requires { &T::role; } || requires { &T::only_in; } || requires {
  &T::on_trouble_only;
} || requires { &T::monotone; } || requires { &T::uses_slow_threshold; };

template <class T>
concept Settles = requires(const T& tripper, const CallContext& context) {
  { tripper.settled(context) } -> std::convertible_to<bool>;
};
template <class T>
concept NamesSettled = requires { &T::settled; };

template <class T>
concept HasMinRequests = requires(const T& tripper) {
  { tripper.min_requests() } -> std::same_as<std::uint64_t>;
};
template <class T>
concept NamesMinRequests = requires { &T::min_requests; };

template <class T>
concept HasFailureStreak = requires(const T& tripper) {
  { tripper.failure_streak() } -> std::same_as<std::uint64_t>;
};
template <class T>
concept NamesFailureStreak = requires { &T::failure_streak; };

template <class T>
concept HasSlowThreshold = requires(const T& tripper) {
  { tripper.slow_threshold() } -> std::same_as<std::chrono::nanoseconds>;
};
template <class T>
concept NamesSlowThreshold = requires { &T::slow_threshold; };

template <class T>
concept Explains = requires(const T& tripper, const CallContext& context) {
  { tripper.explain(context) } -> std::convertible_to<std::string>;
};
template <class T>
concept NamesExplain = requires { &T::explain; };

/// The traits of a leaf; a leaf that states none needs everything, at every outcome.
template <class Leaf>
consteval TreeTraits leaf_traits() {
  static_assert(
      !NamesTrait<Leaf>,
      "fluxgate: a tripper says what is true of it in one value: static constexpr TripperTraits traits{.needs = "
      "{.streak = true}, .on_trouble_only = true};");
  static_assert(!NamesTraits<Leaf> || StatesTraits<Leaf>,
                "fluxgate: the traits of a tripper are a public constant of its type: static constexpr TripperTraits "
                "traits{...};");
  static_assert(!NamesSettled<Leaf> || Settles<Leaf>,
                "fluxgate: a tripper's settled() must be as in: bool settled(const CallContext& context) const;");
  static_assert(!NamesMinRequests<Leaf> || HasMinRequests<Leaf>,
                "fluxgate: a tripper's min_requests() must be as in: std::uint64_t min_requests() const;");
  static_assert(!NamesFailureStreak<Leaf> || HasFailureStreak<Leaf>,
                "fluxgate: a tripper's failure_streak() must be as in: std::uint64_t failure_streak() const;");
  static_assert(
      !NamesSlowThreshold<Leaf> || HasSlowThreshold<Leaf>,
      "fluxgate: a tripper's slow_threshold() must be as in: std::chrono::nanoseconds slow_threshold() const;");
  static_assert(
      !NamesExplain<Leaf> || Explains<Leaf>,
      "fluxgate: a tripper's explain() must be as in: std::string explain(const CallContext& context) const;");
  if constexpr (StatesTraits<Leaf>) {
    constexpr TripperTraits stated = Leaf::traits;
    static_assert(
        stated.needs.slow_rates == (HasSlowThreshold<Leaf> ? 1 : 0),
        "fluxgate: a tripper whose slow_threshold() gives a threshold of its own states .needs = {.slow_rates = "
        "1} in its traits, and one that states it has a slow_threshold().");
    static_assert(
        !HasSlowThreshold<Leaf> || !stated.uses_slow_threshold,
        "fluxgate: a tripper counts slow calls by its own slow_threshold() or, with .uses_slow_threshold = true, by "
        "that of the breaker.");
    static_assert(!HasFailureStreak<Leaf> || stated.needs.streak,
                  "fluxgate: a tripper with a failure_streak() has failures in a row counted by its traits: .needs = "
                  "{.streak = true}.");
    static_assert(stated.role != TripperRole::gate || !stated.on_trouble_only,
                  "fluxgate: a gate says nothing against the calls; a tripper that fires on trouble is a condition.");
    TreeTraits traits{.needs = stated.needs,
                      .on_trouble_only = stated.on_trouble_only,
                      .monotone = stated.monotone,
                      .uses_slow_threshold = stated.uses_slow_threshold};
    traits.needs.clock = stated.needs.clock || stated.needs.durations || stated.needs.slow_rates != 0;
    if (stated.only_in.has_value()) traits.ruled_out = ~States::only(*stated.only_in);
    if (stated.role == TripperRole::gate) traits.fires_on_successes = ~traits.ruled_out;
    if (stated.role == TripperRole::never) {
      traits.ruled_out = States::all();
      traits.on_trouble_only = true;
      traits.holds_manual = true;
    }
    return traits;
  } else {
    static_assert(!HasSlowThreshold<Leaf>,
                  "fluxgate: a tripper with a slow_threshold() has it counted by its traits: static constexpr "
                  "TripperTraits traits{.needs = {.slow_rates = 1}};");
    return {.needs = {.durations = true, .streak = true, .slow_rates = 0, .clock = true, .context_only = false}};
  }
}

template <class Leaf>
inline constexpr TreeTraits traits_of = leaf_traits<Leaf>();

/// The traits of a tree's leaves, joined.
struct JoinedTraits {
  template <class Leaf>
  static constexpr TreeTraits leaf(const std::type_identity<Leaf>&) noexcept {
    return traits_of<Leaf>;
  }
  static constexpr TreeTraits both(const TreeTraits& a, const TreeTraits& b) noexcept { return a & b; }
  static constexpr TreeTraits either(const TreeTraits& a, const TreeTraits& b) noexcept { return a | b; }
};
template <Branch Node>
inline constexpr TreeTraits traits_of<Node> = fold(JoinedTraits{}, named<Node>);

/// A tree whose shape is known at run time only: its `tree_traits()` say more than those of its type.
template <class Node>
concept ShapedAtRunTime = requires(const Node& node) {
  { node.tree_traits() } -> std::same_as<const TreeTraits&>;
};

/// The traits of this tree.
template <class Node>
constexpr TreeTraits traits_in([[maybe_unused]] const Node& node) noexcept {
  if constexpr (ShapedAtRunTime<Node>) {
    return node.tree_traits();
  } else {
    return traits_of<Node>;
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
