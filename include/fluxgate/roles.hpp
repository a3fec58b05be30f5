// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The arguments of a breaker by their roles: `CircuitBreaker b{"payment", FailureStreak{2}, Cooldown{1h}};`

#ifndef FLUXGATE_ROLES_HPP
#define FLUXGATE_ROLES_HPP

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/environment.hpp>
#include <fluxgate/expression/operators.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/permits/permit.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/trackers/all.hpp>
#include <fluxgate/trackers/tracker.hpp>
#include <fluxgate/trippers/tripper.hpp>
#include <fluxgate/windows/window.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The members of a Config that an argument can set.
enum class Role : std::uint8_t {
  none,
  several,
  labels,
  window,
  tracker,
  tripper,
  retry,
  permit,
  slow_threshold,
  listener,
  error_hook,
  environment,
  stats
};

/// A function, an object whose only call operator is no template, or a `std::ref` to one: its parameters are known
/// without compiling a body.
template <class A>
inline constexpr bool has_one_call = std::is_function_v<std::remove_pointer_t<A>> || requires { &A::operator(); };
template <class A>
inline constexpr bool has_one_call<std::reference_wrapper<A>> = has_one_call<std::remove_cv_t<A>>;

// Whether or not they meet all of Retry and Environment: the checks of the breaker's template arguments report that.
template <class A>
concept MeantAsRetry = requires(A& argument) { argument.delay(std::uint32_t{}, double{}); };
template <class A>
concept MeantAsEnvironment = requires(A& argument) {
  argument.coarse_now();
  argument.wall_now();
};

/// The role of a callable, by its parameters.
template <class A>
consteval Role role_of_callable() noexcept {
  constexpr bool is_tracker = std::invocable<A&, Failure&>;
  constexpr bool is_tripper = std::invocable<A&, CallContext&>;
  constexpr bool is_permit = std::invocable<A&, PermitContext&>;
  constexpr bool is_listener = std::invocable<A&, const Signal&>;
  constexpr bool is_error_hook = std::invocable<A&, const Signal&, std::exception_ptr>;
  if constexpr (is_tracker + is_tripper + is_permit + is_listener + is_error_hook > 1) return Role::several;
  if constexpr (is_tracker) return Role::tracker;
  if constexpr (is_tripper) return Role::tripper;
  if constexpr (is_permit) return Role::permit;
  if constexpr (is_listener) return Role::listener;
  if constexpr (is_error_hook) return Role::error_hook;
  return Role::none;
}

template <class A>
consteval Role find_role() noexcept {
  if constexpr (InVocabulary<A>) {
    if constexpr (std::same_as<typename A::vocabulary, TrackerVocabulary>) return Role::tracker;
    if constexpr (std::same_as<typename A::vocabulary, TripperVocabulary>) return Role::tripper;
    if constexpr (std::same_as<typename A::vocabulary, PermitVocabulary>) return Role::permit;
    return Role::none;
  } else if constexpr (Window<A>) {
    return Role::window;
  } else if constexpr (std::same_as<A, SlowThreshold>) {
    return Role::slow_threshold;
  } else if constexpr (std::same_as<A, Labels>) {
    return Role::labels;
  } else if constexpr (Stats<A>) {
    return Role::stats;
  } else if constexpr (std::same_as<A, Listener> || std::same_as<A, std::vector<Listener>>) {
    return Role::listener;
  } else {
    Role role = Role::none;
    if constexpr (has_one_call<A>) role = role_of_callable<A>();
    if constexpr (MeantAsRetry<A>) role = role == Role::none ? Role::retry : Role::several;
    if constexpr (MeantAsEnvironment<A>) role = role == Role::none ? Role::environment : Role::several;
    return role;
  }
}

/// The role of an argument of type A, by value or by reference.
template <class A>
inline constexpr Role role_of = find_role<A>();
template <class A>
  requires(!std::same_as<A, std::decay_t<A>>)
inline constexpr Role role_of<A> = role_of<std::decay_t<A>>;

template <Role role, class... Args>
inline constexpr int count_of = (0 + ... + (role_of<Args> == role));

/// Whether each argument has one role, and no two have the same. Only listeners may be many.
template <class... Args>
inline constexpr bool are_roles =
    count_of<Role::none, Args...> == 0 && count_of<Role::several, Args...> == 0 &&
    count_of<Role::labels, Args...> <= 1 && count_of<Role::window, Args...> <= 1 &&
    count_of<Role::tracker, Args...> <= 1 && count_of<Role::tripper, Args...> <= 1 &&
    count_of<Role::retry, Args...> <= 1 && count_of<Role::permit, Args...> <= 1 &&
    count_of<Role::slow_threshold, Args...> <= 1 && count_of<Role::error_hook, Args...> <= 1 &&
    count_of<Role::environment, Args...> <= 1 && count_of<Role::stats, Args...> <= 1;

