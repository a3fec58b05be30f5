// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A coroutine type written by hand, and a breaker that knows nothing of it.

#include <fluxgate/fluxgate.hpp>

#include <coroutine>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace fluxgate;
using namespace std::chrono_literals;

/// Starts when it is awaited, or by `run`.
template <class T>
class Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::exception_ptr error;
    std::coroutine_handle<> caller = std::noop_coroutine();

    Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct ResumeCaller {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
          return ended.promise().caller;
        }
        void await_resume() noexcept {}
      };
      return ResumeCaller{};
    }
    void return_value(T result) { value = std::move(result); }
    void unhandled_exception() { error = std::current_exception(); }
  };

  explicit Task(std::coroutine_handle<promise_type> coroutine) : coroutine_{coroutine} {}
  Task(Task&& other) noexcept : coroutine_{std::exchange(other.coroutine_, nullptr)} {}
  ~Task() {
    if (coroutine_) coroutine_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
    coroutine_.promise().caller = caller;
    return coroutine_;
  }
  T await_resume() {
    if (coroutine_.promise().error) std::rethrow_exception(coroutine_.promise().error);
    return std::move(*coroutine_.promise().value);
  }
  T run() {
    coroutine_.resume();
    return await_resume();
  }

 private:
  std::coroutine_handle<promise_type> coroutine_;
};

// [use]
Task<std::string> fetch(std::string key) {
  if (key == "down") throw std::runtime_error{"connection reset"};
  co_return "value of " + key;
}

template <class Breaker>
Task<std::string> show(Breaker& store, std::string key) {
  try {
    co_return co_await store.call(fetch, key);
  } catch (const CallNotPermittedError&) {
    co_return "refused, fetch was not called";
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
}
// [/use]

// [spelling]
template <class Breaker>
Task<std::string> fetch_with_prefix(Breaker& store, std::string prefix) {
  auto f = [prefix](std::string key) { return fetch(prefix + key); };
  co_return co_await store.call(f, std::string{"apples"});
}
// [/spelling]

// [main]
int main() {
  AsyncCircuitBreaker store{Config{.name = "store", .tripper = FailureStreak{2}, .retry = Cooldown{30s}}};
  for (const char* key : {"apples", "down", "down", "pears"}) std::cout << show(store, key).run() << '\n';
}
// [/main]
