// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Errors of a type count where a predicate says so.

#ifndef FLUXGATE_TRACKERS_CUSTOM_HPP
#define FLUXGATE_TRACKERS_CUSTOM_HPP

#include <concepts>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/parameter.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/base/type_name.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/predicate.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Errors of the predicate's parameter type count when it says so; with a `std::exception_ptr` parameter it sees every
/// exception but refusals by other breakers, which only a tracker on CallNotPermittedError sees. Choose it where the
/// type alone does not tell: an HTTP status, an errno. Not where it does: `TypeOf` needs no predicate. Errors of other
/// types are neutral.
///
/// The predicate is called from many threads at once, during the call. What it throws counts as "no". Costs what
/// `TypeOf` costs, and the predicate.
template <class Predicate>
class Custom : public TrackerOperand<Custom<Predicate>> {
  static_assert(detail::HasOneParameter<Predicate>,
                "fluxgate: Custom takes its error type from its predicate's parameter: the predicate needs exactly one "
                "parameter of a named type, as in [](const HttpError& e) { return e.status >= 500; }.");
  static_assert(detail::Predicate<Predicate, detail::Parameter<Predicate>>,
                "fluxgate: the predicate of Custom must be callable as const, with a const error, and give a bool.");

 public:
  /// `predicate` is copied, and called from many threads at once.
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

  /// Only if predicates can be compared; closures cannot. Constexpr if their comparison is.
  friend bool operator==(const Custom&, const Custom&)
    requires std::equality_comparable<Predicate>
  = default;

 private:
  using Error = detail::Parameter<Predicate>;

  [[no_unique_address]] Predicate predicate_;
};

static_assert(Tracker<Custom<bool (*)(int)>>);

namespace detail {

template <class F>
inline constexpr bool judges_errors_only<Custom<F>> = true;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
