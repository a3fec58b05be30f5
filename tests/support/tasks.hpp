// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Coroutine types and awaiters as users write them by hand: lazy, eager, strict about what they await, and an event
/// that resumes when told to.

#ifndef FLUXGATE_TESTS_SUPPORT_TASKS_HPP
#define FLUXGATE_TESTS_SUPPORT_TASKS_HPP

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace tasks {

/// What a coroutine came to.
template <class T>
class Outcome {
  using Kept = std::conditional_t<std::is_void_v<T>, std::monostate,
                                  std::conditional_t<std::is_reference_v<T>, std::remove_reference_t<T>*, T>>;

 public:
  template <class V>
  void set_value(V&& value) {
    if constexpr (std::is_reference_v<T>) {
      value_ = &value;
    } else {
      value_.emplace(std::forward<V>(value));
    }
  }
  void set_void() { value_.emplace(); }
  void set_error(std::exception_ptr error) { error_ = std::move(error); }

  bool is_set() const { return value_.has_value() || error_ != nullptr; }
  T get() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    if constexpr (std::is_reference_v<T>) {
      return static_cast<T>(**value_);
    } else if constexpr (!std::is_void_v<T>) {
      return std::move(*value_);
    }
  }

 private:
  std::optional<Kept> value_;
  std::exception_ptr error_;
};

namespace detail {

struct ResumeCaller {
  static bool await_ready() noexcept { return false; }
  template <class Promise>
  static std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
    const std::coroutine_handle<> caller = ended.promise().caller;
    return caller ? caller : std::coroutine_handle<>{std::noop_coroutine()};
  }
  static void await_resume() noexcept {}
};

template <class T>
struct Result {
  Outcome<T> outcome;
  template <class V>
  void return_value(V&& value) {
    outcome.set_value(std::forward<V>(value));
  }
};
template <>
struct Result<void> {
  Outcome<void> outcome;
  void return_void() { outcome.set_void(); }
};

template <class Task, class T, class Start>
struct Promise : Result<T> {
  std::coroutine_handle<> caller;

  Task get_return_object() {
    return Task{std::coroutine_handle<typename Task::promise_type>::from_promise(
        static_cast<typename Task::promise_type&>(*this))};
  }
  static Start initial_suspend() noexcept { return {}; }
  static ResumeCaller final_suspend() noexcept { return {}; }
  void unhandled_exception() { this->outcome.set_error(std::current_exception()); }
};

/// Owns a coroutine, is awaited once, and can be started by hand.
template <class PromiseType, class T>
class Owner {
 public:
  explicit Owner(std::coroutine_handle<PromiseType> coroutine) : coroutine_{coroutine} {}
  Owner(Owner&& other) noexcept : coroutine_{std::exchange(other.coroutine_, nullptr)} {}
  Owner& operator=(Owner&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~Owner() {
    if (coroutine_) coroutine_.destroy();
  }

  void start() { coroutine_.resume(); }
  bool done() const { return coroutine_.done(); }
  T get() { return coroutine_.promise().outcome.get(); }

  struct Awaiter {
    std::coroutine_handle<PromiseType> coroutine;
    bool await_ready() const noexcept { return coroutine.done(); }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) const noexcept {
      coroutine.promise().caller = caller;
      return PromiseType::starts_at_once ? std::coroutine_handle<>{std::noop_coroutine()}
                                         : std::coroutine_handle<>{coroutine};
    }
    T await_resume() const { return coroutine.promise().outcome.get(); }
  };

 protected:
  std::coroutine_handle<PromiseType> coroutine_;
};

}  // namespace detail

/// Starts when it is awaited; `operator co_await` is a member.
template <class T>
class Lazy;
template <class T>
struct LazyPromise : detail::Promise<Lazy<T>, T, std::suspend_always> {
  static constexpr bool starts_at_once = false;
};
template <class T>
class [[nodiscard]] Lazy : public detail::Owner<LazyPromise<T>, T> {
 public:
  using promise_type = LazyPromise<T>;
  using detail::Owner<LazyPromise<T>, T>::Owner;
  auto operator co_await() && noexcept { return typename Lazy::Awaiter{this->coroutine_}; }
};

/// Runs until its first suspension when it is called; `operator co_await` is free.
template <class T>
class Eager;
template <class T>
struct EagerPromise : detail::Promise<Eager<T>, T, std::suspend_never> {
  static constexpr bool starts_at_once = true;
};
template <class T>
class [[nodiscard]] Eager : public detail::Owner<EagerPromise<T>, T> {
 public:
  using promise_type = EagerPromise<T>;
  using detail::Owner<EagerPromise<T>, T>::Owner;
  friend auto operator co_await(Eager&& task) noexcept { return typename Eager::Awaiter{task.coroutine_}; }
};

/// Lazy, and its promise awaits nothing but its own kind.
template <class T>
class Strict;
template <class T>
struct StrictPromise : detail::Promise<Strict<T>, T, std::suspend_always> {
  static constexpr bool starts_at_once = false;
  template <class U>
  Strict<U> await_transform(Strict<U> task) noexcept {
    return task;
  }
};
template <class T>
class [[nodiscard]] Strict : public detail::Owner<StrictPromise<T>, T> {
 public:
  using promise_type = StrictPromise<T>;
  using detail::Owner<StrictPromise<T>, T>::Owner;
  auto operator co_await() && noexcept { return typename Strict::Awaiter{this->coroutine_}; }
};

/// Runs a task that never waits for anything from outside.
template <class Task>
decltype(auto) run(Task task) {
  if (!task.done()) task.start();
  return task.get();
}

/// An awaiter that is ready: gives its value.
template <class T>
struct Ready {
  T value;
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() { return static_cast<T&&>(value); }
};

/// Suspends its awaiters until `resume`.
class Event {
 public:
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { waiting_ = waiting; }
  int await_resume() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    return 7;
  }

  bool is_awaited() const { return waiting_ != nullptr; }
  void resume() { std::exchange(waiting_, nullptr).resume(); }
  void fail(std::exception_ptr error) {
    error_ = std::move(error);
    resume();
  }

 private:
  std::coroutine_handle<> waiting_;
  std::exception_ptr error_;
};

}  // namespace tasks

#endif
