// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The front end for coroutines.

#ifndef FLUXGATE_ASYNC_CIRCUIT_BREAKER_HPP
#define FLUXGATE_ASYNC_CIRCUIT_BREAKER_HPP

#include <chrono>
#include <concepts>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/held_breaker.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/coroutine/async_calls.hpp>
#include <fluxgate/engine/life.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/roles.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/trackers/questions.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Guards calls whose outcome is awaited: a CircuitBreaker whose `call`, `try_call` and `call_with_fallback` return
/// awaitables, for coroutines of any library.
///
/// An awaitable makes the call once, when it is awaited: it asks for admission, invokes `f`, awaits what `f` returns,
/// and records the outcome; an exception from `f` itself is an outcome, too. The duration of a call is from admission
/// to resumption. The awaitable holds `f`, arguments and fallback that are rvalues; it refers to lvalues, which must
/// live until it has been awaited. If the coroutine is destroyed while it is suspended, the call is neutral and gives
/// its place back.
///
/// A call allocates nothing and resumes the awaiting coroutine directly. Two kinds cost a coroutine frame: if `f`
/// returns a coroutine whose promise awaits only its own kind (`asio::awaitable`), the call is a coroutine of that
/// type; and if the fallback returns an awaitable.
///
/// Thread safety is that of CircuitBreaker; an awaitable belongs to one coroutine.
template <class W = detail::DefaultWindow, class T = detail::DefaultTracker, class Tr = detail::DefaultTripper,
          class R = detail::DefaultRetry, class P = detail::DefaultPermit, class E = detail::DefaultEnvironment,
          class S = detail::DefaultStats>
class AsyncCircuitBreaker : public detail::AsyncCalls<AsyncCircuitBreaker<W, T, Tr, R, P, E, S>> {
 public:
  /// The type of the breaker that it owns or is attached to.
  using Breaker = CircuitBreaker<W, T, Tr, R, P, E, S>;
  /// The result of `try_acquire`.
  using Admission = typename Breaker::Admission;

  /// Owns a breaker. @throws as the constructor of CircuitBreaker
  explicit AsyncCircuitBreaker(Config<W, T, Tr, R, P, E, S> config)
      : own_{std::in_place, std::move(config)}, breaker_{&*own_} {}

  /// Owns a breaker that begins where another ended, as CircuitBreaker does. @throws as its constructor
  AsyncCircuitBreaker(Config<W, T, Tr, R, P, E, S> config, const Restored& from)
      : own_{std::in_place, std::move(config), from}, breaker_{&*own_} {}

  /// Attaches to `breaker`: shares its state. `breaker` must outlive it.
  explicit AsyncCircuitBreaker(Breaker& breaker) noexcept : breaker_{&breaker} {}

  /// Takes a name and arguments in any order, as CircuitBreaker does.
  template <class... Args>
  explicit AsyncCircuitBreaker(std::string name, Args&&... args)
      : own_{std::in_place, std::move(name), std::forward<Args>(args)...}, breaker_{&*own_} {}

  AsyncCircuitBreaker(const AsyncCircuitBreaker&) = delete;  // fluxgate: a breaker is neither copied nor moved.
  AsyncCircuitBreaker& operator=(const AsyncCircuitBreaker&) = delete;

  /// As in CircuitBreaker; the same holds for the rest.
  Admission try_acquire() noexcept { return breaker().try_acquire(); }
  /// As in CircuitBreaker.
  Info info() const { return breaker().info(); }
  /// As in CircuitBreaker.
  Snapshot snapshot() const { return breaker().snapshot(); }
  /// As in CircuitBreaker.
  PolicyTexts describe() const { return breaker().describe(); }
  /// As in CircuitBreaker.
  template <class W2, class T2, class Tr2, class R2, class P2, class E2, class S2>
  void retune(Config<W2, T2, Tr2, R2, P2, E2, S2> config) {
    breaker().retune(std::move(config));
  }
  /// As in CircuitBreaker.
  CallCounts call_counts() const noexcept
    requires std::same_as<S, CallStats>
  {
    return breaker().call_counts();
  }
  /// As in CircuitBreaker.
  bool would_admit() const noexcept { return breaker().would_admit(); }
  /// As in CircuitBreaker.
  State state() const noexcept { return breaker().state(); }
  /// As in CircuitBreaker.
  std::string_view name() const noexcept { return breaker().name(); }
  /// As in CircuitBreaker.
  void reset(Notify notify = Notify::yes) { breaker().reset(notify); }
  /// As in CircuitBreaker.
  void disable(Notify notify = Notify::yes) { breaker().disable(notify); }
  /// As in CircuitBreaker.
  void metrics_only(Notify notify = Notify::yes) { breaker().metrics_only(notify); }
  /// As in CircuitBreaker.
  void force_open(Notify notify = Notify::yes) { breaker().force_open(notify); }
  /// As in CircuitBreaker.
  template <class Rep, class Period>
  void force_open(std::chrono::duration<Rep, Period> duration, Notify notify = Notify::yes) {
    breaker().force_open(duration, notify);
  }
  template <detail::Unitless N>
  void force_open(N, Notify = Notify::yes) {
    detail::refuse_unitless<N>();
  }
  /// As in CircuitBreaker.
  void force_open(const Override& given) { breaker().force_open(given); }
  /// As in CircuitBreaker.
  void disable(const Override& given) { breaker().disable(given); }
  /// As in CircuitBreaker.
  void metrics_only(const Override& given) { breaker().metrics_only(given); }

