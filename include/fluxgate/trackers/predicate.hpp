// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The concept of a tracker's predicate.

#ifndef FLUXGATE_TRACKERS_PREDICATE_HPP
#define FLUXGATE_TRACKERS_PREDICATE_HPP

#include <concepts>
#include <functional>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A predicate of a tracker: called on many threads at once, with objects that it does not own.
template <class F, class P>
concept Predicate = requires(const F& predicate, const P& subject) {
  { std::invoke(predicate, subject) } -> std::convertible_to<bool>;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
