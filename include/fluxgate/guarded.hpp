// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// `guarded`: makes a callable whose every call goes through a breaker.

#ifndef FLUXGATE_GUARDED_HPP
#define FLUXGATE_GUARDED_HPP

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/parameter.hpp>
#include <fluxgate/call/held_breaker.hpp>
#include <fluxgate/circuit_breaker.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// Whether the breaker warns that this compiler copies a part of the call bit by bit.
template <class Breaker, class... Parts>
concept CopiedBitwise = requires { requires Breaker::template copied_bitwise<Parts...>; };

/// Whether a const fallback can be called. A concept, so that overloads with more constraints subsume this one.
template <class Fallback>
concept FallsBackAsConst = (!HasOneParameter<Fallback>) || std::invocable<const Fallback&, const Parameter<Fallback>&>;

struct CallOperator {
  void operator()();
};
template <class F>
struct WithCallOperator : F, CallOperator {};
/// Whether no arguments fit an F: it is an object without a call operator, or no object of a class.
template <class F>
concept NeverCallable = !std::is_pointer_v<F> && !std::is_member_pointer_v<F> &&
                        (std::is_scalar_v<F> || (std::is_class_v<F> && !std::is_final_v<F> && !std::invocable<F&> &&
                                                 requires { &WithCallOperator<F>::operator(); }));  // not ambiguous

/// Refuses what cannot be called, in a sentence.
template <class F>
constexpr void require_callable() noexcept {
  static_assert(!NeverCallable<F> && (!std::is_pointer_v<F> || std::is_function_v<std::remove_pointer_t<F>>),
                "fluxgate: guarded() takes a breaker and a callable, as in guarded(breaker, charge).");
}

template <class Breaker, class F>
class Guarded {
 public:
  Guarded(Breaker& breaker, F f) : held_{breaker}, f_(std::move(f)) {}

