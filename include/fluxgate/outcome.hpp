// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Which results are failures: the customisation point, and the shapes by which results are recognised.

#ifndef FLUXGATE_OUTCOME_HPP
#define FLUXGATE_OUTCOME_HPP

#include <chrono>
#include <concepts>
#include <exception>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

template <class R>
struct outcome_traits;

/// Base for the `outcome_traits` of a type that has the shape of a result but is none. Its values are successes, unless
/// an `OnResult` says otherwise:
///
///     template <> struct fluxgate::outcome_traits<my::Settings> : fluxgate::never_failed {};
struct never_failed {};

namespace detail {

template <class T>
concept Truth = std::same_as<std::remove_cvref_t<T>, bool>;
template <class T>
concept Something = !std::is_void_v<T>;

/// The error of a failed result that has no error to show.
struct UnknownError {};

/// Traits with errors of more than one type pass the present one to a visitor, instead of an `error`.
template <class R>
concept HasVisitedError = requires(const R& result) { outcome_traits<R>::visit_error(result, [](const auto&) {}); };
template <class R>
concept HasReferredError = requires(const R& result) {
  { outcome_traits<R>::error(result) } noexcept;
  requires std::is_lvalue_reference_v<decltype(outcome_traits<R>::error(result))>;
};
template <class R>
concept HasCopiedError = requires(const R& result) {
  { outcome_traits<R>::error(result) } -> Something;
  requires std::is_object_v<decltype(outcome_traits<R>::error(result))>;
};

}  // namespace detail

/// A result type whose traits tell whether a value failed, and its error.
template <class R>
concept HasOutcome = requires(const R& result) {
  { outcome_traits<R>::failed(result) } noexcept -> std::convertible_to<bool>;
} && (detail::HasReferredError<R> || detail::HasCopiedError<R> || detail::HasVisitedError<R>);

