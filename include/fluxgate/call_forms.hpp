// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The three ways to tell a caller what came of a call, shared by the synchronous and the coroutine front end.
///
/// A form concludes a call: given the admission and a function that makes the call, or what is left of it, it returns
/// what the caller gets. `run` records the outcome; it is not invoked when the breaker refused.

#ifndef FLUXGATE_CALL_FORMS_HPP
#define FLUXGATE_CALL_FORMS_HPP

#include <concepts>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fluxgate/call_result.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/trackers.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// `call`: a refusal is thrown.
struct Throwing {
  template <class R>
  using Result = R;

  template <class R, class Admission, class Run>
  static R conclude(const Admission& admission, std::string_view name, Run&& run) {
#if defined(__cpp_exceptions)
    if (!admission) [[unlikely]]
      throw CallNotPermittedError{name, admission.rejection()};
#else
    static_assert(sizeof(Run) == 0,
                  "fluxgate: call() reports a refusal by throwing; without exceptions use try_call().");
#endif
    return std::forward<Run>(run)();
  }
};

/// `try_call`: a refusal is a value.
struct Reporting {
  template <class R>
  using Result = CallResult<R>;

  template <class R, class Admission, class Run>
  static CallResult<R> conclude(const Admission& admission, std::string_view, Run&& run) {
    if (!admission) [[unlikely]]
      return CallResult<R>{admission.rejection()};
    return CallResult<R>::from(std::forward<Run>(run));
  }
};

/// What a fallback's parameter says that it handles.
template <class Fallback>
struct Handled {
  static_assert(HasOneParameter<Fallback>,
                "fluxgate: a fallback chooses what it handles by its parameter: it needs exactly one, of a named type, "
                "as in [](const CallNotPermittedError&) { return cached; }.");
  using type = Parameter<Fallback>;
};
template <class Fallback>
using HandledBy = typename Handled<std::remove_cvref_t<Fallback>>::type;

/// `call_with_fallback`: what the fallback handles goes to it, the rest is thrown.
template <class Fallback>
class FallingBack {
  using Error = HandledBy<Fallback>;

 public:
  template <class R>
  using Result = R;

  explicit FallingBack(Fallback&& fallback) : fallback_(std::forward<Fallback>(fallback)) {}

  template <class R, class Admission, class Run>
  R conclude(const Admission& admission, std::string_view name, Run&& run) {
    static_assert(std::is_convertible_v<std::invoke_result_t<Fallback, const Error&>, R>,
                  "fluxgate: a fallback must return what the call returns.");
    if constexpr (std::same_as<Error, CallNotPermittedError>) {
      // Only this breaker's: a refusal of another one inside the call is a failure of the call.
      if (!admission) return fall_back(CallNotPermittedError{name, admission.rejection()});
      return std::forward<Run>(run)();
    } else {
#if defined(__cpp_exceptions)
      if constexpr (std::same_as<Error, std::exception_ptr>) {
        if (!admission) return fall_back(std::make_exception_ptr(CallNotPermittedError{name, admission.rejection()}));
        try {
          return std::forward<Run>(run)();
        } catch (...) {
          return fall_back(std::current_exception());
        }
      } else {
        if constexpr (std::is_base_of_v<Error, CallNotPermittedError>) {
          if (!admission) return fall_back(CallNotPermittedError{name, admission.rejection()});
        }
        try {
          return Throwing::conclude<R>(admission, name, std::forward<Run>(run));
        } catch (const Error& error) {
          return fall_back(error);
        }
      }
#else
      static_assert(sizeof(Run) == 0, "fluxgate: without exceptions a fallback takes const CallNotPermittedError&.");
#endif
    }
  }

 private:
  decltype(auto) fall_back(const Error& error) { return std::forward<Fallback>(fallback_)(error); }

  Fallback fallback_;  // an rvalue is kept, an lvalue referred to
};

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
