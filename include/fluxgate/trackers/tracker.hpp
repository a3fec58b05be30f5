// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trackers: which failures count.

#ifndef FLUXGATE_TRACKERS_TRACKER_HPP
#define FLUXGATE_TRACKERS_TRACKER_HPP

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include <fluxgate/expression/operand.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/result_looks.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Does this failure count? `no`: it is neutral. `yes`: it is a failure. `success`: it is a success. `silent`: the
/// tracker does not speak about it; an exception or a failed result then counts, and any other returned value is a
/// success.
///
/// In `&` the first of no, success, yes and silent wins, in `|` the first of yes, success, no and silent. `~` exchanges
/// yes and no, and leaves the others as they are. That is how `~TypeOf<E>{}` leaves returned values alone.
enum class Answer : std::uint8_t { no, yes, silent, success };

struct All;
template <class... E>
struct TypeOf;
template <class Predicate>
class Custom;
template <class Predicate>
class OnResult;
template <class T>
struct CountAsSuccess;

namespace detail {

constexpr Answer to_answer(bool yes) noexcept { return yes ? Answer::yes : Answer::no; }
constexpr Answer to_answer(Answer answer) noexcept { return answer; }

template <class T>
concept TrackerAnswer = std::same_as<T, bool> || std::same_as<T, Answer>;

}  // namespace detail

/// Any callable on `const Failure&` that gives a bool, asked about exceptions and failed results; one that gives an
/// `Answer` is asked about other returned values too. Called from many threads at once; what it throws counts as "no",
/// to all that it is a part of up to the next `|`.
template <class T>
concept Tracker = std::copy_constructible<T> && requires(const T& tracker, const Failure& failure) {
  { tracker(failure) } -> detail::TrackerAnswer;
};

namespace detail {

/// The library's own trackers that use the type of what was returned, or hand it on.
template <class T>
inline constexpr bool sees_returned = Branch<T> || is_not<T>;
template <class F>
inline constexpr bool sees_returned<OnResult<F>> = true;
template <class T>
inline constexpr bool sees_returned<CountAsSuccess<T>> = true;

/// The shipped trackers that say nothing about a returned value.
template <class T>
inline constexpr bool judges_errors_only = false;
template <>
inline constexpr bool judges_errors_only<All> = true;
template <class... E>
inline constexpr bool judges_errors_only<TypeOf<E...>> = true;
template <class F>
inline constexpr bool judges_errors_only<Custom<F>> = true;

/// Asks a tracker; one of yes and no is not asked about a value that nobody has called a failure.
template <class T, std::derived_from<Failure> Subject>
constexpr Answer ask(const T& tracker, const Subject& subject) {
  if constexpr (std::same_as<std::invoke_result_t<const T&, const Failure&>, bool>) {
    if (!subject.has_error()) return Answer::silent;
  }
  if constexpr (sees_returned<T>) {
    return to_answer(tracker(subject));
  } else if constexpr (judges_errors_only<T>) {
    return to_answer(tracker(error_of(subject)));
  } else {
    return to_answer(tracker(static_cast<const Failure&>(subject)));
  }
}

/// The same; one that throws cannot tell, and does not accuse.
template <class T, std::derived_from<Failure> Subject>
constexpr Answer ask_safely(const T& tracker, const Subject& subject) noexcept {
  FLUXGATE_TRY { return ask(tracker, subject); }
  FLUXGATE_CATCH_ALL { return Answer::no; }
}

/// The operators of trackers: both, either, opposite.
struct TrackerVocabulary {
  using Subject = Failure;
  static constexpr bool has_or = true;
  static constexpr bool has_not = true;
  template <class T>
  static constexpr bool accepts = Tracker<T>;

