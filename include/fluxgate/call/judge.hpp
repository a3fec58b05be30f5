// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The verdict on a call, from the traits of its result and the tracker.

#ifndef FLUXGATE_CALL_JUDGE_HPP
#define FLUXGATE_CALL_JUDGE_HPP

#include <concepts>
#include <cstdint>
#include <exception>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/unwinding.hpp>
#include <fluxgate/call_result.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trackers/all.hpp>
#include <fluxgate/trackers/questions.hpp>
#include <fluxgate/trackers/result_looks.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

enum class Verdict : std::uint8_t { success, failure, neutral };

/// The verdict on an exception or a failed result: it counts if the tracker is silent.
constexpr Verdict verdict_on_failure(Answer answer) noexcept {
  if (answer == Answer::no) return Verdict::neutral;
  return answer == Answer::success ? Verdict::success : Verdict::failure;
}

/// The verdict on a returned value that is no failure by its traits.
constexpr Verdict verdict_on_value(Answer answer) noexcept {
  return answer == Answer::yes ? Verdict::failure : Verdict::success;
}

// A refusal says nothing about the dependency: it is neutral unless the tracker names CallNotPermittedError.

/// Types of error codes; each may hold the code of a refusal.
template <class Error>
concept ErrorCode = ErrorCodeLike<Error> || std::same_as<Error, Errc>;

/// Whether an error code is that of a refusal. Compares the name of its category, since a shared library may have its
/// own category object.
template <ErrorCode Code>
bool is_refusal(const Code& code) noexcept {
  if constexpr (std::same_as<Code, Errc>) {
    return code == Errc::call_not_permitted;
  } else if constexpr (!std::same_as<Code, std::error_code> && std::is_convertible_v<const Code&, std::error_code>) {
    return is_refusal<std::error_code>(code);  // Boost's may hold one of std
  } else if constexpr (std::is_convertible_v<decltype(code.category().name()), std::string_view>) {
    return code.value() == static_cast<int>(Errc::call_not_permitted) &&
           std::string_view{code.category().name()} == fluxgate_category().name();
  } else {
    return false;
  }
}

/// Whether an exception carries the error code of a refusal: of std, or of Boost if this unit knows Asio's exceptions.
template <class SystemError = std::system_error, class View>
bool carries_refusal(const View& failure) noexcept {
  const auto* const error = failure.template error<SystemError>();
  return error != nullptr && is_refusal(error->code());
}
template <class Thrown, class View>
bool carries_known_refusal([[maybe_unused]] const View& failure) noexcept {
  if constexpr (FLUXGATE_KNOWS(Thrown)) {
    return carries_refusal<typename Thrown::type>(failure);
  } else {
    return false;
  }
}

/// The view of a failure as it is.
struct AsItIs {
  template <class View>
  const View& operator()(const View& failure) const noexcept {
    return failure;
  }
};

/// Whether a tracker is asked about refusals. One that stands for others answers at run time.
template <Tracker T>
constexpr bool hears_of_refusals(const T&) noexcept {
  return names<CallNotPermittedError, T>();
}

/// Judges a refusal in the form of an error code; for a tracker that names refusals it is a CallNotPermittedError, too.
template <Tracker T, class With>
Verdict judge_refusal([[maybe_unused]] const T& tracker, [[maybe_unused]] const Failure& failure,
                      [[maybe_unused]] const With& with) noexcept {
  if constexpr (names<CallNotPermittedError, T>()) {
    if (!hears_of_refusals(tracker)) return Verdict::neutral;
    FLUXGATE_TRY {
      const CallNotPermittedError refusal{Rejection{.state = State::open}};  // a code does not name the breaker
      return verdict_on_failure(ask_safely(tracker, with(ShownRefusal::as(failure, refusal))));
    }
    FLUXGATE_CATCH_ALL {}
  }
  return Verdict::neutral;
}

/// Judges an exception that derives from std::exception, thrown or returned.
template <Tracker T, class View, class With = AsItIs>
Verdict judge_exception(const T& tracker, const View& failure, const With& with = {}) noexcept {
  if (!hears_of_refusals(tracker)) {
    if (failure.template error<CallNotPermittedError>() != nullptr) return Verdict::neutral;
  }
  if (carries_refusal(failure) || carries_known_refusal<ThrownByBoostAsio>(failure)) {
    return judge_refusal(tracker, failure, with);
  }
  return verdict_on_failure(ask_safely(tracker, with(failure)));
}

/// Whether an error of this type may be a refusal.
template <class Error>
inline constexpr bool may_be_refusal = std::same_as<Error, std::exception_ptr> || std::same_as<Error, Rejection> ||
                                       ErrorCode<Error> || std::is_convertible_v<const Error*, const std::exception*>;

