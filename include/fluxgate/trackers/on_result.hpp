// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Returned values count as failures where a predicate says so.

#ifndef FLUXGATE_TRACKERS_ON_RESULT_HPP
#define FLUXGATE_TRACKERS_ON_RESULT_HPP

#include <concepts>
#include <functional>
#include <string>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/parameter.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/base/type_name.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/predicate.hpp>
#include <fluxgate/trackers/result_looks.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// Whether a view calls a function with the R in the value that it shows.
template <class View, class R>
concept ShowsResult = std::derived_from<View, Failure> &&
                      requires(const View& view, void (&show)(const R&)) { view.template show_result<R>(show); };

}  // namespace detail

/// Returned values count as failures if the predicate is true; it is silent about all else. Choose it if failures come
/// back as values: a response with a status.
///
/// It looks at what its predicate can be called with: the value itself, a base of it, what it converts to without a
/// cast, a number of a wider type, `const T*` for a `T*`; else what an expected, an optional or a CallResult holds,
/// what a smart pointer points to or its raw pointer, and the first or the only other element of a pair or tuple that
/// is a result. It is silent where there is none: an empty optional. A call whose value no OnResult of the tracker can
/// look at gets a warning of the compiler; a value that cannot be moved is never looked at.
///
/// The predicate is called from many threads at once, on each returned value that it can look at. What it throws counts
/// as "no". Costs the predicate; an exception is caught once and thrown on, as under every tracker but `All`.
template <class Predicate>
class OnResult : public TrackerOperand<OnResult<Predicate>> {
  static_assert(detail::HasOneParameter<Predicate>,
                "fluxgate: OnResult takes its result type from its predicate's parameter: the predicate needs exactly "
                "one parameter of a named type, as in [](const Response& r) { return r.status >= 500; }.");
  static_assert(detail::Predicate<Predicate, detail::Parameter<Predicate>>,
                "fluxgate: the predicate of OnResult must be callable as const, with a const result, and give a bool.");

 public:
  /// `predicate` is copied, and called from many threads at once.
  constexpr explicit OnResult(Predicate predicate) : predicate_(std::move(predicate)) {}

  /// For a value whose static type is lost: looks only at values of exactly its parameter's type.
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
  /// For a view that finds the value itself, since it alone knows its type.
  template <detail::ShowsResult<detail::Parameter<Predicate>> View>
  Answer operator()(const View& view) const {
    Answer answer = Answer::silent;
    view.template show_result<Result>([&](const Result& seen) { answer = judge(seen); });
    return answer;
  }
  static std::string describe() { return detail::concat({"OnResult{", detail::type_name<Result>(), "}"}); }

  /// Only if predicates can be compared; closures cannot. Constexpr if their comparison is.
  friend bool operator==(const OnResult&, const OnResult&)
    requires std::equality_comparable<Predicate>
  = default;

 private:
  using Result = detail::Parameter<Predicate>;

  constexpr Answer judge(const Result& result) const {
    return detail::to_answer(static_cast<bool>(std::invoke(predicate_, result)));
  }

  [[no_unique_address]] Predicate predicate_;
};

static_assert(Tracker<OnResult<bool (*)(int)>>);

namespace detail {

template <class F>
inline constexpr bool sees_returned<OnResult<F>> = true;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
