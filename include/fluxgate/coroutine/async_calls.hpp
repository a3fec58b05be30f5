// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The calls of everything that guards calls whose outcome is awaited.

#ifndef FLUXGATE_COROUTINE_ASYNC_CALLS_HPP
#define FLUXGATE_COROUTINE_ASYNC_CALLS_HPP

#include <concepts>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/held_breaker.hpp>
#include <fluxgate/coroutine/async_call.hpp>
#include <fluxgate/coroutine/async_coroutine.hpp>
#include <fluxgate/coroutine/awaitable.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Base of a Breaker that says in a private `held()` what its awaitables hold, and in a private `overlooks_result<R>`
/// whether no OnResult can look at what awaiting returns.
template <class Breaker>
class AsyncCalls {
 public:
  /// `co_await` returns what awaiting `f(args...)` returns; exceptions pass unchanged.
  /// @throws CallNotPermittedError on await, if the breaker refuses; `f` is not invoked then
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  [[nodiscard]] auto call(F&& f, Args&&... args) {
    return prepare(Throwing{}, std::forward<F>(f), std::forward<Args>(args)...);
  }

  /// As `call`, but `co_await` returns a CallResult.
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  [[nodiscard]] auto try_call(F&& f, Args&&... args) {
    return prepare(Reporting{}, std::forward<F>(f), std::forward<Args>(args)...);
  }

  /// As `call`, but `fallback` handles errors of its parameter's type, as in CircuitBreaker. The fallback returns what
  /// the call returns, or an awaitable of it.
  template <class F, class Fallback, class... Args>
    requires std::invocable<F, Args...>
  [[nodiscard]] auto call_with_fallback(F&& f, Fallback&& fallback, Args&&... args) {
    return prepare_with_fallback(std::forward<F>(f), std::forward<Fallback>(fallback), std::forward<Args>(args)...);
  }

  // Refuse what cannot be called, in a sentence.
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

  // The same three with a warning at the caller's line: if no OnResult of the tracker can look at what awaiting
  // returns, or if a compiler miscompiles the arguments. The callables of guarded() read these conditions, too.

  template <class... Parts>
#if defined(FLUXGATE_COPIED_BITWISE)
  static constexpr bool copied_bitwise = (detail::copied_bitwise<Parts> || ...);
#else
  static constexpr bool copied_bitwise = false;
#endif
  template <class F, class... Args>
  static constexpr bool overlooks = Breaker::template overlooks_result<AwaitedOrVoid<std::invoke_result_t<F, Args...>>>;

  template <class F, class... Args>
    requires std::invocable<F, Args...> && overlooks<F, Args...> && (!copied_bitwise<F, Args...>)
  [[nodiscard, deprecated(FLUXGATE_OVERLOOKED)]] auto call(F&& f, Args&&... args) {
    return prepare(Throwing{}, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires std::invocable<F, Args...> && overlooks<F, Args...> && (!copied_bitwise<F, Args...>)
  [[nodiscard, deprecated(FLUXGATE_OVERLOOKED)]] auto try_call(F&& f, Args&&... args) {
    return prepare(Reporting{}, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class Fallback, class... Args>
    requires std::invocable<F, Args...> && overlooks<F, Args...> && (!copied_bitwise<F, Fallback, Args...>)
  [[nodiscard, deprecated(FLUXGATE_OVERLOOKED)]] auto call_with_fallback(F&& f, Fallback&& fallback, Args&&... args) {
    return prepare_with_fallback(std::forward<F>(f), std::forward<Fallback>(fallback), std::forward<Args>(args)...);
  }

#if defined(FLUXGATE_COPIED_BITWISE)

  template <class F, class... Args>
    requires std::invocable<F, Args...> && copied_bitwise<F, Args...>
  [[nodiscard, deprecated(FLUXGATE_COPIED_BITWISE)]] auto call(F&& f, Args&&... args) {
    return prepare(Throwing{}, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires std::invocable<F, Args...> && copied_bitwise<F, Args...>
  [[nodiscard, deprecated(FLUXGATE_COPIED_BITWISE)]] auto try_call(F&& f, Args&&... args) {
    return prepare(Reporting{}, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class Fallback, class... Args>
    requires std::invocable<F, Args...> && copied_bitwise<F, Fallback, Args...>
  [[nodiscard, deprecated(FLUXGATE_COPIED_BITWISE)]] auto call_with_fallback(F&& f, Fallback&& fallback,
                                                                             Args&&... args) {
    return prepare_with_fallback(std::forward<F>(f), std::forward<Fallback>(fallback), std::forward<Args>(args)...);
  }
#endif

 private:
  friend Breaker;
  AsyncCalls() = default;

  template <class Form, class F, class... Args>
  auto prepare(Form form, F&& f, Args&&... args) {
    using Inner = std::invoke_result_t<F, Args...>;
    if constexpr (!Awaitable<Inner>) {
      static_assert(Awaitable<Inner>,
                    "fluxgate: the callable must return an awaitable; one that returns its result itself is called "
                    "through CircuitBreaker.");
    } else {
      using Result = typename Form::template Result<Kept<await_result_t<Inner>>>;
      return prepare_held<Result>(static_cast<Breaker&>(*this).held(), std::move(form), std::forward<F>(f),
                                  std::forward<Args>(args)...);
    }
  }

  template <class Result, class Called, class Form, class F, class... Args>
  static auto prepare_held(HeldBreaker<Called> held, Form form, F&& f, Args&&... args) {
    using Inner = std::invoke_result_t<F, Args...>;
    if constexpr (AwaitsItsKindOnly<Inner>) {
      return call_as<KindOf<Inner, Result>, Form, Called, F, Args...>(std::move(held), std::move(form),
                                                                      std::forward<F>(f), std::forward<Args>(args)...);
    } else if constexpr (falls_back_later<Form>) {
      return call_as<LazyTask<Result>, Form, Called, F, Args...>(std::move(held), std::move(form), std::forward<F>(f),
                                                                 std::forward<Args>(args)...);
    } else {
      return CallAwaitable<Called, Form, F, Args...>{std::move(held), std::move(form), std::forward<F>(f),
                                                     std::forward<Args>(args)...};
    }
  }

  template <class F, class Fallback, class... Args>
  auto prepare_with_fallback(F&& f, Fallback&& fallback, Args&&... args) {
    using Given = std::invoke_result_t<Fallback, const HandledBy<Fallback>&>;
    if constexpr (Awaitable<Given>) {
      return prepare(FallingBackLater<Fallback>{std::forward<Fallback>(fallback)}, std::forward<F>(f),
                     std::forward<Args>(args)...);
    } else {
      return prepare(FallingBack<Fallback>{std::forward<Fallback>(fallback)}, std::forward<F>(f),
                     std::forward<Args>(args)...);
    }
  }
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