  template <class... Args>
    requires std::invocable<F&, Args...>
  decltype(auto) operator()(Args&&... args) & {
    return breaker().call(f_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<const F&, Args...>
  decltype(auto) operator()(Args&&... args) const& {
    return breaker().call(f_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<F, Args...>
  decltype(auto) operator()(Args&&... args) && {
    return breaker().call(std::move(f_), std::forward<Args>(args)...);
  }

  // The same three with a warning, like the overloads of the breaker's call, whose own warnings would point into this
  // header, where users do not see them.
  template <class... Args>
    requires std::invocable<F&, Args...> && (Breaker::template overlooks<F&, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] decltype(auto) operator()(Args&&... args) & {
    return breaker().call(f_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<const F&, Args...> && (Breaker::template overlooks<const F&, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] decltype(auto) operator()(Args&&... args) const& {
    return breaker().call(f_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<F, Args...> && (Breaker::template overlooks<F, Args...>) &&
             (!CopiedBitwise<Breaker, F, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] decltype(auto) operator()(Args&&... args) && {
    return breaker().call(std::move(f_), std::forward<Args>(args)...);
  }
#if defined(FLUXGATE_COPIED_BITWISE)
  // As above: the warning of the breaker's `call` would point into this header.
  template <class... Args>
    requires std::invocable<F, Args...> && (Breaker::template copied_bitwise<F, Args...>)
  [[deprecated(FLUXGATE_COPIED_BITWISE)]] decltype(auto) operator()(Args&&... args) && {
    return breaker().call(std::move(f_), std::forward<Args>(args)...);
  }
#endif

 private:
  Breaker& breaker() const noexcept {
    return held_.get("what guarded() gave is called after its breaker was destroyed");
  }

  HeldBreaker<Breaker> held_;
  [[no_unique_address]] F f_;
};

template <class Breaker, class F, class Fallback>
class GuardedWithFallback {
 public:
  GuardedWithFallback(Breaker& breaker, F f, Fallback fallback)
      : held_{breaker}, f_(std::move(f)), fallback_(std::move(fallback)) {}

  template <class... Args>
    requires std::invocable<F&, Args...>
  decltype(auto) operator()(Args&&... args) & {
    return breaker().call_with_fallback(f_, fallback_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<const F&, Args...> && FallsBackAsConst<Fallback>
  decltype(auto) operator()(Args&&... args) const& {
    return breaker().call_with_fallback(f_, fallback_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<F, Args...>
  decltype(auto) operator()(Args&&... args) && {
    return breaker().call_with_fallback(std::move(f_), std::move(fallback_), std::forward<Args>(args)...);
  }

  // The same three with a warning, as above.
  template <class... Args>
    requires std::invocable<F&, Args...> && (Breaker::template overlooks<F&, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] decltype(auto) operator()(Args&&... args) & {
    return breaker().call_with_fallback(f_, fallback_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<const F&, Args...> && FallsBackAsConst<Fallback> &&
             (Breaker::template overlooks<const F&, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] decltype(auto) operator()(Args&&... args) const& {
    return breaker().call_with_fallback(f_, fallback_, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::invocable<F, Args...> && (Breaker::template overlooks<F, Args...>) &&
             (!CopiedBitwise<Breaker, F, Fallback, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] decltype(auto) operator()(Args&&... args) && {
    return breaker().call_with_fallback(std::move(f_), std::move(fallback_), std::forward<Args>(args)...);
  }
#if defined(FLUXGATE_COPIED_BITWISE)
  template <class... Args>
    requires std::invocable<F, Args...> && (Breaker::template copied_bitwise<F, Fallback, Args...>)
  [[deprecated(FLUXGATE_COPIED_BITWISE)]] decltype(auto) operator()(Args&&... args) && {
    return breaker().call_with_fallback(std::move(f_), std::move(fallback_), std::forward<Args>(args)...);
  }
#endif

 private:
  Breaker& breaker() const noexcept {
    return held_.get("what guarded() gave is called after its breaker was destroyed");
  }

  HeldBreaker<Breaker> held_;
  [[no_unique_address]] F f_;
  [[no_unique_address]] Fallback fallback_;
};

}  // namespace detail

/// Makes a callable that calls `f` with its arguments through `breaker.call` and returns the result; with an
/// AsyncCircuitBreaker, the awaitable. It holds a copy of `f` and a reference to the breaker, which must outlive it; of a
/// Series a copy, which refers to the breakers.
template <class Breaker, class F>
  requires(!std::is_const_v<Breaker> && !detail::Handle<Breaker>)
auto guarded(Breaker& breaker, F&& f) {
  detail::require_callable<std::decay_t<F>>();
  return detail::Guarded<typename detail::KeptAs<Breaker>::type, std::decay_t<F>>{breaker, std::forward<F>(f)};
}

/// The same through `breaker.call_with_fallback`; holds a copy of `fallback`, too.
template <class Breaker, class F, class Fallback>
  requires(!std::is_const_v<Breaker> && !detail::Handle<Breaker>)
auto guarded(Breaker& breaker, F&& f, Fallback&& fallback) {
  detail::require_callable<std::decay_t<F>>();
  return detail::GuardedWithFallback<typename detail::KeptAs<Breaker>::type, std::decay_t<F>, std::decay_t<Fallback>>{
      breaker, std::forward<F>(f), std::forward<Fallback>(fallback)};
}

template <detail::Handle Breaker, class F>
auto guarded(Breaker breaker, F&& f) {
  detail::require_callable<std::decay_t<F>>();
  return detail::Guarded<Breaker, std::decay_t<F>>{breaker, std::forward<F>(f)};
}
template <detail::Handle Breaker, class F, class Fallback>
auto guarded(Breaker breaker, F&& f, Fallback&& fallback) {
  detail::require_callable<std::decay_t<F>>();
  return detail::GuardedWithFallback<Breaker, std::decay_t<F>, std::decay_t<Fallback>>{
      breaker, std::forward<F>(f), std::forward<Fallback>(fallback)};
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
