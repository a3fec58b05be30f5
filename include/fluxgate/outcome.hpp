// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Which results are failures, and the view of a failure that trackers judge.

#ifndef FLUXGATE_OUTCOME_HPP
#define FLUXGATE_OUTCOME_HPP

#include <concepts>
#include <exception>
#include <memory>
#include <system_error>
#include <type_traits>
#include <version>

#if defined(__cpp_lib_expected)
#include <expected>
#endif

#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Tells of a result type R whether a value is a failure, and its error. Specialise it for your own result types:
///
///     template <class T> struct fluxgate::outcome_traits<my::Result<T>> {
///       static bool failed(const my::Result<T>& result) noexcept;
///       static const my::Error& error(const my::Result<T>& result) noexcept;
///     };
template <class R>
struct outcome_traits {};

template <>
struct outcome_traits<std::error_code> {
  static bool failed(const std::error_code& code) noexcept { return static_cast<bool>(code); }
  static const std::error_code& error(const std::error_code& code) noexcept { return code; }
};

template <>
struct outcome_traits<std::error_condition> {
  static bool failed(const std::error_condition& condition) noexcept { return static_cast<bool>(condition); }
  static const std::error_condition& error(const std::error_condition& condition) noexcept { return condition; }
};

#if defined(__cpp_lib_expected)
template <class T, class E>
struct outcome_traits<std::expected<T, E>> {
  static constexpr bool failed(const std::expected<T, E>& result) noexcept { return !result.has_value(); }
  static constexpr const E& error(const std::expected<T, E>& result) noexcept { return result.error(); }
};
#endif

/// A result type that can say of a value whether it failed.
template <class R>
concept HasOutcome = requires(const R& result) {
  { outcome_traits<R>::failed(result) } -> std::convertible_to<bool>;
  outcome_traits<R>::error(result);
};

namespace detail {

/// An address that stands for a type; works without RTTI.
template <class T>
inline constexpr char type_tag = 0;

using TypeId = const void*;
template <class T>
constexpr TypeId type_id() noexcept {
  return &type_tag<std::remove_cv_t<T>>;
}

}  // namespace detail

/// What trackers judge: an exception, a failed result with its error, or a returned value that may be a failure.
/// Refers to what it shows; lives as long as one question.
class Failure {
 public:
  /// The error as an E: a thrown E (or derived), or a failed result's error of exactly that type. Null when it is
  /// neither. Exceptions that derive from `std::exception` are looked at in place, others cost one rethrow a question.
  template <class E>
  const E* error() const noexcept;

  /// The exception, null when there is none.
  std::exception_ptr exception() const noexcept {
#if defined(__cpp_exceptions)
    if (thrown_) return std::current_exception();
#endif
    return nullptr;
  }

  /// The returned value when it is an R, else null.
  template <class R>
  constexpr const R* result() const noexcept {
    return result_type_ == detail::type_id<R>() ? static_cast<const R*>(result_) : nullptr;
  }

  /// Whether there is an exception or an error; false for a returned value nobody has called a failure yet.
  constexpr bool has_error() const noexcept { return thrown_ || error_ != nullptr; }

  /// The exception being handled right now, for use in a catch block; `base` where it is known.
  static Failure from_exception(const std::exception* base = nullptr) noexcept {
    Failure failure;
    failure.thrown_ = true;
    failure.base_ = base;
    return failure;
  }
  /// An error value.
  template <class E>
  static Failure from_error(const E& error) noexcept {
    Failure failure;
    failure.error_ = std::addressof(error);
    failure.error_type_ = detail::type_id<E>();
    return failure;
  }
  /// A returned value; with its error where the result's traits say that it failed.
  template <class R>
  static Failure from_result(const R& result) noexcept {
    Failure failure;
    if constexpr (HasOutcome<R>) {
      if (outcome_traits<R>::failed(result)) failure = from_error(outcome_traits<R>::error(result));
    }
    failure.result_ = std::addressof(result);
    failure.result_type_ = detail::type_id<R>();
    return failure;
  }

 private:
  Failure() = default;

  bool thrown_ = false;
  const std::exception* base_ = nullptr;
  const void* error_ = nullptr;
  detail::TypeId error_type_ = nullptr;
  const void* result_ = nullptr;
  detail::TypeId result_type_ = nullptr;
};

template <class E>
const E* Failure::error() const noexcept {
  if (error_ != nullptr) return error_type_ == detail::type_id<E>() ? static_cast<const E*>(error_) : nullptr;
#if defined(__cpp_exceptions)
  if (!thrown_) return nullptr;
#if defined(__cpp_rtti)
  if (base_ != nullptr) {
    if constexpr (std::is_class_v<E>) {
      return dynamic_cast<const E*>(base_);
    } else {
      return nullptr;
    }
  }
#endif
  // The object stays alive in the handler around this question, so its address may leave the inner one.
  try {
    throw;
  } catch (const E& error) {
    return std::addressof(error);
  } catch (...) {
    return nullptr;
  }
#else
  return nullptr;
#endif
}

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