/// Refuses other arguments with one sentence.
template <class... Args>
constexpr bool refuse_roles() noexcept {
  static_assert(
      count_of<Role::none, Args...> == 0,
      "fluxgate: an argument behind the name of a breaker is a window, tracker, tripper, retry, permit, "
      "SlowThreshold{3s}, Labels{{...}}, listener, error hook, environment or stats: this is none of them. A callable "
      "needs one call operator, whose parameter names its role: const Failure&, const CallContext&, const "
      "PermitContext& or const Signal&.");
  static_assert(
      count_of<Role::several, Args...> == 0,
      "fluxgate: an argument behind the name of a breaker is told apart by its role, and this has more than one: "
      "put it into a lambda whose parameter names the role that is meant.");
  static_assert(count_of<Role::labels, Args...> <= 1,
                "fluxgate: a breaker has one list of labels: put all of them into one Labels.");
  static_assert(count_of<Role::window, Args...> <= 1, "fluxgate: a breaker has one window: leave one out.");
  static_assert(count_of<Role::tracker, Args...> <= 1, "fluxgate: a breaker has one tracker: join them by & or |.");
  static_assert(count_of<Role::tripper, Args...> <= 1, "fluxgate: a breaker has one tripper: join them by & or |.");
  static_assert(count_of<Role::retry, Args...> <= 1, "fluxgate: a breaker has one retry: leave one out.");
  static_assert(count_of<Role::permit, Args...> <= 1, "fluxgate: a breaker has one permit: join them by &.");
  static_assert(count_of<Role::slow_threshold, Args...> <= 1,
                "fluxgate: a breaker has one slow threshold: leave one out, or use SlowRate{ratio, threshold}.");
  static_assert(count_of<Role::error_hook, Args...> <= 1, "fluxgate: a breaker has one error hook: leave one out.");
  static_assert(count_of<Role::environment, Args...> <= 1, "fluxgate: a breaker has one environment: leave one out.");
  static_assert(count_of<Role::stats, Args...> <= 1, "fluxgate: a breaker has one kind of stats: leave one out.");
  return true;
}

/// The type of the argument with this role, `Default` without one.
template <Role role, class Default, class... Args>
struct ChosenFrom : std::type_identity<Default> {};
template <Role role, class Default, class First, class... Rest>
struct ChosenFrom<role, Default, First, Rest...>
    : std::conditional_t<role_of<First> == role, std::type_identity<First>, ChosenFrom<role, Default, Rest...>> {};

template <Role role, class Default, class... Args>
using Chosen = typename ChosenFrom<role, Default, Args...>::type;

/// Marks the breaker that arguments without a role would make.
template <class... Args>
struct OfNoRole {};
/// Base of that breaker, in both front ends. The class is refused, not its constructor, so that this error comes first.
template <class... Args>
struct RefusedRoles {
  static_assert(refuse_roles<Args...>());
  template <class... Given>
  explicit RefusedRoles(const std::string&, Given&&...) {}
};

/// The template arguments of the breaker that these arguments make; the first is OfNoRole if they are no roles.
template <class... Args>
using WindowOf =
    std::conditional_t<are_roles<Args...>, Chosen<Role::window, DefaultWindow, Args...>, OfNoRole<Args...>>;
template <class... Args>
using TrackerOf = Chosen<Role::tracker, DefaultTracker, Args...>;
template <class... Args>
using TripperOf = Chosen<Role::tripper, DefaultTripper, Args...>;
template <class... Args>
using RetryOf = Chosen<Role::retry, DefaultRetry, Args...>;
template <class... Args>
using PermitOf = Chosen<Role::permit, DefaultPermit, Args...>;
template <class... Args>
using EnvironmentOf = Chosen<Role::environment, DefaultEnvironment, Args...>;
template <class... Args>
using StatsOf = Chosen<Role::stats, DefaultStats, Args...>;

/// The argument with this role.
template <Role role, class First, class... Rest>
constexpr auto&& find_argument(First& first, Rest&... rest) noexcept {
  if constexpr (role_of<First> == role) {
    return first;
  } else {
    return find_argument<role>(rest...);
  }
}

/// The argument with this role as a `Held`, or the default.
template <Role role, class Held, class Default, class... Args>
constexpr Held held(const Default& by_default, Args&... args) {
  if constexpr (count_of<role, Args...> == 1) {
    auto& argument = find_argument<role>(args...);
    static_assert(std::convertible_to<decltype(std::move(argument)), Held>,
                  "fluxgate: what is given for this role is not what the breaker's template argument names for it.");
    return std::move(argument);
  } else {
    static_assert(
        std::convertible_to<const Default&, Held>,
        "fluxgate: the breaker's template argument names a type for this role that has no default: give one.");
    return by_default;
  }
}

/// Converts to a default-constructed policy.
template <class Held>
struct DefaultOf {
  operator Held() const
    requires std::default_initializable<Held>
  {
    return Held{};
  }
};

template <class A>
void add_listener([[maybe_unused]] std::vector<Listener>& listeners, [[maybe_unused]] A& argument) {
  if constexpr (std::same_as<A, std::vector<Listener>>) {
    for (Listener& listener : argument) listeners.push_back(std::move(listener));
  } else if constexpr (role_of<A> == Role::listener) {
    listeners.emplace_back(std::move(argument));
  }
}

/// The Config that these arguments stand for; moves from them.
template <class W, class T, class Tr, class R, class P, class E, class S, class... Args>
Config<W, T, Tr, R, P, E, S> configured(std::string&& name, Args... args) {
  if constexpr (!are_roles<Args...>) (void)refuse_roles<Args...>();
  std::vector<Listener> listeners;
  (add_listener(listeners, args), ...);
  return Config<W, T, Tr, R, P, E, S>{
      .name = std::move(name),
      .labels = held<Role::labels, Labels>(Labels{}, args...),
      .window = held<Role::window, W>(default_window, args...),
      .tracker = held<Role::tracker, T>(DefaultTracker{}, args...),
      .tripper = held<Role::tripper, Tr>(default_tripper, args...),
      .retry = held<Role::retry, R>(default_retry, args...),
      .permit = held<Role::permit, P>(default_permit, args...),
      .slow_threshold = held<Role::slow_threshold, SlowThreshold>(std::nullopt, args...),
      .listeners = std::move(listeners),
      .on_listener_error = held<Role::error_hook, ListenerErrorHook>(nullptr, args...),
      .environment = held<Role::environment, E>(DefaultOf<E>{}, args...),
      .stats = held<Role::stats, S>(DefaultOf<S>{}, args...),
      .as_written = true};
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
