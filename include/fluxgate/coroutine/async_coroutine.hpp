// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A guarded call as a coroutine, for the two cases that cannot be wrapped in place.
///
/// - A promise that awaits only coroutines of its own kind, such as that of `asio::awaitable`: the call is then a
///   coroutine of the kind that the callable returns.
/// - A fallback that must be awaited itself: that takes a second suspension, which only a coroutine can make.
///
/// Either costs one coroutine frame, allocated as coroutines of that kind are.

#ifndef FLUXGATE_COROUTINE_ASYNC_COROUTINE_HPP
#define FLUXGATE_COROUTINE_ASYNC_COROUTINE_HPP

#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/unwinding.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/handled_error.hpp>
#include <fluxgate/call/held_breaker.hpp>
#include <fluxgate/call_result.hpp>
#include <fluxgate/coroutine/async_call.hpp>
#include <fluxgate/coroutine/awaitable.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/failure.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// An awaitable that no promise knows, to test whether a promise awaits any type.
struct AnyAwaitable {
  static bool await_ready() noexcept { return true; }
  static void await_suspend(std::coroutine_handle<>) noexcept {}
  static void await_resume() noexcept {}
};

/// A coroutine type whose promise awaits its own kind, but not any type.
template <class Task>
concept AwaitsItsKindOnly = requires(typename std::coroutine_traits<Task>::promise_type& promise, Task task) {
  promise.await_transform(std::move(task));
} && !requires(typename std::coroutine_traits<Task>::promise_type& promise, AnyAwaitable any) {
  promise.await_transform(any);
};

template <class Task, class R>
struct SameKind {
  static_assert(
      std::same_as<R, Kept<await_result_t<Task>>>,
      "fluxgate: the coroutine type that the callable returns is no template on its result, so no type of its "
      "kind returns a CallResult: use call() or call_with_fallback().");
  using type = Task;
};
template <template <class...> class Task, class T, class... Rest, class R>
struct SameKind<Task<T, Rest...>, R> {
  using type = Task<R, Rest...>;
};
/// The coroutine type like Task that returns an R.
template <class Task, class R>
using KindOf = typename SameKind<Task, R>::type;

/// The outcome of awaiting until it is returned: a value, or an exception.
template <class R>
class Awaited {
 public:
  template <class V>
  void set_value(V&& value) {
    if constexpr (std::is_reference_v<R>) {
      value_ = std::addressof(value);
    } else {
      value_.emplace(std::forward<V>(value));
    }
  }
  void set_error(std::exception_ptr error) noexcept { error_ = std::move(error); }

  const std::exception_ptr& error() const noexcept { return error_; }
  R get() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    if constexpr (std::is_reference_v<R>) {
      return static_cast<R>(**value_);
    } else if constexpr (!std::is_void_v<R>) {
      return std::move(*value_);
    }
  }

 private:
  std::optional<Stored<R>> value_;
  std::exception_ptr error_;
};

/// A coroutine that starts when it is awaited, and at its end resumes the coroutine that awaits it.
template <class R>
class [[nodiscard]] LazyTask {
  struct PromiseBase {
    Awaited<R> result;
    std::coroutine_handle<> caller;

    struct Final {
      static bool await_ready() noexcept { return false; }
      template <class Promise>
      static std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
        return ended.promise().caller;
      }
      static void await_resume() noexcept {}
    };
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static Final final_suspend() noexcept { return {}; }
    void unhandled_exception() {
      FLUXGATE_RETHROW_UNWINDING;
      result.set_error(std::current_exception());
    }
  };
  struct ValuePromise : PromiseBase {
    template <class V>
    void return_value(V&& value) {
      this->result.set_value(std::forward<V>(value));
    }
    LazyTask get_return_object() noexcept {
      return LazyTask{std::coroutine_handle<typename LazyTask::promise_type>::from_promise(*this)};
    }
  };
  struct VoidPromise : PromiseBase {
    static void return_void() noexcept {}
    LazyTask get_return_object() noexcept {
      return LazyTask{std::coroutine_handle<typename LazyTask::promise_type>::from_promise(*this)};
    }
  };

 public:
  using promise_type = std::conditional_t<std::is_void_v<R>, VoidPromise, ValuePromise>;

  LazyTask(LazyTask&& other) noexcept : coroutine_{std::exchange(other.coroutine_, nullptr)} {}
  LazyTask& operator=(LazyTask&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~LazyTask() {
    if (coroutine_) coroutine_.destroy();
  }

  static bool await_ready() noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
    coroutine_.promise().caller = caller;
    return coroutine_;
  }
  R await_resume() { return coroutine_.promise().result.get(); }

 private:
  explicit LazyTask(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_{coroutine} {}

  std::coroutine_handle<promise_type> coroutine_;
};

