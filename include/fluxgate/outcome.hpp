// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Which results are failures, and the view of a failure that trackers judge.

#ifndef FLUXGATE_OUTCOME_HPP
#define FLUXGATE_OUTCOME_HPP

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <system_error>
#include <type_traits>
#include <version>

#if defined(__cpp_lib_expected)
#include <expected>
#endif

#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Tells of a result type R whether a value is a failure, and its error, which must live as long as the result.
/// Specialise it for your own result types:
///
///     template <class T> struct fluxgate::outcome_traits<my::Result<T>> {
///       static bool failed(const my::Result<T>& result) noexcept;
///       static const my::Error& error(const my::Result<T>& result) noexcept;  // of one that failed
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

namespace detail {
template <class T>
concept LvalueReference = std::is_lvalue_reference_v<T>;
}  // namespace detail

/// A result type that can say of a value whether it failed.
template <class R>
concept HasOutcome = requires(const R& result) {
  { outcome_traits<R>::failed(result) } noexcept -> std::convertible_to<bool>;
  { outcome_traits<R>::error(result) } noexcept -> detail::LvalueReference;
};

namespace detail {

/// Traits that somebody wrote, whether or not they are what is asked for.
template <class R>
concept HasTraits = requires(const R& result) { outcome_traits<R>::failed(result); } ||
                    requires(const R& result) { outcome_traits<R>::error(result); };

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
  /// The error as an E: a thrown E (or derived), or a failed result's error of that type. Null when it is neither.
  /// A thrown pointer's answer lives until the next question. Exceptions that derive from `std::exception` are looked at in place, others cost one rethrow a question.
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
  /// An error value; one that derives from `std::exception` is seen as a thrown one would be.
  template <class E>
  static Failure from_error(const E& error) noexcept {
    Failure failure;
    failure.error_ = std::addressof(error);
    failure.error_type_ = detail::type_id<E>();
    if constexpr (std::is_convertible_v<const E*, const std::exception*>) failure.base_ = std::addressof(error);
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

  /// A caught pointer: the conversion to the type asked for gives a copy, which ends with its handler.
  template <class E>
  const E* keep(E pointer) const noexcept {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): of the pointer, indeed
    static_assert(sizeof(E) <= sizeof(pointer_) && std::is_trivially_destructible_v<E>);
    return ::new (static_cast<void*>(pointer_)) E{pointer};
  }

  bool thrown_ = false;
  const std::exception* base_ = nullptr;
  alignas(void*) mutable std::byte pointer_[2 * sizeof(void*)]{};
  const void* error_ = nullptr;
  detail::TypeId error_type_ = nullptr;
  const void* result_ = nullptr;
  detail::TypeId result_type_ = nullptr;
};

template <class E>
const E* Failure::error() const noexcept {
  if (error_ != nullptr && error_type_ == detail::type_id<E>()) return static_cast<const E*>(error_);
#if defined(__cpp_rtti)
  if (base_ != nullptr) {
    if constexpr (std::is_class_v<E>) {
      return dynamic_cast<const E*>(base_);
    } else {
      return nullptr;
    }
  }
#endif
#if defined(__cpp_exceptions)
  if (!thrown_) return nullptr;
  try {
    throw;
  } catch (const E& error) {
    if constexpr (std::is_pointer_v<E> || std::is_member_pointer_v<E>) {
      return keep(error);
    } else {
      // The object stays alive in the handler around this question, so its address may leave this one.
      return std::addressof(error);
    }
  } catch (...) {
    return nullptr;
  }
#else
  return nullptr;
#endif
}

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
