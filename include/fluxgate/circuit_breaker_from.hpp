// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The type of the breaker that a function configures, for members of classes.

#ifndef FLUXGATE_CIRCUIT_BREAKER_FROM_HPP
#define FLUXGATE_CIRCUIT_BREAKER_FROM_HPP

#include <concepts>
#include <type_traits>
#include <utility>

#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/config.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

// The return type of a function with any parameters. Overloads without definitions; each accepts a noexcept function,
// too.
template <class R, class... Args>
std::type_identity<R> result_of(R (*)(Args...));
template <class C, class R, class... Args>
std::type_identity<R> result_of(R (C::*)(Args...) const);

/// The return type of `Make` for these arguments; without any, its return type for its own parameters.
template <class Make, class... Args>
struct ResultOf {
  static_assert(
      sizeof(Make) == 0,
      "fluxgate: CircuitBreakerFrom needs a function that gives a Config, as in CircuitBreakerFrom<make_config>; "
      "for a generic function, add the types of its arguments.");
};
template <class Make, class... Args>
  requires std::invocable<const Make&, Args...>
struct ResultOf<Make, Args...> : std::invoke_result<const Make&, Args...> {};
template <class Make>
  requires(!std::invocable<const Make&>) && requires(Make make) { result_of(make); }
struct ResultOf<Make> : decltype(result_of(std::declval<Make>())){};
template <class Make>
  requires(!std::invocable<const Make&>) && requires { result_of(&Make::operator()); }
struct ResultOf<Make> : decltype(result_of(&Make::operator())){};

template <class C>
inline constexpr bool is_config = false;
template <class W, class T, class Tr, class R, class P, class E, class S>
inline constexpr bool is_config<Config<W, T, Tr, R, P, E, S>> = true;

template <class C>
struct ConfiguredBy {
  static_assert(sizeof(C) == 0, "fluxgate: the function that CircuitBreakerFrom is given must return a Config.");
};
template <class W, class T, class Tr, class R, class P, class E, class S>
struct ConfiguredBy<Config<W, T, Tr, R, P, E, S>> {
  using Breaker = CircuitBreaker<W, T, Tr, R, P, E, S>;
  using AsyncBreaker = AsyncCircuitBreaker<W, T, Tr, R, P, E, S>;
};

template <auto make_config, class... Args>
using ConfiguredByFunction =
    ConfiguredBy<std::remove_cvref_t<typename ResultOf<std::remove_cv_t<decltype(make_config)>, Args...>::type>>;

}  // namespace detail

/// The type of the CircuitBreaker that the result of `make_config(...)` configures, for a member: C++ does not deduce
/// its type from the initializer.
///
///     auto make_config(std::string name) { return Config{.name = std::move(name), .retry = Cooldown{5s}}; }
///     struct Client { CircuitBreakerFrom<make_config> breaker{make_config("db")}; };
///
/// `make_config` is a function, or a lambda without captures. If it is generic, the types of its arguments follow:
/// `CircuitBreakerFrom<make_config, const char*>`. This is an alias: nothing is called.
template <auto make_config, class... Args>
using CircuitBreakerFrom = typename detail::ConfiguredByFunction<make_config, Args...>::Breaker;

/// The same for an AsyncCircuitBreaker.
template <auto make_config, class... Args>
using AsyncCircuitBreakerFrom = typename detail::ConfiguredByFunction<make_config, Args...>::AsyncBreaker;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
