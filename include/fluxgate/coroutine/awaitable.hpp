// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Concepts for what can be awaited, which need no `<coroutine>`.

#ifndef FLUXGATE_COROUTINE_AWAITABLE_HPP
#define FLUXGATE_COROUTINE_AWAITABLE_HPP

#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

template <class A>
concept Awaiter = requires(A& awaiter) {
  static_cast<bool>(awaiter.await_ready());
  awaiter.await_resume();
};

template <class A>
concept HasMemberCoAwait = requires(A&& awaitable) { static_cast<A&&>(awaitable).operator co_await(); };

template <class A>
concept HasFreeCoAwait = requires(A&& awaitable) { operator co_await(static_cast<A&&>(awaitable)); };

}  // namespace detail

/// A type that `co_await` accepts without the help of a promise: an awaiter, or a type with an `operator co_await`, a
/// member or free. The value category counts: `A` is an rvalue, `A&` an lvalue.
template <class A>
concept Awaitable = detail::HasMemberCoAwait<A> || detail::HasFreeCoAwait<A> || detail::Awaiter<A>;

namespace detail {

/// The awaiter that `co_await awaitable` uses: the awaitable itself if it is one.
template <Awaitable A>
constexpr decltype(auto) get_awaiter(A&& awaitable) {
  if constexpr (HasMemberCoAwait<A>) {
    return static_cast<A&&>(awaitable).operator co_await();
  } else if constexpr (HasFreeCoAwait<A>) {
    return operator co_await(static_cast<A&&>(awaitable));
  } else {
    return static_cast<A&&>(awaitable);
  }
}

/// The type of the awaiter: a prvalue's type, or a reference.
template <class A>
using AwaiterOf = decltype(get_awaiter(std::declval<A>()));

/// Refuses an awaitable as the result of a synchronous call, in a sentence.
template <class Result>
constexpr bool refuse_awaitable() noexcept {
  static_assert(!Awaitable<Result>,
                "fluxgate: the callable returns an awaitable, whose outcome is not known when it returns: call it "
                "through AsyncCircuitBreaker.");
  return true;
}

}  // namespace detail

/// The type of what `co_await` of an A returns.
template <Awaitable A>
using await_result_t = decltype(std::declval<std::remove_reference_t<detail::AwaiterOf<A>>&>().await_resume());

}  // namespace fluxgate::FLUXGATE_ABI

#endif