/// Judges an error that a call returned, or that was recorded. `with` turns the view of the error into what the tracker
/// is asked about.
template <Tracker T, class Error, class With>
Verdict judge_error(const T& tracker, const Error& error, const With& with) noexcept {
  if constexpr (std::same_as<Error, std::exception_ptr>) {
#if defined(__cpp_exceptions)
    if (error != nullptr) {
      try {
        std::rethrow_exception(error);
      } catch (const std::exception& exception) {
        return judge_exception(tracker, Failure::from_exception(&exception), with);
      } catch (...) {
        if (handles_unwinding()) return Verdict::neutral;
        return verdict_on_failure(ask_safely(tracker, with(Failure::from_exception())));
      }
    }
#endif
    return verdict_on_failure(ask_safely(tracker, with(Erred{UnknownError{}})));
  } else if constexpr (std::same_as<Error, Rejection>) {
    if constexpr (names<CallNotPermittedError, T>()) {
      if (!hears_of_refusals(tracker)) return Verdict::neutral;
      FLUXGATE_TRY {
        const CallNotPermittedError refusal{error};
        return verdict_on_failure(ask_safely(tracker, with(Failure::from_error(refusal))));
      }
      FLUXGATE_CATCH_ALL {}
    }
    return Verdict::neutral;
  } else if constexpr (std::is_convertible_v<const Error*, const std::exception*>) {
    return judge_exception(tracker, Erred{error}, with);
  } else {
    if constexpr (ErrorCode<Error>) {
      if (is_refusal(error)) return judge_refusal(tracker, Failure::from_error(error), with);
    }
    return verdict_on_failure(ask_safely(tracker, with(Erred{error})));
  }
}

template <Tracker T, class Error>
Verdict judge_error(const T& tracker, const Error& error) noexcept {
  return judge_error(tracker, error, AsItIs{});
}

/// Judges a failed result. Out of line, so that successful ones do not pay for it.
template <Tracker T, class Result>
[[gnu::cold, gnu::noinline]] Verdict judge_failed(const T& tracker, const Result& result) noexcept {
  Verdict verdict = Verdict::failure;
  visit_error(result, [&](const auto& error) {
    verdict = judge_error(tracker, error,
                          [&]<class View>(const View& failure) { return Returned<Result, View>{failure, result}; });
  });
  return verdict;
}

/// Results whose errors cannot be refusals, so that a tracker without types judges all their failures alike.
template <class Result>
concept NeverRefused = HasOutcome<Result> && (!HasVisitedError<Result>) && requires(const Result& result) {
  requires !may_be_refusal<std::remove_cvref_t<decltype(outcome_traits<Result>::error(result))>>;
};

/// Judges an error code that is set, for a tracker without types. By value, and with the exact check out of line, so
/// that a code that is not set stays in registers.
[[gnu::cold, gnu::noinline]] inline Verdict judge_small_code(std::error_code code) noexcept {
  return is_refusal(code) ? Verdict::neutral : Verdict::failure;
}
inline Verdict judge_code(std::error_code code) noexcept {
  return code.value() == static_cast<int>(Errc::call_not_permitted) ? judge_small_code(code) : Verdict::failure;
}

/// A holder of another breaker's `try_call` result, such as an optional or an expected.
template <class Result>
concept HoldsCallResult = KnownByShape<Result> && Holder<Result> && is_call_result<Held<Result>>;

/// Refuses what cannot be judged, in a sentence. Asked first by the function that makes a call, since compilers print
/// the way to a sentence before it.
template <class Result>
constexpr bool refuse_unjudgeable() noexcept {
  static_assert(
      !is_unfinished<Result>(),
      "fluxgate: the callable returns a future, whose outcome is not known when it returns: call a function that "
      "waits for it, or specialise outcome_traits for it.");
  static_assert(HasOutcome<Result> || Unfinished<Result> || !HasTraits<Result>,
                "fluxgate: outcome_traits needs static noexcept functions of const R&: failed(), which gives a bool, "
                "and error(), which gives a reference to what lives as long as the result, or a value.");
  return true;
}

/// Judges what a call returned; `judge_value()` gives the verdict on what is no failure by its traits.
template <Tracker T, class Result, class JudgeValue>
Verdict judge_result(const T& tracker, const Result& result, const JudgeValue& judge_value) noexcept {
  static_assert(refuse_unjudgeable<Result>());
  if constexpr (!std::is_object_v<Result> || std::is_volatile_v<Result>) {
    return Verdict::success;
  } else {
    if constexpr (HasOutcome<Result>) {
      if (outcome_traits<Result>::failed(result)) {
        if constexpr (std::same_as<T, All> && NeverRefused<Result>) {
          return Verdict::failure;
        } else if constexpr (std::same_as<T, All> && std::same_as<Result, std::error_code>) {
          // Checked only in units that know where such codes come from: in others the call is inlined as a whole.
          if constexpr (FLUXGATE_KNOWS(ThrownByAsio)) {
            return judge_code(result);
          } else {
            return Verdict::failure;
          }
        } else {
          return judge_failed(tracker, result);
        }
      }
    }
    if constexpr (HoldsCallResult<Result>) {
      if (holds(result)) {
        const auto& held = held_by(result);
        if (outcome_traits<Held<Result>>::failed(held)) return judge_failed(tracker, held);
      }
    }
    return judge_value();
  }
}

/// Judges what a call returned. Costs nothing for a type that is no result and that no OnResult looks at.
template <Tracker T, class Result>
Verdict judge_result(const T& tracker, const Result& result) noexcept {
  return judge_result(tracker, result, [&] {
    if constexpr (std::is_object_v<Result> && !std::is_volatile_v<Result> && looks_at<T, Result>()) {
      return verdict_on_value(ask_safely(tracker, Returned<Result>{result}));
    } else {
      return Verdict::success;
    }
  });
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
