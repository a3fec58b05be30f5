// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The three ways to report a call to its caller, shared by the synchronous and the coroutine front end.
///
/// A form concludes a call: it takes the breaker, its admission and a function `run` that makes the call, or the rest
/// of it, and returns what the caller gets. `run` records the outcome; it is not invoked if the breaker refused.

#ifndef FLUXGATE_CALL_CALL_FORMS_HPP
#define FLUXGATE_CALL_CALL_FORMS_HPP

#include <concepts>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/parameter.hpp>
#include <fluxgate/base/unwinding.hpp>
#include <fluxgate/call/handled_error.hpp>
#include <fluxgate/call_result.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/failure.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The result of a call that does not compile: converts to any type, so that the compiler says nothing more.
struct AnyResult {
  template <class T>
  operator T() const;
};

/// Refuses a callable that these arguments do not fit, in a sentence.
template <class F, class... Args>
AnyResult refuse_arguments() {
  static_assert(std::invocable<F, Args...>, "fluxgate: the callable cannot be called with these arguments.");
  return {};
}

/// Why `breaker` refused: a ticket does not know the name, an Admission does.
template <class Breaker, class Admission>
Rejection rejection_of([[maybe_unused]] const Breaker& breaker, const Admission& admission) noexcept {
  Rejection rejection = admission.rejection();
  if constexpr (std::same_as<Admission, Ticket>) rejection.circuit_name = breaker.name();
  return rejection;
}

/// `call`: a refusal is thrown.
struct Throwing {
  template <class R>
  using Result = R;

  template <class R, class Breaker, class Admission, class Run>
  static R conclude([[maybe_unused]] const Breaker& breaker, [[maybe_unused]] const Admission& admission, Run&& run) {
#if defined(__cpp_exceptions)
    if (!admission) [[unlikely]]
      throw_refusal<Breaker, Handed<Admission>>(breaker, admission);
#else
    static_assert(sizeof(Run) == 0,
                  "fluxgate: call() reports a refusal by throwing; without exceptions use try_call().");
#endif
    return std::forward<Run>(run)();
  }

 private:
#if defined(__cpp_exceptions)
  /// By value if that is cheap: an object with an address is kept in memory, in admitted calls, too.
  template <class Admission>
  using Handed = std::conditional_t<std::is_trivially_copyable_v<Admission>, Admission, const Admission&>;

  /// Out of line, so that the call can be inlined.
  template <class Breaker, class Admission>
  [[noreturn, gnu::cold, gnu::noinline]] static void throw_refusal(const Breaker& breaker, Admission admission) {
    throw CallNotPermittedError{rejection_of(breaker, admission)};
  }
#endif
};

/// `try_call`: a refusal is a value.
struct Reporting {
  template <class R>
  using Result = CallResult<R>;

  template <class R, class Breaker, class Admission, class Run>
  static CallResult<R> conclude(const Breaker& breaker, const Admission& admission, Run&& run) {
    if (!admission) [[unlikely]]
      return CallResult<R>{rejection_of(breaker, admission)};
    return CallResult<R>::from(std::forward<Run>(run));
  }
};

/// The type of error that a fallback handles, which its parameter names.
template <class Fallback>
struct Handled {
  static_assert(HasOneParameter<std::decay_t<Fallback>>,
                "fluxgate: a fallback chooses what it handles by its parameter: it needs exactly one, of a named type, "
                "as in [](const CallNotPermittedError&) { return cached; }.");
  using type = Parameter<std::decay_t<Fallback>>;
  static_assert(
      std::invocable<Fallback, const type&>,
      "fluxgate: a fallback takes its error by value or as const&; a const fallback needs a const operator().");
};
template <class Fallback>
using HandledBy = typename Handled<Fallback>::type;

/// Whether a From can be returned as a To without a dangling reference.
template <class From, class To>
concept ReturnableAs =
    std::same_as<From, To> || (std::is_convertible_v<From, To> &&
                               (!std::is_reference_v<To> ||
                                (std::is_reference_v<From> &&
                                 std::is_convertible_v<std::remove_reference_t<From>*, std::remove_reference_t<To>*>)));

/// The questions of the forms to a breaker's tracker.
struct ResultAccess {
  /// Whether a fallback that takes an Error may handle a returned R.
  template <class Breaker, class R, class Error>
  static constexpr bool handles() noexcept {
    return handles_result<R, Error, Breaker::template looks_at<std::remove_cvref_t<R>>>;
  }