  static constexpr Answer both(const auto& left, const auto& right, const std::derived_from<Failure> auto& subject) {
    const Answer answer = ask(left, subject);
    if (answer == Answer::no) return answer;
    const Answer other = ask(right, subject);
    if (other == Answer::no || answer == Answer::silent) return other;
    return other == Answer::success ? other : answer;
  }
  static constexpr Answer either(const auto& left, const auto& right, const std::derived_from<Failure> auto& subject) {
    const Answer answer = ask_safely(left, subject);
    if (answer == Answer::yes) return answer;
    const Answer other = ask(right, subject);
    if (other == Answer::yes || answer == Answer::silent) return other;
    return other == Answer::success ? other : answer;
  }
  static constexpr Answer opposite(const auto& inner, const std::derived_from<Failure> auto& subject) {
    const Answer answer = ask(inner, subject);
    switch (answer) {
      case Answer::yes: return Answer::no;
      case Answer::no: return Answer::yes;
      case Answer::silent:
      case Answer::success: break;
    }
    return answer;
  }
};

// The parameter of a callable, stripped of const and reference. Overloads, never defined: each takes a noexcept
// function as well.
template <class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (*)(P));
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P));
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) const);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) &);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) const&);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) &&);
template <class C, class R, class P>
std::type_identity<std::remove_cvref_t<P>> parameter_of(R (C::*)(P) const&&);

template <class F>
struct ParameterOf {};
template <class F>
  requires requires(F f) { parameter_of(f); }
struct ParameterOf<F> : decltype(parameter_of(std::declval<F>())){};
template <class F>
  requires requires { parameter_of(&F::operator()); }
struct ParameterOf<F> : decltype(parameter_of(&F::operator())){};
template <class F>
struct ParameterOf<std::reference_wrapper<F>> : ParameterOf<std::decay_t<F>> {};
/// A pointer to a member takes the object.
template <class M, class C>
  requires std::invocable<M C::*, const C&>
struct ParameterOf<M C::*> : std::type_identity<C> {};

template <class F>
concept HasOneParameter = requires { typename ParameterOf<F>::type; };

template <class F>
using Parameter = typename ParameterOf<F>::type;

/// A predicate of trackers: called from many threads at once on what is not its own.
template <class F, class P>
concept Predicate = requires(const F& predicate, const P& subject) {
  { std::invoke(predicate, subject) } -> std::convertible_to<bool>;
};

}  // namespace detail

/// Base of a tracker of your own that wants `&`, `|` and `~`: `struct Mine : TrackerOperand<Mine> { ... };`
template <class Derived>
using TrackerOperand = Operand<Derived, detail::TrackerVocabulary>;

/// Every exception and every failed result counts. Choose it where any failure speaks against the dependency. The
/// cheapest tracker: exceptions pass without being caught.
struct All : TrackerOperand<All> {
  constexpr Answer operator()(const Failure& failure) const noexcept {
    return failure.has_error() ? Answer::yes : Answer::silent;
  }
  static std::string describe() { return "All{}"; }
  friend constexpr bool operator==(const All&, const All&) = default;
};

/// Exceptions of one of the types E (or derived) count, and so do failed results with an error of one of these types
/// (or derived).
/// Choose it where the types tell the dependency's faults from the caller's.
template <class... E>
struct TypeOf : TrackerOperand<TypeOf<E...>> {
  static_assert(sizeof...(E) > 0, "fluxgate: TypeOf needs at least one error type, as in TypeOf<ConnectionError>{}.");
  static_assert(((std::same_as<E, std::decay_t<E>> && !std::is_void_v<E>) && ...),
                "fluxgate: TypeOf takes plain types of objects, without const and without &.");

  template <std::derived_from<Failure> View>
  Answer operator()(const View& failure) const noexcept {
    if (!failure.has_error()) return Answer::silent;
    return detail::to_answer(((failure.template error<E>() != nullptr) || ...));
  }
  static std::string describe() {
    std::string names;
    ((names.append(names.empty() ? "" : ", ").append(detail::type_name<E>())), ...);
    return detail::concat({"TypeOf<", names, ">{}"});
  }
  friend constexpr bool operator==(const TypeOf&, const TypeOf&) = default;
};

/// Errors of the predicate's parameter type count when it says so; with a `std::exception_ptr` parameter it sees every
/// exception but refusals by other breakers, which only a tracker on CallNotPermittedError sees. Choose it where the
/// type alone does not tell: an HTTP status, an errno.
template <class Predicate>
class Custom : public TrackerOperand<Custom<Predicate>> {
  static_assert(detail::HasOneParameter<Predicate>,
                "fluxgate: Custom takes its error type from its predicate's parameter: the predicate needs exactly one "
                "parameter of a named type, as in [](const HttpError& e) { return e.status >= 500; }.");
  static_assert(detail::Predicate<Predicate, detail::Parameter<Predicate>>,
                "fluxgate: the predicate of Custom must be callable as const, with a const error, and give a bool.");

