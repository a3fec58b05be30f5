// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The calls of everything that guards synchronous calls.

#ifndef FLUXGATE_CALL_CALLS_HPP
#define FLUXGATE_CALL_CALLS_HPP

#include <concepts>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call_result.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Base of a Breaker that makes calls by a private `make(form, f, args...)`, and says in a private
/// `overlooks_result<R>` whether no OnResult can look at what a call returns.
template <class Breaker>
class Calls {
  template <class F, class... Args>
  static constexpr bool try_is_nothrow = std::is_nothrow_invocable_v<F, Args...> &&
                                         (std::is_void_v<std::invoke_result_t<F, Args...>> ||
                                          std::is_nothrow_move_constructible_v<std::invoke_result_t<F, Args...>>);

 public:
  /// Invokes `f(args...)` and returns what it returns; its exceptions pass unchanged. What it returns is judged by
  /// `outcome_traits` and the tracker, unless it cannot be moved.
  /// @throws CallNotPermittedError when the breaker refuses; `f` is not invoked then
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> call(F&& f, Args&&... args) {
    return self().make(Throwing{}, std::forward<F>(f), std::forward<Args>(args)...);
  }

  /// As `call`, but gives a refusal as a value. Throws only what `f` throws.
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  CallResult<std::invoke_result_t<F, Args...>> try_call(F&& f, Args&&... args) noexcept(try_is_nothrow<F, Args...>) {
    return self().make(Reporting{}, std::forward<F>(f), std::forward<Args>(args)...);
  }

  /// Like `call`, but passes errors of the type of `fallback`'s parameter to it: `const CallNotPermittedError&` gets
  /// refusals of this breaker, another exception type what is caught as that type (a refusal too, where it derives from
  /// it), `std::exception_ptr` everything thrown. The outcome is recorded before `fallback` runs.
  ///
  /// A result that failed, whether or not it counts, goes to a fallback that takes its error, or an exception that is
  /// its error, or the result itself. A fallback that takes the result itself also gets what the tracker alone calls a
  /// failure; the tracker is then asked twice.
  template <class F, class Fallback, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> call_with_fallback(F&& f, Fallback&& fallback, Args&&... args) {
    return self().make(FallingBack<Fallback>{std::forward<Fallback>(fallback)}, std::forward<F>(f),
                       std::forward<Args>(args)...);
  }

  // Overloads for arguments that do not fit: they are refused with one readable sentence.
  template <class F, class... Args>
    requires(!std::invocable<F, Args...>)
  AnyResult call(F&&, Args&&...) {
    return refuse_arguments<F, Args...>();
  }
  template <class F, class... Args>
    requires(!std::invocable<F, Args...>)
  AnyResult try_call(F&&, Args&&...) {
    return refuse_arguments<F, Args...>();
  }
  template <class F, class Fallback, class... Args>
    requires(!std::invocable<F, Args...>)
  AnyResult call_with_fallback(F&&, Fallback&&, Args&&...) {
    return refuse_arguments<F, Args...>();
  }

  // The same three again, chosen if no OnResult of the tracker can look at the result: the warning appears at the
  // caller's line. The callables of guarded() ask for it as well.

  template <class F, class... Args>
  static constexpr bool overlooks = Breaker::template overlooks_result<std::invoke_result_t<F, Args...>>;

  template <class F, class... Args>
    requires std::invocable<F, Args...> && overlooks<F, Args...>
  [[deprecated(FLUXGATE_OVERLOOKED)]] std::invoke_result_t<F, Args...> call(F&& f, Args&&... args) {
    return self().make(Throwing{}, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires std::invocable<F, Args...> && overlooks<F, Args...>
  [[deprecated(FLUXGATE_OVERLOOKED)]] CallResult<std::invoke_result_t<F, Args...>> try_call(
      F&& f, Args&&... args) noexcept(try_is_nothrow<F, Args...>) {
    return self().make(Reporting{}, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class Fallback, class... Args>
    requires std::invocable<F, Args...> && overlooks<F, Args...>
  [[deprecated(FLUXGATE_OVERLOOKED)]] std::invoke_result_t<F, Args...> call_with_fallback(F&& f, Fallback&& fallback,
                                                                                          Args&&... args) {
    return self().make(FallingBack<Fallback>{std::forward<Fallback>(fallback)}, std::forward<F>(f),
                       std::forward<Args>(args)...);
  }

 private:
  friend Breaker;
  Calls() = default;

  Breaker& self() noexcept { return static_cast<Breaker&>(*this); }
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
