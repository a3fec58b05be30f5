// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trackers: which failures count.

#ifndef FLUXGATE_TRACKERS_HPP
#define FLUXGATE_TRACKERS_HPP

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include <fluxgate/expression.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Does this failure count? `silent` says nothing about it: `~silent` stays silent, and beside another answer it
/// gives way to it. That is how `~TypeOf<E>{}` leaves returned values alone.
enum class Answer : std::uint8_t { no, yes, silent };

namespace detail {

constexpr Answer to_answer(bool yes) noexcept { return yes ? Answer::yes : Answer::no; }
constexpr Answer to_answer(Answer answer) noexcept { return answer; }

template <class T>
concept TrackerAnswer = std::same_as<T, bool> || std::same_as<T, Answer>;

}  // namespace detail

/// Any callable on `const Failure&` that gives a bool, asked about exceptions and failed results; one that gives an
/// `Answer` is asked about returned values too. Called from many threads at once; what it throws counts as "no", to all
/// that it is a part of up to the next `|`.
template <class T>
concept Tracker = std::copy_constructible<T> && requires(const T& tracker, const Failure& failure) {
  { tracker(failure) } -> detail::TrackerAnswer;
};

namespace detail {

/// Asks a tracker; one of yes and no is not asked about a value that nobody has called a failure.
template <class T>
constexpr Answer ask(const T& tracker, const Failure& failure) {
  if constexpr (std::same_as<std::invoke_result_t<const T&, const Failure&>, bool>) {
    if (!failure.has_error()) return Answer::silent;
  }
  return to_answer(tracker(failure));
}

/// The same; one that throws cannot tell, and does not accuse.
template <class T>
constexpr Answer ask_safely(const T& tracker, const Failure& failure) noexcept {
  FLUXGATE_TRY { return ask(tracker, failure); }
  FLUXGATE_CATCH_ALL { return Answer::no; }
}

/// The operators of trackers: both, either, opposite.
struct TrackerVocabulary {
  using Subject = Failure;
  static constexpr bool has_or = true;
  static constexpr bool has_not = true;
  template <class T>
  static constexpr bool accepts = Tracker<T>;

  static constexpr Answer both(const auto& left, const auto& right, const Failure& failure) {
    const Answer answer = ask(left, failure);
    if (answer == Answer::no) return answer;
    const Answer other = ask(right, failure);
    return other == Answer::silent ? answer : other;
  }
  static constexpr Answer either(const auto& left, const auto& right, const Failure& failure) {
    const Answer answer = ask_safely(left, failure);
    if (answer == Answer::yes) return answer;
    const Answer other = ask(right, failure);
    return other == Answer::silent ? answer : other;
  }
  static constexpr Answer opposite(const auto& inner, const Failure& failure) {
    switch (ask(inner, failure)) {
      case Answer::yes: return Answer::no;
      case Answer::no: return Answer::yes;
      case Answer::silent: break;
    }
    return Answer::silent;
  }
};

// The parameter of a callable, stripped of const and reference. Overloads, never defined: each takes a noexcept function
// as well.
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

/// Exceptions of one of the types E (or derived) count, and failed results with an error of one of these types.
/// Choose it where the types tell the dependency's faults from the caller's.
template <class... E>
struct TypeOf : TrackerOperand<TypeOf<E...>> {
  static_assert(sizeof...(E) > 0, "fluxgate: TypeOf needs at least one error type, as in TypeOf<ConnectionError>{}.");
  static_assert(((std::same_as<E, std::decay_t<E>> && !std::is_void_v<E>) && ...),
                "fluxgate: TypeOf takes plain types of objects, without const and without &.");

