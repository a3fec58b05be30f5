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

/// Base for the `outcome_traits` of a type that looks like a result and is none. Values of the type are successes,
/// unless an `OnResult` says otherwise:
///
///     template <> struct fluxgate::outcome_traits<my::Settings> : fluxgate::never_failed {};
struct never_failed {};

namespace detail {

template <class T>
concept Truth = std::same_as<std::remove_cvref_t<T>, bool>;
template <class T>
concept Something = !std::is_void_v<T>;

/// What is shown of a failure whose result has no error to show.
struct UnknownError {};

/// Traits whose errors are of more than one type hand the one that there is to a visitor, instead of `error`.
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

/// A result type that can say of a value whether it failed.
template <class R>
concept HasOutcome = requires(const R& result) {
  { outcome_traits<R>::failed(result) } noexcept -> std::convertible_to<bool>;
} && (detail::HasReferredError<R> || detail::HasCopiedError<R> || detail::HasVisitedError<R>);

namespace detail {

/// Traits that somebody wrote, whether or not they are what is asked for.
template <class R>
concept HasTraits = requires(const R& result) { outcome_traits<R>::failed(result); } ||
                    requires(const R& result) { outcome_traits<R>::error(result); };

/// Calls `visit` with the error of a result that failed: with an lvalue where it lies in the result, with an rvalue
/// where it is a copy. A copy that cannot be made leaves an UnknownError.
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

// The shapes, in the order in which they are looked for.

/// A future: what came of its work is not known when it is returned.
template <class R>
concept FutureLike = requires(R& future) { future.wait(); } &&
                     (requires(R& future) { future.get(); } || requires(R& future) { std::move(future).get(); }) &&
                     (requires(R& future) { future.valid(); } || requires(R& future) { future.is_done(); } ||
                      requires(R& future) { future.wait_for(std::chrono::hours{}); });

/// std and tl::expected, results of Boost and of Outcome.
template <class R>
concept ExpectedLike = requires(const R& result) {
  { result.has_value() } -> Truth;
  { result.error() } -> Something;
};
/// Of those, the ones that may hold an exception instead of an error.
template <class R>
concept OutcomeLike = ExpectedLike<R> && requires(const R& result) {
  { result.has_error() } -> Truth;
  { result.exception() } -> Something;
};

/// As an expected, but with an error that a const object does not show, as a `result` of Boost.LEAF; that of void has
/// no `has_value()`.
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
/// An enumeration with a function beside it that makes an error code or an error condition of it.
template <class R>
concept MadeErrorCode = requires(Only<R> only) {
  { make_error_code(only) } -> ErrorCodeLike;
} || requires(Only<R> only) {
  { make_error_condition(only) } -> ErrorCodeLike;
};

/// std::errc, and enumerations of error codes of Boost and of the user's own.
template <class R>
concept ErrorEnum =
    std::is_enum_v<R> && (std::is_error_code_enum_v<R> || std::is_error_condition_enum_v<R> || MadeErrorCode<R>);

/// Traits of a type that is its own error.
template <class R>
struct OwnError {
  static constexpr const R& error(const R& result) noexcept { return result; }
};

/// A type without a known shape. Its members are those of the shapes, which are made of it by specialisation.
template <class R>
struct Shape {};

template <FutureLike R>
struct Shape<R> {
  static constexpr bool unfinished = true;
};

template <class R>
  requires ExpectedLike<R> && (!FutureLike<R>)
struct Shape<R> {
  static constexpr bool failed(const R& result) noexcept { return !result.has_value(); }
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

/// A function that returns an exception instead of throwing it.
template <>
struct Shape<std::exception_ptr> : OwnError<std::exception_ptr> {
  static bool failed(const std::exception_ptr& error) noexcept { return error != nullptr; }
};

/// The values of an operation behind its error, as Asio's `as_tuple` gives them: failed when the first element is, or
/// else a single element beside it that is a result as well.
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
/// Whether nobody has said of an R what it is.
template <class R>
concept KnownByShape = std::derived_from<outcome_traits<R>, Shape<R>>;
template <class R>
concept NeverFailed = std::derived_from<outcome_traits<R>, never_failed>;

}  // namespace detail

/// Tells of a result type R whether a value is a failure, and its error. Results are recognised by their shape:
///
/// - `has_value()` and `error()`, as `std::expected` has them; the error is unknown where `error()` is not const;
/// - `ok()` that gives a bool: the error is what `status()` gives, else `error()`, else the object itself;
/// - error codes: a conversion to bool, `value()` and `category()`; `std::errc` and other enumerations of error codes,
///   known by the traits of std or by a `make_error_code` or `make_error_condition` beside them;
/// - `std::exception_ptr`: the exception in it is judged like a thrown one, also where it is the error of a result;
/// - a pair or a tuple whose first element is one of these, or what derives from one: it fails when that element does,
///   or when a single other one does;
/// - CallResult: what it holds is judged, and a refusal in it is neutral, also where an optional or an expected holds
///   it.
///
/// Specialise it where your type has none of these shapes, or where the shape misleads (`never_failed`):
///
///     template <class T> struct fluxgate::outcome_traits<my::Result<T>> {
///       static bool failed(const my::Result<T>& result) noexcept;
///       static const my::Error& error(const my::Result<T>& result) noexcept;  // of one that failed
///     };
///
/// `error` gives a reference to what lives as long as the result, or a value; a value may throw, which leaves a failure
/// of unknown error. Both are called by many threads at once, after each call.
template <class R>
struct outcome_traits : detail::Shape<R> {};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
