// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Words for tests that run with exceptions and without: a call, a call that fails, an error as it is thrown.
///
/// Without exceptions a call fails by its result, `call()` is `try_call()`, and a refused value ends the program. A case
/// whose subject is an exception stands under `#if defined(__cpp_exceptions)`.

#ifndef FLUXGATE_TESTS_SUPPORT_EXCEPTIONS_HPP
#define FLUXGATE_TESTS_SUPPORT_EXCEPTIONS_HPP

#include <exception>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "tasks.hpp"

namespace fluxgate {

/// A result that is nothing but an error.
template <class Error>
struct Failed {
  Error kept;
  static constexpr bool has_value() noexcept { return false; }
  const Error& error() const noexcept { return kept; }
};

/// Makes a call that the breaker admits and gives what it gives.
template <class Breaker, class F, class... Args>
std::invoke_result_t<F, Args...> called(Breaker& breaker, F&& f, Args&&... args) {
#if defined(__cpp_exceptions)
  return breaker.call(std::forward<F>(f), std::forward<Args>(args)...);
#else
  return breaker.try_call(std::forward<F>(f), std::forward<Args>(args)...).value();
#endif
}

/// Makes a call, and gives whether the breaker refused it.
template <class Breaker, class F, class... Args>
bool refuses(Breaker& breaker, F&& f, Args&&... args) {
#if defined(__cpp_exceptions)
  try {
    (void)breaker.call(std::forward<F>(f), std::forward<Args>(args)...);
  } catch (const CallNotPermittedError&) {
    return true;
  }
  return false;
#else
  return !breaker.try_call(std::forward<F>(f), std::forward<Args>(args)...).has_value();
#endif
}

/// As `called`, of a call that is awaited.
#if defined(__cpp_exceptions)
template <class Breaker, class F, class... Args>
auto calling(Breaker& breaker, F&& f, Args&&... args) {
  return breaker.call(std::forward<F>(f), std::forward<Args>(args)...);
}
#else
template <class Breaker, class F, class... Args,
          class R = typename await_result_t<
              decltype(std::declval<Breaker&>().try_call(std::declval<F&>(), std::declval<Args>()...))>::value_type>
tasks::Lazy<R> calling(Breaker& breaker, F f, Args... args) {
  auto result = co_await breaker.try_call(f, std::move(args)...);
  if constexpr (std::is_void_v<R>) {
    result.value();
    co_return;
  } else {
    co_return std::move(result).value();
  }
}
#endif

/// As `refuses`, of a call that is awaited.
template <class Breaker, class F, class... Args>
tasks::Lazy<bool> refuses_later(Breaker& breaker, F f, Args... args) {
#if defined(__cpp_exceptions)
  try {
    (void)co_await breaker.call(f, std::move(args)...);
  } catch (const CallNotPermittedError&) {
    co_return true;
  }
  co_return false;
#else
  const auto result = co_await breaker.try_call(f, std::move(args)...);
  co_return !result.has_value();
#endif
}

/// Makes a call that does `work` and then fails with `error`, and gives whether it was made and the caller was told so.
template <class Error, class Breaker, class Work>
bool fails_with(Breaker& breaker, const Error& error, const Work& work) {
#if defined(__cpp_exceptions)
  try {
    breaker.call([&] {
      work();
      throw error;
    });
  } catch (const Error&) {
    return true;
  }
  return false;
#else
  return breaker
      .try_call([&] {
        work();
        return Failed<Error>{error};
      })
      .has_value();
#endif
}
template <class Error, class Breaker>
bool fails_with(Breaker& breaker, const Error& error = {}) {
  return fails_with(breaker, error, [] {});
}

/// As `fails_with`, of a call that is awaited.
template <class Error, class Breaker>
tasks::Lazy<bool> fails_later(Breaker& breaker, Error error = {}) {
#if defined(__cpp_exceptions)
  const auto fail = [&error]() -> tasks::Lazy<void> {
    throw error;
    co_return;
  };
  try {
    co_await breaker.call(fail);
  } catch (const Error&) {
    co_return true;
  }
  co_return false;
#else
  const auto fail = [&error]() -> tasks::Lazy<Failed<Error>> { co_return Failed<Error>{error}; };
  const auto result = co_await breaker.try_call(fail);
  co_return result.has_value();
#endif
}

/// An error in the form in which calls throw it; without exceptions, itself.
template <class Error>
auto as_thrown(const Error& error) {
#if defined(__cpp_exceptions)
  return std::make_exception_ptr(error);
#else
  return error;
#endif
}

}  // namespace fluxgate

#endif