namespace detail {

/// Whether the traits have `failed` or `error`, in any form.
template <class R>
concept HasTraits = requires(const R& result) { outcome_traits<R>::failed(result); } ||
                    requires(const R& result) { outcome_traits<R>::error(result); };

/// Calls `visit` with the error of a failed result: an lvalue if it lies in the result, an rvalue if it is a copy. If
/// copying throws, the error is an UnknownError.
template <HasOutcome R, class Visit>
constexpr void visit_error(const R& result, Visit&& visit) {
  if constexpr (HasVisitedError<R>) {
    outcome_traits<R>::visit_error(result, visit);
  } else if constexpr (noexcept(outcome_traits<R>::error(result))) {
    visit(outcome_traits<R>::error(result));
  } else {
    bool visited = false;
    FLUXGATE_TRY {
      auto error = outcome_traits<R>::error(result);
      visited = true;
      visit(std::move(error));
    }
    FLUXGATE_CATCH_ALL {
#if defined(__cpp_exceptions)
      if (visited) throw;
#endif
    }
    if (!visited) visit(UnknownError{});
  }
}

// The shapes, in the order in which they are tried.

/// A future: its outcome is not known when it is returned.
template <class R>
concept FutureLike = requires(R& future) { future.wait(); } &&
                     (requires(R& future) { future.get(); } || requires(R& future) { std::move(future).get(); }) &&
                     (requires(R& future) { future.valid(); } || requires(R& future) { future.is_done(); } ||
                      requires(R& future) { future.wait_for(std::chrono::hours{}); });

/// Tells whether it holds a value by a conversion to bool of its own, as the `Result` of cpp-httplib does. No number that
/// converts to one, and nothing that has an ok().
template <class R>
concept TestedForValue = requires(const R& result) {
  { result.operator bool() } -> Truth;
  { result.value() } -> Something;
  { *result } -> Something;
} && !requires(const R& result) {
  { result.ok() } -> Truth;
};

/// std and tl::expected, results of Boost and of Outcome; the result of cpp-httplib.
template <class R>
concept ExpectedLike = requires(const R& result) {
  { result.error() } -> Something;
} && (requires(const R& result) {
                         { result.has_value() } -> Truth;
                       } || TestedForValue<R>);
template <ExpectedLike R>
constexpr bool expected_has_value(const R& result) noexcept {
  if constexpr (requires {
                  { result.has_value() } -> Truth;
                }) {
    return result.has_value();
  } else {
    return static_cast<bool>(result);
  }
}
/// Those that may hold an exception instead of an error.
template <class R>
concept OutcomeLike = ExpectedLike<R> && requires(const R& result) {
  { result.has_error() } -> Truth;
  { result.exception() } -> Something;
};

/// Like an expected, but `error()` is not const, as in a `result` of Boost.LEAF; that of void has no `has_value()`.
template <class R>
concept ReticentExpected =
    (requires(const R& result) {
      { result.has_value() } -> Truth;
    } || requires(const R& result) {
      static_cast<bool>(result);
      result.value();
    }) && (!requires(const R& result) { result.error(); }) && (requires(R& result) {
      { result.error() } -> Something;
    } || requires(R& result) {
      { std::move(result).error() } -> Something;
    });

/// Statuses of gRPC, Abseil, RocksDB and Arrow, and their results.
template <class R>
concept StatusLike = requires(const R& result) {
  { result.ok() } -> Truth;
};

/// Error codes and error conditions of std and of Boost.
template <class R>
concept ErrorCodeLike = std::is_class_v<R> && requires(const R& code) {
  static_cast<bool>(code);
  { code.value() } -> std::convertible_to<int>;
  code.category().name();
};

/// Converts to an R and to nothing else, not even to what an R converts to.
template <class R>
struct Only {
  template <std::same_as<R> T>
  operator T() const;
};
/// An enumeration with a function beside it that makes an error code or an error condition from it.
template <class R>
concept MadeErrorCode = requires(Only<R> only) {
  { make_error_code(only) } -> ErrorCodeLike;
} || requires(Only<R> only) {
  { make_error_condition(only) } -> ErrorCodeLike;
};

/// std::errc, and enumerations of error codes of Boost and of users.
template <class R>
concept ErrorEnum =
    std::is_enum_v<R> && (std::is_error_code_enum_v<R> || std::is_error_condition_enum_v<R> || MadeErrorCode<R>);

/// Traits of a type that is its own error.
template <class R>
struct OwnError {
  static constexpr const R& error(const R& result) noexcept { return result; }
};

/// The traits of a type by its shape, in specialisations; empty without a known shape.
template <class R>
struct Shape {};

template <FutureLike R>
struct Shape<R> {
  static constexpr bool unfinished = true;
};

template <class R>
  requires ExpectedLike<R> && (!FutureLike<R>)
struct Shape<R> {
  static constexpr bool failed(const R& result) noexcept { return !expected_has_value(result); }
  static constexpr const auto& error(const R& result) noexcept
    requires std::is_lvalue_reference_v<decltype(result.error())> && (!OutcomeLike<R>)
  {
    return result.error();
  }
  static constexpr auto error(const R& result) noexcept(noexcept(result.error()))
    requires(!std::is_lvalue_reference_v<decltype(result.error())> && !OutcomeLike<R>)
  {
    return result.error();
  }
  template <class Visit>
    requires OutcomeLike<R>
  static constexpr void visit_error(const R& result, Visit&& visit) {
    result.has_error() ? visit(result.error()) : visit(result.exception());
  }
};

template <class R>
  requires ReticentExpected<R> && (!FutureLike<R>)
struct Shape<R> {
  static constexpr bool failed(const R& result) noexcept {
    if constexpr (requires { result.has_value(); }) {
      return !result.has_value();
    } else {
      return !static_cast<bool>(result);
    }
  }
  static constexpr UnknownError error(const R&) noexcept { return {}; }
};

template <class R>
  requires StatusLike<R> && (!FutureLike<R> && !ExpectedLike<R> && !ReticentExpected<R>)
struct Shape<R> {
  static constexpr bool failed(const R& result) noexcept { return !result.ok(); }

 private:
  static constexpr decltype(auto) shown(const R& result) {
    if constexpr (requires {
                    { result.status() } -> Something;
                  }) {
      return result.status();
    } else if constexpr (requires {
                           { result.error() } -> Something;
                         }) {
      return result.error();
    } else {
      return (result);
    }
  }
  using Shown = decltype(shown(std::declval<const R&>()));