/// `call_with_fallback` with a fallback that returns an awaitable.
template <class Fallback>
class FallingBackLater {
 public:
  using Error = HandledBy<Fallback>;
  template <class R>
  using Result = R;

  explicit FallingBackLater(Fallback&& fallback) : fallback_(std::forward<Fallback>(fallback)) {}

  /// The fallback's awaitable for an error, which must live until the awaitable has been awaited.
  decltype(auto) start(const Error& error) { return std::invoke(std::forward<Fallback>(fallback_), error); }
  /// The same for an exception; rethrows it if the fallback does not handle it. `error` must live until the awaitable
  /// has been awaited.
  decltype(auto) start_caught([[maybe_unused]] const std::exception_ptr& error, [[maybe_unused]] bool refused) {
#if defined(__cpp_exceptions)
    if constexpr (std::same_as<Error, std::exception_ptr>) {
      return start(error);
    } else {
      // A refusal by another breaker passes, as in FallingBack.
      if (std::same_as<Error, CallNotPermittedError> && !refused) std::rethrow_exception(error);
      try {
        std::rethrow_exception(error);
      } catch (Caught<Error> caught) {
        return start(caught);
      }
    }
#else
    static_assert(sizeof(Fallback) == 0, "fluxgate: without exceptions a fallback returns its result itself.");
#endif
  }

 private:
  Fallback fallback_;  // holds an rvalue, refers to an lvalue
};

template <class Form>
inline constexpr bool falls_back_later = false;
template <class Fallback>
inline constexpr bool falls_back_later<FallingBackLater<Fallback>> = true;

/// A guarded call as a coroutine of type Task. Its frame keeps parameters of value type and only refers to others.
///
/// What it awaits gets a name first, and a cast instead of std::forward: g++ 12 awaits a copy of what a function
/// returns by reference.
template <class Task, class Form, class Breaker, class F, class... Args>
Task call_as(HeldBreaker<Breaker> held, Form form, F f, Args... args) {
  using R = Kept<await_result_t<std::invoke_result_t<F, Args...>>>;
  Breaker& breaker = held.get(awaited_too_late);
  auto admission = breaker.try_acquire();
  const bool refused = !admission;
  Awaited<R> awaited;
  if (!refused) {
    FLUXGATE_TRY {
      decltype(auto) first = std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      if constexpr (std::is_void_v<R>) {
        co_await static_cast<decltype(first)&&>(first);
      } else {
        awaited.set_value(co_await static_cast<decltype(first)&&>(first));
      }
    }
    FLUXGATE_CATCH_ALL {
      FLUXGATE_RETHROW_UNWINDING;
      awaited.set_error(std::current_exception());
    }
  }
  const auto run = [&]() -> R { return AdmissionAccess::run(admission, [&]() -> R { return awaited.get(); }); };
  if constexpr (!falls_back_later<Form>) {
    co_return form.template conclude<R>(breaker, admission, run);
  } else {
    if (!refused && awaited.error() == nullptr) {
      if constexpr (!ResultAccess::handles<Breaker, R, typename Form::Error>()) {
        co_return run();
      } else {
        auto result = CallResult<R>::from(run);
        HandledError<typename Form::Error> error;
        ResultAccess::look_into(error, breaker, std::as_const(*result));
        if (!error) co_return static_cast<R>(*std::move(result));
        decltype(auto) second = form.start(*error);
        static_assert(ReturnableAs<await_result_t<decltype(second)>, R>,
                      "fluxgate: a fallback must give what the call gives, itself or when awaited.");
        co_return co_await static_cast<decltype(second)&&>(second);
      }
    }
    if (refused) {
      awaited.set_error(std::make_exception_ptr(CallNotPermittedError{admission.rejection()}));
    } else {
      admission.failure(awaited.error());
    }
    decltype(auto) second = form.start_caught(awaited.error(), refused);
    static_assert(ReturnableAs<await_result_t<decltype(second)>, R>,
                  "fluxgate: a fallback must give what the call gives, itself or when awaited.");
    co_return co_await static_cast<decltype(second)&&>(second);
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
