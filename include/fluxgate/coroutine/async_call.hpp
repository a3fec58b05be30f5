// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A guarded call as an awaitable.
///
/// CallAwaitable keeps the callable and its arguments until it is awaited. CallAwaiter then asks for admission, invokes
/// the callable, and passes the caller's coroutine handle to the inner awaiter, that of the callable's result. So the
/// caller is resumed exactly as without a breaker, and resumption first enters `await_resume` here, which records.
/// Everything lies in the awaiting coroutine's frame; nothing is allocated.
///
/// Three ways in which a call can end early:
/// - refused: ready at once; `await_resume` reports it in its form;
/// - the callable, `operator co_await`, `await_ready` or `await_suspend` throws: the exception is kept, the call is
///   ready at once, and `await_resume` treats it like one from the inner `await_resume`;
/// - destroyed while suspended: the admission's destructor gives the place back. The same happens if the thread or
///   fiber that is about to suspend or resume ends: that unwinding is not kept, and passes through.

#ifndef FLUXGATE_COROUTINE_ASYNC_CALL_HPP
#define FLUXGATE_COROUTINE_ASYNC_CALL_HPP

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/type_name.hpp>
#include <fluxgate/base/unwinding.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/held_breaker.hpp>
#include <fluxgate/coroutine/awaitable.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Room for a T that is constructed later and in place, since it may be neither movable nor default-constructible.
template <class T>
class Later {
 public:
  Later() noexcept {}
  Later(const Later&) = delete;
  Later& operator=(const Later&) = delete;
  ~Later() {
    if (made_) std::destroy_at(std::addressof(value_));
  }

  template <class Make>
  void make(Make&& make) {
    ::new (static_cast<void*>(std::addressof(value_))) T(std::forward<Make>(make)());
    made_ = true;
  }
  T& get() noexcept { return value_; }

 private:
  union {
    std::remove_const_t<T> value_;
  };
  bool made_ = false;
};

/// A reference that is bound later.
template <class T>
  requires std::is_reference_v<T>
class Later<T> {
 public:
  template <class Make>
  void make(Make&& make) {
    T reference = std::forward<Make>(make)();
    value_ = std::addressof(reference);
  }
  std::remove_reference_t<T>& get() noexcept { return *value_; }

 private:
  std::remove_reference_t<T>* value_ = nullptr;
};

/// A result as it is kept: an rvalue reference refers to what was awaited, which is gone before a CallResult is read,
/// so it becomes a value.
template <class Result>
using Kept = std::conditional_t<std::is_rvalue_reference_v<Result> &&
                                    std::is_constructible_v<std::remove_cvref_t<Result>, Result>,
                                std::remove_cvref_t<Result>, Result>;
/// The result of a call in this form, from the result of awaiting; `call` passes that on unchanged.
template <class Form, class Result>
using PassedOn = std::conditional_t<std::same_as<Form, Throwing>, Result, Kept<Result>>;

template <class Inner>
struct AwaitedFrom : std::type_identity<void> {};
template <Awaitable Inner>
struct AwaitedFrom<Inner> : std::type_identity<await_result_t<Inner>> {};
/// The result of awaiting; void if nothing can be awaited.
template <class Inner>
using AwaitedOrVoid = typename AwaitedFrom<Inner>::type;

#if defined(FLUXGATE_COPIED_BITWISE)
/// Whether a type's name is that of a lambda, rather than of a template that has one among its arguments.
constexpr bool names_lambda(std::string_view name) noexcept {
  int depth = 0;
  for (std::size_t i = 0; i != name.size(); ++i) {
    if (depth == 0 && name.substr(i).starts_with("<lambda")) return true;
    if (name[i] == '<' || name[i] == '(' || name[i] == '{') ++depth;
    if (name[i] == '>' || name[i] == ')' || name[i] == '}') --depth;
  }
  return false;
}

/// Whether this compiler copies a temporary of type T bit by bit although that is wrong. Not for references.
template <class T>
inline constexpr bool copied_bitwise =
    std::is_class_v<T> && !std::is_trivially_copyable_v<T> && (std::is_aggregate_v<T> || names_lambda(type_name<T>()));
#endif

/// A callable and its arguments until they are used: holds rvalues, refers to lvalues.
template <class F, class... Args>
class PendingCall {
 public:
  using Result = std::invoke_result_t<F, Args...>;

  explicit PendingCall(F&& f, Args&&... args) : parts_(std::forward<F>(f), std::forward<Args>(args)...) {}

  Result invoke() {
    return std::apply([](auto&&... parts) -> Result { return std::invoke(std::forward<decltype(parts)>(parts)...); },
                      std::move(parts_));
  }

 private:
  std::tuple<F, Args...> parts_;
};