  Answer operator()(const Failure& failure) const noexcept {
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
/// exception. Choose it where the type alone does not tell: an HTTP status, an errno.
template <class Predicate>
class Custom : public TrackerOperand<Custom<Predicate>> {
  static_assert(detail::HasOneParameter<Predicate>,
                "fluxgate: Custom takes its error type from its predicate's parameter: the predicate needs exactly one "
                "parameter of a named type, as in [](const HttpError& e) { return e.status >= 500; }.");
  static_assert(detail::Predicate<Predicate, detail::Parameter<Predicate>>,
                "fluxgate: the predicate of Custom must be callable as const, with a const error, and give a bool.");

 public:
  constexpr explicit Custom(Predicate predicate) : predicate_(std::move(predicate)) {}

  Answer operator()(const Failure& failure) const {
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

/// Returned values of the predicate's parameter type count as failures when it says so; it says nothing about
/// anything else. Choose it where failures come back as values: a response with a status.
template <class Predicate>
class OnResult : public TrackerOperand<OnResult<Predicate>> {
  static_assert(detail::HasOneParameter<Predicate>,
                "fluxgate: OnResult takes its result type from its predicate's parameter: the predicate needs exactly "
                "one parameter of a named type, as in [](const Response& r) { return r.status >= 500; }.");
  static_assert(detail::Predicate<Predicate, detail::Parameter<Predicate>>,
                "fluxgate: the predicate of OnResult must be callable as const, with a const result, and give a bool.");

 public:
  constexpr explicit OnResult(Predicate predicate) : predicate_(std::move(predicate)) {}

  constexpr Answer operator()(const Failure& failure) const {
    const Result* result = failure.template result<Result>();
    return result == nullptr ? Answer::silent : detail::to_answer(static_cast<bool>(std::invoke(predicate_, *result)));
  }
  static std::string describe() { return detail::concat({"OnResult{", detail::type_name<Result>(), "}"}); }

  /// Where predicates can be compared; closures cannot.
  friend constexpr bool operator==(const OnResult&, const OnResult&)
    requires std::equality_comparable<Predicate>
  = default;

 private:
  using Result = detail::Parameter<Predicate>;

  [[no_unique_address]] Predicate predicate_;
};

namespace detail {

/// The shipped trackers that say nothing about a returned value.
template <class T>
inline constexpr bool judges_errors_only = false;
template <>
inline constexpr bool judges_errors_only<All> = true;
template <class... E>
inline constexpr bool judges_errors_only<TypeOf<E...>> = true;
template <class F>
inline constexpr bool judges_errors_only<Custom<F>> = true;

/// The type of results that an OnResult looks at.
template <class T>
struct Watched {};
template <class F>
struct Watched<OnResult<F>> {
  using type = Parameter<F>;
};

/// Whether a tree can call a returned R a failure that its traits do not.
template <class Node, class R>
constexpr bool looks_at() noexcept {
  if constexpr (Branch<Node>) {
    return looks_at<decltype(Node::left), R>() || looks_at<decltype(Node::right), R>();
  } else if constexpr (is_not<Node>) {
    return looks_at<decltype(Node::inner), R>();
  } else if constexpr (requires { typename Watched<Node>::type; }) {
    return std::same_as<typename Watched<Node>::type, R>;
  } else {
    // A tracker of the user's own that gives an Answer wants to see everything.
    return std::same_as<std::invoke_result_t<const Node&, const Failure&>, Answer> && !judges_errors_only<Node>;
  }
}

/// Whether a TypeOf or a Custom was made for errors of type E, or for one that derives from it.
template <class E, class Leaf>
inline constexpr bool made_for = false;
template <class E, class... Named>
inline constexpr bool made_for<E, TypeOf<Named...>> = (std::is_base_of_v<E, Named> || ...);
template <class E, class F>
inline constexpr bool made_for<E, Custom<F>> = std::is_base_of_v<E, Parameter<F>>;

/// Whether a tree names the error type E, so that it is asked about errors which are neutral otherwise. A tracker of the
/// user's own may look for anything and is always asked.
template <class E, class Node>
constexpr bool names() noexcept {
  if constexpr (Branch<Node>) {
    return names<E, decltype(Node::left)>() || names<E, decltype(Node::right)>();
  } else if constexpr (is_not<Node>) {
    return names<E, decltype(Node::inner)>();
  } else if constexpr (judges_errors_only<Node>) {
    return made_for<E, Node>;
  } else {
    return !requires { typename Watched<Node>::type; };
  }
}

}  // namespace detail

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