 private:
  Breaker& breaker() const noexcept {
    attached_.check("an AsyncCircuitBreaker is used after the breaker that it is attached to was destroyed");
    return *breaker_;
  }

  friend detail::AsyncCalls<AsyncCircuitBreaker>;
  friend detail::ResultAccess;
  friend detail::SeriesAccess;

  detail::HeldBreaker<Breaker> held() const noexcept { return detail::HeldBreaker<Breaker>{breaker()}; }
  template <class Result>
  static constexpr bool overlooks_result = detail::overlooks_call<T, Result>;
  template <class Result>
  static constexpr bool overlooks_recorded = detail::overlooks<T, Result>;
  template <class Result>
  static constexpr bool looks_at = detail::looks_at<T, Result>();
  template <class Result>
  bool fails(const Result& result) const noexcept {
    return detail::ResultAccess::fails(breaker(), result);
  }

  friend class detail::Watch;

  std::optional<Breaker> own_;
  Breaker* breaker_;
  [[no_unique_address]] detail::Watch attached_{*breaker_};
  [[no_unique_address]] detail::Life life_{breaker_->name()};
};

/// The type that a copy of a breaker would have: refused.
template <class T, class Tr, class R, class P, class E, class S>
class AsyncCircuitBreaker<detail::CopiedFrom, T, Tr, R, P, E, S> : detail::RefusedCopy<T> {
 public:
  using detail::RefusedCopy<T>::RefusedCopy;
};

/// The type of a breaker whose arguments have no role, or more than one, or the same one twice: refused.
template <class... Args, class T, class Tr, class R, class P, class E, class S>
class AsyncCircuitBreaker<detail::OfNoRole<Args...>, T, Tr, R, P, E, S> : detail::RefusedRoles<Args...> {
 public:
  using detail::RefusedRoles<Args...>::RefusedRoles;
};

template <class W, class T, class Tr, class R, class P, class E, class S>
AsyncCircuitBreaker(const AsyncCircuitBreaker<W, T, Tr, R, P, E, S>&)
    -> AsyncCircuitBreaker<detail::CopiedFrom, T, Tr, R, P, E, S>;
template <class W, class T, class Tr, class R, class P, class E, class S>
AsyncCircuitBreaker(Config<W, T, Tr, R, P, E, S>) -> AsyncCircuitBreaker<W, T, Tr, R, P, E, S>;
template <class W, class T, class Tr, class R, class P, class E, class S>
AsyncCircuitBreaker(Config<W, T, Tr, R, P, E, S>, const Restored&) -> AsyncCircuitBreaker<W, T, Tr, R, P, E, S>;
template <class... Args>
AsyncCircuitBreaker(std::string, Args...)
    -> AsyncCircuitBreaker<detail::WindowOf<Args...>, detail::TrackerOf<Args...>, detail::TripperOf<Args...>,
                           detail::RetryOf<Args...>, detail::PermitOf<Args...>, detail::EnvironmentOf<Args...>,
                           detail::StatsOf<Args...>>;
template <class W, class T, class Tr, class R, class P, class E, class S>
AsyncCircuitBreaker(CircuitBreaker<W, T, Tr, R, P, E, S>&) -> AsyncCircuitBreaker<W, T, Tr, R, P, E, S>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