  /// Whether the tracker counts a result as a failure.
  template <class Breaker, class R>
  static bool fails(const Breaker& breaker, const R& result) noexcept {
    return breaker.fails(result);
  }

  /// Finds the Error in a result that failed by its traits, whether or not the tracker counts it. If there is none,
  /// asks the tracker a second time: a result that it counts is the Error itself.
  template <class Error, class Breaker, class R>
  static void look_into(HandledError<Error>& error, const Breaker& breaker, const R& result) {
    if constexpr (HasOutcome<R>) {
      if (outcome_traits<R>::failed(result)) error.look_into(result);
    }
    if constexpr (Breaker::template looks_at<R> && IsError<R, Error>) {
      if (!error && breaker.fails(result)) error.look_into(result);
    }
  }
};

/// What a Series asks its breakers for.
struct SeriesAccess;
struct RegistryAccess;

/// An admission's `run` without a warning, for awaited calls, whose callers have been warned already.
struct AdmissionAccess {
  template <class Admission, class F>
  [[gnu::always_inline]] static std::invoke_result_t<F> run(Admission& admission, F&& f) {
    return admission.make(std::forward<F>(f));
  }
  /// The same for `record`.
  template <class Admission, class Result>
  static void record(Admission& admission, const Result& result) noexcept {
    admission.tell_result(result);
  }
};

/// `call_with_fallback`: the fallback gets what it handles; all else is thrown or returned.
template <class Fallback>
class FallingBack {
  using Error = HandledBy<Fallback>;

 public:
  template <class R>
  using Result = R;

  explicit FallingBack(Fallback&& fallback) : fallback_(std::forward<Fallback>(fallback)) {}

  template <class R, class Breaker, class Admission, class Run>
  R conclude(const Breaker& breaker, const Admission& admission, Run&& run) {
    static_assert(ReturnableAs<std::invoke_result_t<Fallback, const Error&>, R>,
                  "fluxgate: a fallback must return what the call returns; where that is a reference, a reference.");
    if constexpr (std::is_base_of_v<Error, CallNotPermittedError>) {
      if (!admission) return fall_back<R>(CallNotPermittedError{rejection_of(breaker, admission)});
    }
#if !defined(__cpp_exceptions)
    static_assert(std::is_base_of_v<Error, CallNotPermittedError>,
                  "fluxgate: without exceptions there are only refusals to fall back on: a fallback takes const "
                  "CallNotPermittedError&.");
#endif
    bool fell_back = false;
    if constexpr (std::same_as<Error, CallNotPermittedError>) {
      // Only a refusal by this breaker: one by another breaker inside the call passes.
      return std::forward<Run>(run)();
    } else if constexpr (!ResultAccess::handles<Breaker, R, Error>()) {
      return unless_thrown<R>(breaker, admission, std::forward<Run>(run), fell_back);
    } else {
      // Inspected outside the handlers, which must not handle what the fallback throws.
      auto result = CallResult<R>::from(
          [&]() -> R { return unless_thrown<R>(breaker, admission, std::forward<Run>(run), fell_back); });
      if (!fell_back) {
        HandledError<Error> error;
        ResultAccess::look_into(error, breaker, std::as_const(*result));
        if (error) return fall_back<R>(*error);
      }
      return static_cast<R>(*std::move(result));
    }
  }

 private:
  /// Makes the call; falls back on what it throws, including a refusal.
  template <class R, class Breaker, class Admission, class Run>
  R unless_thrown([[maybe_unused]] const Breaker& breaker, [[maybe_unused]] const Admission& admission, Run&& run,
                  [[maybe_unused]] bool& fell_back) {
#if defined(__cpp_exceptions)
    if constexpr (std::same_as<Error, std::exception_ptr>) {
      if (!admission) {
        fell_back = true;
        return fall_back<R>(std::make_exception_ptr(CallNotPermittedError{rejection_of(breaker, admission)}));
      }
      try {
        return std::forward<Run>(run)();
      } catch (...) {
        FLUXGATE_RETHROW_UNWINDING;
        fell_back = true;
        return fall_back<R>(std::current_exception());
      }
    } else {
      try {
        return Throwing::conclude<R>(breaker, admission, std::forward<Run>(run));
      } catch (Caught<Error> error) {
        fell_back = true;
        return fall_back<R>(error);
      }
    }
#else
    return std::forward<Run>(run)();
#endif
  }

  template <class R>
  R fall_back(const Error& error) {
    return static_cast<R>(std::invoke(std::forward<Fallback>(fallback_), error));
  }

  Fallback fallback_;  // holds an rvalue, refers to an lvalue
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
