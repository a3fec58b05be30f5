// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Errors of some types count.

#ifndef FLUXGATE_TRACKERS_TYPE_OF_HPP
#define FLUXGATE_TRACKERS_TYPE_OF_HPP

#include <concepts>
#include <string>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/base/type_name.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Exceptions of one of the types E (or derived) count, and so do failed results with an error of one of these types
/// (or derived). Other exceptions and failed results are neutral; `~TypeOf<E>{}` has all count but these.
///
/// Choose it where the types tell the dependency's faults from the caller's. Not where one type stands for both: then
/// `Custom`. An exception is caught once and thrown on, whatever the size of the tree; one that does not derive from
/// `std::exception` is thrown once more for each type E. Error values cost no throw. It has no state, so threads share
/// it.
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

static_assert(Tracker<TypeOf<int>>);

namespace detail {

template <class... E>
inline constexpr bool judges_errors_only<TypeOf<E...>> = true;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
