// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What can be awaited, in concepts that need no `<coroutine>`.

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

/// A type that `co_await` takes without the help of a promise: an awaiter, or something with a member or free
/// `operator co_await`. The value category counts: `A` is an rvalue, `A&` an lvalue.
template <class A>
concept Awaitable = detail::HasMemberCoAwait<A> || detail::HasFreeCoAwait<A> || detail::Awaiter<A>;

namespace detail {

/// The awaiter that `co_await awaitable` would use; the awaitable itself where it is one.
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

/// A prvalue's type, or a reference.
template <class A>
using AwaiterOf = decltype(get_awaiter(std::declval<A>()));

}  // namespace detail

/// What `co_await` of an A gives.
template <Awaitable A>
using await_result_t = decltype(std::declval<std::remove_reference_t<detail::AwaiterOf<A>>&>().await_resume());

}  // namespace fluxgate::FLUXGATE_ABI

#endif