 public:
  static constexpr Shown error(const R& result) noexcept(std::is_lvalue_reference_v<Shown>) { return shown(result); }
};

template <class R>
  requires ErrorCodeLike<R> && (!FutureLike<R> && !ExpectedLike<R> && !ReticentExpected<R> && !StatusLike<R>)
struct Shape<R> : OwnError<R> {
  static constexpr bool failed(const R& code) noexcept { return static_cast<bool>(code); }
};

template <ErrorEnum R>
struct Shape<R> : OwnError<R> {
  static constexpr bool failed(const R& code) noexcept { return code != R{}; }
};

/// The result of a function that returns an exception instead of throwing it.
template <>
struct Shape<std::exception_ptr> : OwnError<std::exception_ptr> {
  static bool failed(const std::exception_ptr& error) noexcept { return error != nullptr; }
};

/// The values of an operation after its error, as Asio's `as_tuple` returns them: fails if the first element fails, or
/// a single second element that is a result, too.
template <class R, class First, class... Rest>
struct TupleShape {};
template <class R, HasOutcome First, class... Rest>
struct TupleShape<R, First, Rest...> {
  static constexpr bool failed(const R& result) noexcept { return outcome_traits<First>::failed(std::get<0>(result)); }
  template <class Visit>
  static constexpr void visit_error(const R& result, Visit&& visit) {
    detail::visit_error<First>(std::get<0>(result), visit);
  }
};
template <class R, HasOutcome First, HasOutcome Second>
struct TupleShape<R, First, Second> {
  static constexpr bool failed(const R& result) noexcept {
    return outcome_traits<First>::failed(std::get<0>(result)) || outcome_traits<Second>::failed(std::get<1>(result));
  }
  template <class Visit>
  static constexpr void visit_error(const R& result, Visit&& visit) {
    if (outcome_traits<First>::failed(std::get<0>(result))) {
      detail::visit_error<First>(std::get<0>(result), visit);
    } else {
      detail::visit_error<Second>(std::get<1>(result), visit);
    }
  }
};

template <class First, class Second>
std::type_identity<std::pair<First, Second>> tuple_of(const std::pair<First, Second>*);
template <class... T>
std::type_identity<std::tuple<T...>> tuple_of(const std::tuple<T...>*);
/// The pair or tuple that an R is, or derives from.
template <class R>
using TupleOf = typename decltype(tuple_of(static_cast<const R*>(nullptr)))::type;
template <class R>
concept TupleLike = std::is_class_v<R> && requires { typename TupleOf<R>; };

template <class R, class Tuple>
struct ShapeOfElements {};
template <class R, class First, class Second>
struct ShapeOfElements<R, std::pair<First, Second>>
    : TupleShape<R, std::remove_cvref_t<First>, std::remove_cvref_t<Second>> {};
template <class R, class First, class... Rest>
struct ShapeOfElements<R, std::tuple<First, Rest...>>
    : TupleShape<R, std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> {};

template <class R>
  requires TupleLike<R> &&
           (!FutureLike<R> && !ExpectedLike<R> && !ReticentExpected<R> && !StatusLike<R> && !ErrorCodeLike<R>)
struct Shape<R> : ShapeOfElements<R, TupleOf<R>> {};

template <class R>
concept Unfinished = requires { requires outcome_traits<R>::unfinished; };
/// Whether only the shape of an R tells what it is: `outcome_traits` has no specialisation for it.
template <class R>
concept KnownByShape = std::derived_from<outcome_traits<R>, Shape<R>>;
template <class R>
concept NeverFailed = std::derived_from<outcome_traits<R>, never_failed>;

}  // namespace detail

/// Tells whether a value of the result type R is a failure, and its error. Results are recognised by their shape:
///
/// - `has_value()` and `error()`, as in `std::expected`; the error is unknown if `error()` is not const; instead of
///   `has_value()`, a conversion to bool beside `value()` and `*result`, as in the `Result` of cpp-httplib;
/// - `ok()` that returns a bool: the error is `status()`, else `error()`, else the object itself;
/// - error codes: a conversion to bool, `value()` and `category()`; `std::errc` and other enumerations of error codes,
///   recognised by the traits of std or by a `make_error_code` or `make_error_condition` beside them;
/// - `std::exception_ptr`: its exception is judged like a thrown one, also if it is the error of a result;
/// - a pair or a tuple, or a type derived from one, whose first element is one of these: it fails if that element or a
///   single other one fails;
/// - CallResult: the result in it is judged; a refusal is neutral, also inside an optional or an expected.
///
/// Specialise it for a type that has none of these shapes, or whose shape misleads (`never_failed`):
///
///     template <class T> struct fluxgate::outcome_traits<my::Result<T>> {
///       static bool failed(const my::Result<T>& result) noexcept;
///       static const my::Error& error(const my::Result<T>& result) noexcept;  // only if it failed
///     };
///
/// `error` returns a reference that is valid as long as the result, or a value. If making the value throws, the error
/// of the failure is unknown. Many threads call both at once, after each call.
template <class R>
struct outcome_traits : detail::Shape<R> {};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
