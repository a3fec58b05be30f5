// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a tracker is, what it answers, and its operators.

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

/// Does this failure count? `no`: it is neutral. `yes`: it is a failure. `success`: it is a success. `silent`: the
/// tracker does not speak about it; an exception or a failed result then counts, and any other returned value is a
/// success.
///
/// In `&` the first of no, success, yes and silent wins, in `|` the first of yes, success, no and silent. `~` exchanges
/// yes and no, and leaves the others as they are. That is how `~TypeOf<E>{}` leaves returned values alone.
enum class Answer : std::uint8_t { no, yes, silent, success };

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

/// The shipped trackers that say nothing about a returned value.
template <class T>
inline constexpr bool judges_errors_only = false;

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
    if (answer == Answer::no) return Answer::yes;
    return answer == Answer::yes ? Answer::no : answer;
  }
};

}  // namespace detail

/// Base of a tracker of your own that wants `&`, `|` and `~`: `struct Mine : TrackerOperand<Mine> { ... };`
template <class Derived>
using TrackerOperand = Operand<Derived, detail::TrackerVocabulary>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