 public:
  constexpr explicit Custom(Predicate predicate) : predicate_(std::move(predicate)) {}

  template <std::derived_from<Failure> View>
  Answer operator()(const View& failure) const {
    if (!failure.has_error()) return Answer::silent;
    if constexpr (std::same_as<Error, std::exception_ptr>) {
      const std::exception_ptr exception = failure.exception();
      return detail::to_answer(exception != nullptr && static_cast<bool>(std::invoke(predicate_, exception)));
    } else {
      const Error* error = failure.template error<Error>();
      return detail::to_answer(error != nullptr && static_cast<bool>(std::invoke(predicate_, *error)));
    }
  }
  static std::string describe() { return detail::concat({"Custom{", detail::type_name<Error>(), "}"}); }

  /// Where predicates can be compared; closures cannot.
  friend constexpr bool operator==(const Custom&, const Custom&)
    requires std::equality_comparable<Predicate>
  = default;

 private:
  using Error = detail::Parameter<Predicate>;

  [[no_unique_address]] Predicate predicate_;
};

/// Returned values count as failures when the predicate says so; it says nothing about anything else. Choose it where
/// failures come back as values: a response with a status.
///
/// It looks at what its predicate can be called with: the value itself, a base of it, what it converts to without a
/// cast, a number of a wider type, `const T*` for a `T*`; else what an expected, an optional or a CallResult holds,
/// what a smart pointer points to or its raw pointer, and the first or the only other element of a pair or tuple that
/// is a result. It is silent where there is none: an empty optional. A call whose value no OnResult of the tracker can
/// look at gets a warning of the compiler; nobody looks at a value that cannot be moved.
template <class Predicate>
class OnResult : public TrackerOperand<OnResult<Predicate>> {
  static_assert(detail::HasOneParameter<Predicate>,
                "fluxgate: OnResult takes its result type from its predicate's parameter: the predicate needs exactly "
                "one parameter of a named type, as in [](const Response& r) { return r.status >= 500; }.");
  static_assert(detail::Predicate<Predicate, detail::Parameter<Predicate>>,
                "fluxgate: the predicate of OnResult must be callable as const, with a const result, and give a bool.");

 public:
  constexpr explicit OnResult(Predicate predicate) : predicate_(std::move(predicate)) {}

  /// Of a value whose type is not known any more: looks at one of the very type of its parameter.
  Answer operator()(const Failure& failure) const {
    const Result* result = failure.template result<Result>();
    return result == nullptr ? Answer::silent : judge(*result);
  }
  template <class R, class View>
  constexpr Answer operator()(const detail::Returned<R, View>& returned) const {
    Answer answer = Answer::silent;
    detail::look<Result>(returned.value(), [&](const Result& seen) { answer = judge(seen); });
    return answer;
  }
  static std::string describe() { return detail::concat({"OnResult{", detail::type_name<Result>(), "}"}); }

  /// Where predicates can be compared; closures cannot.
  friend constexpr bool operator==(const OnResult&, const OnResult&)
    requires std::equality_comparable<Predicate>
  = default;

 private:
  using Result = detail::Parameter<Predicate>;

  constexpr Answer judge(const Result& result) const {
    return detail::to_answer(static_cast<bool>(std::invoke(predicate_, result)));
  }

  [[no_unique_address]] Predicate predicate_;
};

/// What the inner tracker says counts is a success: an exception or a failed result that proves the dependency to be
/// well, as a server that answers "not found". It is silent about the rest. Choose it beside a tracker that counts, as
/// in `All{} & CountAsSuccess{TypeOf<NotFound>{}}`; choose `~TypeOf<NotFound>{}` where such an end says nothing at all.
template <class T>
struct CountAsSuccess : TrackerOperand<CountAsSuccess<T>> {
  static_assert(Tracker<T>,
                "fluxgate: CountAsSuccess takes a tracker, which says what is a success in spite of its error, as in "
                "CountAsSuccess{TypeOf<NotFound>{}}.");

