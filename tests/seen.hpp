// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a breaker makes of the end of one call, the same in both front ends.

#ifndef FLUXGATE_TESTS_SEEN_HPP
#define FLUXGATE_TESTS_SEEN_HPP

#include <coroutine>
#include <ostream>

#include <fluxgate/fluxgate.hpp>

#include "catch.hpp"
#include "tasks.hpp"

namespace fluxgate {

enum class Seen { success, failure, nothing };

inline std::ostream& operator<<(std::ostream& out, Seen seen) {
  return out << (seen == Seen::success ? "success" : seen == Seen::failure ? "failure" : "nothing");
}

/// What has been recorded of the one call of a breaker.
inline Seen seen_in(const Metrics& metrics) {
  if (metrics.total_count() == 0) return Seen::nothing;
  return metrics.failure_count() == 0 ? Seen::success : Seen::failure;
}

/// Gives when it is awaited what `f` gives.
template <class F>
struct GivenLater {
  F& f;
  static bool await_ready() noexcept { return true; }
  static void await_suspend(std::coroutine_handle<>) noexcept {}
  decltype(auto) await_resume() { return f(); }
};

// These say nothing about a tracker that cannot look at what is given.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif

template <class T, class F>
Seen seen_called(const T& tracker, F& f) {
  CircuitBreaker cb{Config{.tracker = tracker}};
  try {
    (void)cb.call(f);
  } catch (...) {
  }
  return seen_in(cb.info().metrics);
}

template <class Breaker, class F>
tasks::Eager<void> await_call(Breaker& cb, F& f) {
  const auto later = [&f] { return GivenLater<F>{f}; };
  try {
    (void)co_await cb.call(later);
  } catch (...) {
  }
}
template <class T, class F>
Seen seen_awaited(const T& tracker, F& f) {
  AsyncCircuitBreaker cb{Config{.tracker = tracker}};
  (void)await_call(cb, f);
  return seen_in(cb.info().metrics);
}

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/// What a breaker with this tracker makes of one call of `f`.
template <class T, class F>
Seen seen(const T& tracker, F f) {
  const Seen called = seen_called(tracker, f);
  CHECK(seen_awaited(tracker, f) == called);
  return called;
}

template <class Error>
auto throws() {
  return [] { throw Error{}; };
}

template <class Error>
auto throws(Error error) {
  return [error] { throw error; };
}

template <class Result>
auto gives(Result result) {
  return [result] { return result; };
}

}  // namespace fluxgate

#endif
