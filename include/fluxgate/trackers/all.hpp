// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Every failure counts.

#ifndef FLUXGATE_TRACKERS_ALL_HPP
#define FLUXGATE_TRACKERS_ALL_HPP

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Every exception and every failed result counts. Choose it where any failure speaks against the dependency. Not where
/// callers cause failures too, as by a bad request: then `TypeOf` or `Custom`. The cheapest tracker: exceptions other
/// than refusals pass without being caught. It has no state, so threads share it.
struct All : TrackerOperand<All> {
  constexpr Answer operator()(const Failure& failure) const noexcept {
    return failure.has_error() ? Answer::yes : Answer::silent;
  }
  static std::string describe() { return "All{}"; }
  friend constexpr bool operator==(const All&, const All&) = default;
};

static_assert(Tracker<All>);

namespace detail {

template <>
inline constexpr bool judges_errors_only<All> = true;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
