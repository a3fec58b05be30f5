// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a breaker makes of the end of one call, the same in both front ends.

#ifndef FLUXGATE_TESTS_SUPPORT_SEEN_HPP
#define FLUXGATE_TESTS_SUPPORT_SEEN_HPP

#include <concepts>
#include <coroutine>
#include <exception>
#include <ostream>
#include <system_error>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "catch.hpp"
#include "exceptions.hpp"
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
inline Seen seen_as(detail::Verdict verdict) {
  if (verdict == detail::Verdict::neutral) return Seen::nothing;
  return verdict == detail::Verdict::success ? Seen::success : Seen::failure;
}

// Callables of few types, so that the compiler makes few calls of them.

/// Gives a copy of its result; one type for all values of a type.
template <class Result>
struct Gives {
  Result result;
  Result operator()() const { return result; }
};
template <class Result>
Gives<Result> gives(Result result) {
  return {std::move(result)};
}

#if defined(__cpp_exceptions)
/// Throws what it is given; one type for all exceptions.
struct Throws {
  std::exception_ptr error;
  void operator()() const { std::rethrow_exception(error); }
};
template <class Error>
Throws throws(const Error& error = {}) {
  return {std::make_exception_ptr(error)};
}
/// The same by a throw of its own.
template <class Error>
auto throws_anew(const Error& error = {}) {
  return [error] { throw error; };
}
#else
/// Fails with what it is given.
template <class Error>
Gives<Failed<Error>> throws(const Error& error = {}) {
  return {{error}};
}
template <class Error>
Gives<Failed<Error>> throws_anew(const Error& error = {}) {
  return {{error}};
}
#endif

/// What is made of a call that ends as told: by the functions by which both front ends judge, without a breaker. A front
/// end costs the compiler half a second for each pair of tracker and callable.
/// With AnyCircuitBreaker, what it makes of the same; the two must agree.
#if defined(FLUXGATE_TEST_ANY)
template <class T, class Tell>
Seen seen_by_any(const T& tracker, detail::Verdict verdict, const Tell& tell) {
  AnyCircuitBreaker any{Config{.tracker = tracker, .as_written = true}};
  tell(any.try_acquire());
  CAPTURE(tracker);
  CHECK(seen_in(any.info().metrics) == seen_as(verdict));
  return seen_in(any.info().metrics);
}
#else
template <class T, class Tell>
Seen seen_by_any(const T&, detail::Verdict verdict, const Tell&) {
  return seen_as(verdict);
}
#endif
#if defined(__cpp_exceptions)
template <class T>
Seen seen(const T& tracker, const Throws& call) {
  return seen_by_any(tracker, detail::judge_error(tracker, call.error),
                     [&](auto admission) { admission.failure(call.error); });
}
#endif
/// Of a value that a call returned; it need not be copyable.
template <class T, class Result>
Seen seen_of(const T& tracker, const Result& result) {
  detail::Verdict verdict = detail::judge_result(tracker, result);
#if defined(FLUXGATE_TEST_ANY)
  if constexpr (std::same_as<T, All> && std::same_as<Result, std::error_code>) {
    // It knows refusals in this form in units without Asio, too.
    if (detail::is_refusal(result)) verdict = detail::Verdict::neutral;
  }
#endif
  return seen_by_any(tracker, verdict, [&](auto admission) { admission.record(result); });
}
template <class T, class Result>
Seen seen(const T& tracker, const Gives<Result>& call) {
  return seen_of(tracker, call.result);
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
  CircuitBreaker cb{Config{.tracker = tracker, .as_written = true}};
#if defined(__cpp_exceptions)
  try {
    (void)cb.call(f);
  } catch (...) {
  }
#else
  (void)cb.try_call(f);
#endif
  return seen_in(cb.info().metrics);
}

template <class Breaker, class F>
tasks::Eager<void> await_call(Breaker& cb, F& f) {
  const auto later = [&f] { return GivenLater<F>{f}; };
#if defined(__cpp_exceptions)
  try {
    (void)co_await cb.call(later);
  } catch (...) {
  }
#else
  (void)co_await cb.try_call(later);
#endif
}
template <class T, class F>
Seen seen_awaited(const T& tracker, F& f) {
  AsyncCircuitBreaker cb{Config{.tracker = tracker, .as_written = true}};
  (void)await_call(cb, f);
  return seen_in(cb.info().metrics);
}

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/// What breakers of both kinds with this tracker make of one call of `f`. For some rows of each kind.
template <class T, class F>
Seen seen_in_calls(const T& tracker, F f) {
  CAPTURE(tracker);
  const Seen called = seen_called(tracker, f);
  CHECK(seen_awaited(tracker, f) == called);
  if constexpr (requires { seen(tracker, f); }) CHECK(seen(tracker, f) == called);
  return called;
}

}  // namespace fluxgate

#endif
