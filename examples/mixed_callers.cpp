// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Threads and coroutines that call one dependency share one breaker.

#include <fluxgate/fluxgate.hpp>

#include <chrono>
#include <coroutine>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <thread>

using namespace fluxgate;
using namespace std::chrono_literals;

/// A coroutine that is not awaited.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
};

/// Goes on in a thread of its own, as an asynchronous client would when its answer has come.
struct Query {
  bool answered;
  std::thread& reactor;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    std::thread& started = reactor;  // once the caller goes on, this object may be gone
    started = std::thread{caller};
  }
  int await_resume() const {
    if (!answered) throw std::runtime_error{"no answer"};
    return 42;
  }
};

// [use]
template <class Breaker>
Detached query(Breaker& database, bool answered, std::thread& reactor) {
  try {
    const int rows = co_await database.call([&] { return Query{answered, reactor}; });
    std::cout << "a coroutine got " << rows << " rows\n";
  } catch (const std::exception& error) {
    std::cout << "a coroutine got: " << error.what() << '\n';
  }
}

int main() {
  CircuitBreaker database{Config{.name = "database", .tripper = FailureStreak{2}, .retry = Cooldown{30s}}};
  AsyncCircuitBreaker asynchronous{database};  // the same breaker, for coroutines

  std::thread reactor;
  query(asynchronous, true, reactor);
  reactor.join();
  query(asynchronous, false, reactor);
  reactor.join();

  try {
    database.call([]() -> int { throw std::runtime_error{"no answer"}; });
  } catch (const std::runtime_error& error) {
    std::cout << "a thread got: " << error.what() << '\n';
  }
  std::cout << "the breaker is " << to_string(database.state()) << " for both\n";
  query(asynchronous, true, reactor);  // refused at once: nothing to join
}
// [/use]
