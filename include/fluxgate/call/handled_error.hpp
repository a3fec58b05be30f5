// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The error in a failed result that a fallback handles.

#ifndef FLUXGATE_CALL_HANDLED_ERROR_HPP
#define FLUXGATE_CALL_HANDLED_ERROR_HPP

#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/outcome.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Whether a T is an Error, or derives from it.
template <class T, class Error>
concept IsError = std::is_convertible_v<const T*, const Error*> && !std::is_void_v<Error>;

/// Whether the error of a failed R may be an Error: itself, or an exception that it holds.
template <class R, class Error>
concept ShowsError =
    HasOutcome<R> && (HasVisitedError<R> || requires(const R& result) {
      requires IsError<std::remove_cvref_t<decltype(outcome_traits<R>::error(result))>, Error> ||
                   std::same_as<std::remove_cvref_t<decltype(outcome_traits<R>::error(result))>, std::exception_ptr>;
    });

/// Whether a fallback that takes an Error may handle a returned R. `looked_at`: the tracker may count an R as a failure
/// that is none by its traits. Of refusals, a fallback handles only those of its own breaker.
template <class R, class Error, bool looked_at, class Value = std::remove_cvref_t<R>>
inline constexpr bool handles_result =
    (std::is_reference_v<R> || std::is_move_constructible_v<R>) && std::is_object_v<Value> &&
    !std::is_volatile_v<std::remove_reference_t<R>> && !std::same_as<Error, CallNotPermittedError> &&
    (ShowsError<Value, Error> || (IsError<Value, Error> && (HasOutcome<Value> || looked_at)));

/// The Error in a failed result, if there is one. It lies in the result, or here if it is a copy.
template <class Error>
class HandledError {
 public:
  HandledError() = default;
  HandledError(const HandledError&) = delete;
  HandledError& operator=(const HandledError&) = delete;

  /// Finds the Error in a failed result: the result itself, or the error that it shows. The result must outlive this.
  template <class R>
  void look_into(const R& result) {
    if constexpr (IsError<R, Error>) {
      place_ = std::addressof(result);
    } else if constexpr (ShowsError<R, Error>) {
      visit_error(result, [this]<class Shown>(Shown&& error) { this->take(std::forward<Shown>(error)); });
    }
  }

  explicit operator bool() const noexcept { return place_ != nullptr; }
  const Error& operator*() const noexcept { return *place_; }

 private:
  template <class Shown>
  void take(Shown&& shown) {
    using Plain = std::remove_cvref_t<Shown>;
    if constexpr (IsError<Plain, Error>) {
      if constexpr (std::is_lvalue_reference_v<Shown>) {
        place_ = std::addressof(shown);
      } else if constexpr (std::is_constructible_v<Error, Shown>) {
        keep(std::forward<Shown>(shown));
      }
    } else if constexpr (std::same_as<Plain, std::exception_ptr>) {
#if defined(__cpp_exceptions)
      exception_ = shown;
      if (exception_ == nullptr) return;
      try {
        std::rethrow_exception(exception_);
      } catch (Caught<Error> error) {
        if constexpr (is_caught_by_value<Error>) {
          keep(error);
        } else {
          place_ = std::addressof(error);  // lives as long as the exception
        }
      } catch (...) {
      }
#endif
    }
  }

  template <class Made>
  void keep(Made&& made) {
    place_ = std::addressof(kept_.emplace(std::forward<Made>(made)));
  }

  struct Nowhere {};

  const Error* place_ = nullptr;
  std::exception_ptr exception_;
  std::conditional_t<std::is_move_constructible_v<Error>, std::optional<Error>, Nowhere> kept_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