  [[no_unique_address]] T inner;

  constexpr explicit CountAsSuccess(T tracker) : inner(std::move(tracker)) {}

  template <std::derived_from<Failure> Subject>
  constexpr Answer operator()(const Subject& subject) const {
    const Answer answer = detail::ask(inner, subject);
    return answer == Answer::yes || answer == Answer::success ? Answer::success : Answer::silent;
  }
  std::string describe() const { return detail::concat({"CountAsSuccess{", detail::description_of(inner), "}"}); }
  friend constexpr bool operator==(const CountAsSuccess&, const CountAsSuccess&) = default;
};

namespace detail {

/// The parameter of an OnResult.
template <class T>
struct Watched {};
template <class F>
struct Watched<OnResult<F>> {
  using type = Parameter<F>;
};
template <class T>
concept Watching = requires { typename Watched<T>::type; };

template <class T>
inline constexpr bool is_count_as_success = false;
template <class T>
inline constexpr bool is_count_as_success<CountAsSuccess<T>> = true;

/// Whether a tree can call a returned R a failure that its traits do not.
template <class Node, class R>
constexpr bool looks_at() noexcept {
  if constexpr (Branch<Node>) {
    return looks_at<decltype(Node::left), R>() || looks_at<decltype(Node::right), R>();
  } else if constexpr (is_not<Node> || is_count_as_success<Node>) {
    return looks_at<decltype(Node::inner), R>();
  } else if constexpr (Watching<Node>) {
    return look_for<typename Watched<Node>::type, R>() != Look::nowhere;
  } else {
    // A tracker of the user's own that gives an Answer wants to see everything.
    return std::same_as<std::invoke_result_t<const Node&, const Failure&>, Answer> && !judges_errors_only<Node>;
  }
}

/// Whether there is an OnResult in a tree.
template <class Node>
constexpr bool has_on_result() noexcept {
  if constexpr (Branch<Node>) {
    return has_on_result<decltype(Node::left)>() || has_on_result<decltype(Node::right)>();
  } else if constexpr (is_not<Node> || is_count_as_success<Node>) {
    return has_on_result<decltype(Node::inner)>();
  } else {
    return Watching<Node>;
  }
}

/// Whether a tree was given an OnResult, and neither that nor anything else looks at a returned R, which has more to it
/// than an error.
template <class Node, class R, class Value = std::remove_cvref_t<R>>
inline constexpr bool overlooks = has_on_result<Node>() && CarriesValue<Value> && !looks_at<Node, Value>();

/// What cannot be moved is constructed where the caller wants it and nowhere else: nobody can look at it on the way.
template <class R>
concept Immovable = std::is_object_v<R> && (!std::is_move_constructible_v<R>);

/// The same of what a call returns.
template <class Node, class R>
inline constexpr bool overlooks_call =
    overlooks<Node, R> || (has_on_result<Node>() && Immovable<R> && !NeverFailed<std::remove_cv_t<R>>);

/// Whether a TypeOf or a Custom was made for errors of type E, or for one that derives from it.
template <class E, class Leaf>
inline constexpr bool made_for = false;
template <class E, class... Named>
inline constexpr bool made_for<E, TypeOf<Named...>> = (std::is_base_of_v<E, Named> || ...);
template <class E, class F>
inline constexpr bool made_for<E, Custom<F>> = std::is_base_of_v<E, Parameter<F>>;

/// Whether a tree names the error type E, so that it is asked about errors which are neutral otherwise. A tracker of
/// the user's own may look for anything and is always asked.
template <class E, class Node>
constexpr bool names() noexcept {
  if constexpr (Branch<Node>) {
    return names<E, decltype(Node::left)>() || names<E, decltype(Node::right)>();
  } else if constexpr (is_not<Node> || is_count_as_success<Node>) {
    return names<E, decltype(Node::inner)>();
  } else if constexpr (judges_errors_only<Node>) {
    return made_for<E, Node>;
  } else {
    return !Watching<Node>;
  }
}

}  // namespace detail

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
