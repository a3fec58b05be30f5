// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The concept of a tracker, its answers and its operators.

#ifndef FLUXGATE_TRACKERS_TRACKER_HPP
#define FLUXGATE_TRACKERS_TRACKER_HPP

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/expression/operators.hpp>
#include <fluxgate/failure.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Whether a failure counts. `no`: it is neutral. `yes`: it is a failure. `success`: it is a success. `silent`: the
/// tracker does not decide; an exception or a failed result then counts, and any other returned value is a success.
///
/// In `&` the first of no, success, yes and silent wins, in `|` the first of yes, success, no and silent. `~` exchanges
/// yes and no and keeps the others. So `~TypeOf<E>{}` stays silent about returned values.
enum class Answer : std::uint8_t {
  no,       ///< neutral
  yes,      ///< a failure
  silent,   ///< not decided here
  success,  ///< a success
};

namespace detail {

constexpr Answer to_answer(bool yes) noexcept { return yes ? Answer::yes : Answer::no; }
constexpr Answer to_answer(Answer answer) noexcept { return answer; }

template <class T>
concept TrackerAnswer = std::same_as<T, bool> || std::same_as<T, Answer>;

}  // namespace detail

/// A callable on `const Failure&`. One that returns a bool is asked about exceptions and failed results; one that
/// returns an `Answer` is asked about other returned values, too. Called on many threads at once. An exception from it
/// counts as "no" of every expression around it, up to the next `|`.
template <class T>
concept Tracker = std::copy_constructible<T> && requires(const T& tracker, const Failure& failure) {
  { tracker(failure) } -> detail::TrackerAnswer;
};

namespace detail {

/// The library's own trackers that use the static type of a returned value, or pass it on.
template <class T>
inline constexpr bool sees_returned = Branch<T> || is_not<T>;

/// The library's own trackers that are silent about a returned value.
template <class T>
inline constexpr bool judges_errors_only = false;

/// Asks a tracker; one that returns a bool is not asked about a value that is no failure by its traits.
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

/// The same; if the tracker throws, the answer is `no`.
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
    const Answer other = ask_safely(right, subject);
    if (other == Answer::yes || answer == Answer::silent) return other;
    return other == Answer::success ? other : answer;
  }
  static constexpr Answer opposite(const auto& inner, const std::derived_from<Failure> auto& subject) {
    const Answer answer = ask(inner, subject);
    if (answer == Answer::no) return Answer::yes;
    return answer == Answer::yes ? Answer::no : answer;
  }
};

}  // namespace detail

/// Base of a tracker of your own with `&`, `|` and `~`: `struct Mine : TrackerOperand<Mine> { ... };`
template <class Derived>
using TrackerOperand = Operand<Derived, detail::TrackerVocabulary>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