template <class Breaker, class Form, class Pending>
class CallAwaiter {
  using Inner = typename Pending::Result;
  using InnerAwaiter = AwaiterOf<Inner>;
  using Result = PassedOn<Form, await_result_t<Inner>>;

 public:
  CallAwaiter(Breaker& breaker, Form& form, Pending& pending) noexcept
      : breaker_{breaker}, form_{form}, pending_{pending}, admission_{breaker.try_acquire()} {}
  CallAwaiter(const CallAwaiter&) = delete;
  CallAwaiter& operator=(const CallAwaiter&) = delete;

  bool await_ready() {
    if (!admission_) return true;
    return keep_failure(true, [this] {
      inner_.make([&]() -> Inner { return pending_.invoke(); });
      awaiter_.make([&]() -> InnerAwaiter { return get_awaiter(static_cast<Inner&&>(inner_.get())); });
      return static_cast<bool>(awaiter_.get().await_ready());
    });
  }

  // Once the inner awaiter has the handle, the caller may be resumed elsewhere and end, and this object with it: no
  // member is touched after the inner function has returned.
  template <class Promise>
  auto await_suspend(std::coroutine_handle<Promise> caller) {
    using Suspended = decltype(awaiter_.get().await_suspend(caller));
    if constexpr (std::is_void_v<Suspended>) {
      return keep_failure(false, [&] {
        awaiter_.get().await_suspend(caller);
        return true;
      });
    } else if constexpr (std::same_as<Suspended, bool>) {
      return keep_failure(false, [&] { return awaiter_.get().await_suspend(caller); });
    } else {
      return keep_failure(std::coroutine_handle<>{caller},
                          [&]() -> std::coroutine_handle<> { return awaiter_.get().await_suspend(caller); });
    }
  }

  FLUXGATE_INLINED_BY_GCC typename Form::template Result<Result> await_resume() {
    return form_.template conclude<Result>(breaker_, admission_, [&]() -> Result {
      return AdmissionAccess::run(admission_, [&]() -> Result {
        if (failure_ != nullptr) [[unlikely]]
          std::rethrow_exception(failure_);
        return awaiter_.get().await_resume();
      });
    });
  }

 private:
  /// Out of line, so that the steps are small enough to be inlined.
  [[gnu::cold, gnu::noinline]] void keep_handled() {
    FLUXGATE_RETHROW_UNWINDING;
    failure_ = std::current_exception();
  }

  /// Returns what `step` returns; if it throws, keeps the exception for `await_resume` and returns `resume_now`.
  template <class Now, class Step>
  Now keep_failure([[maybe_unused]] Now resume_now, Step&& step) {
    FLUXGATE_TRY { return step(); }
    FLUXGATE_CATCH_ALL {
      keep_handled();
      return resume_now;
    }
  }

  Breaker& breaker_;
  Form& form_;
  Pending& pending_;
  typename Breaker::Admission admission_;
  std::exception_ptr failure_;
  Later<Inner> inner_;
  Later<InnerAwaiter> awaiter_;
};

inline constexpr std::string_view awaited_too_late =
    "an awaitable of a guarded call is awaited after its breaker was destroyed";

/// The awaiter of a named awaitable, as of one that may be awaited again: refused. It claims to give what the other
/// awaiter gives, so that this error comes first.
template <class Awaiter>
struct AwaitedTwice {
  template <class Self = Awaiter>
  static bool await_ready() noexcept {
    static_assert(sizeof(Self) == 0,
                  "fluxgate: a guarded call is awaited once, and gives up its arguments: co_await std::move(later).");
    return true;
  }
  template <class Promise>
  static void await_suspend(std::coroutine_handle<Promise>) noexcept {}
  static auto await_resume() noexcept -> decltype(std::declval<Awaiter&>().await_resume()) { std::abort(); }
};

/// A call that is made once, when this is awaited; nothing happens before.
template <class Breaker, class Form, class F, class... Args>
class [[nodiscard("fluxgate: a guarded call is made only when it is awaited")]] CallAwaitable {
  using Pending = PendingCall<F, Args...>;

 public:
  CallAwaitable(HeldBreaker<Breaker> held, Form form, F&& f, Args&&... args)
      : held_{std::move(held)}, form_(std::move(form)), pending_{std::forward<F>(f), std::forward<Args>(args)...} {}

  CallAwaiter<Breaker, Form, Pending> operator co_await() && noexcept {
    return CallAwaiter<Breaker, Form, Pending>{held_.get(awaited_too_late), form_, pending_};
  }
  /// Refused where it is used: awaiting moves the arguments out of this object.
  AwaitedTwice<CallAwaiter<Breaker, Form, Pending>> operator co_await() const& noexcept { return {}; }

 private:
  HeldBreaker<Breaker> held_;
  [[no_unique_address]] Form form_;
  Pending pending_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
