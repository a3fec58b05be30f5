// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Some failures are successes.

#ifndef FLUXGATE_TRACKERS_COUNT_AS_SUCCESS_HPP
#define FLUXGATE_TRACKERS_COUNT_AS_SUCCESS_HPP

#include <concepts>
#include <string>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Failures that the inner tracker counts become successes: an exception or a failed result that proves the dependency
/// to be well, as a server that answers "not found". It is silent about the rest. Choose it beside a tracker that
/// counts, as in `All{} & CountAsSuccess{TypeOf<NotFound>{}}`; choose `~TypeOf<NotFound>{}` where such an end says
/// nothing at all. Costs what the inner tracker costs, and is as safe to share between threads.
template <class T>
struct CountAsSuccess : TrackerOperand<CountAsSuccess<T>> {
  static_assert(Tracker<T>,
                "fluxgate: CountAsSuccess takes a tracker, which says what is a success in spite of its error, as in "
                "CountAsSuccess{TypeOf<NotFound>{}}.");

  /// Says which failures are successes.
  [[no_unique_address]] T inner;

  /// Copies the inner tracker.
  constexpr explicit CountAsSuccess(T tracker) : inner(std::move(tracker)) {}

  template <std::derived_from<Failure> Subject>
  constexpr Answer operator()(const Subject& subject) const {
    const Answer answer = detail::ask(inner, subject);
    return answer == Answer::yes || answer == Answer::success ? Answer::success : Answer::silent;
  }
  std::string describe() const { return detail::concat({"CountAsSuccess{", detail::description_of(inner), "}"}); }
  friend bool operator==(const CountAsSuccess&, const CountAsSuccess&) = default;  // constexpr if the tracker is
};

static_assert(Tracker<CountAsSuccess<bool (*)(const Failure&)>>);

namespace detail {

template <class T>
inline constexpr bool sees_returned<CountAsSuccess<T>> = true;
template <class T>
inline constexpr bool wraps<CountAsSuccess<T>> = true;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
