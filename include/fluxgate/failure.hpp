// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The view of a failure that trackers judge.

#ifndef FLUXGATE_FAILURE_HPP
#define FLUXGATE_FAILURE_HPP

#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <type_traits>
#include <version>

#if defined(__cpp_rtti)
#include <cstring>
#include <typeinfo>
#endif
#if defined(__cpp_exceptions)
#include <cxxabi.h>
#endif

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

#if defined(__cpp_rtti)

using TypeId = const std::type_info*;
template <class T>
TypeId type_id() noexcept {
  return &typeid(std::remove_cv_t<T>);
}

/// Whether two ids are of one type. A shared library with hidden visibility, or one that is opened with RTLD_LOCAL, may
/// have type information of its own for a type that it shares; then the names tell. A type in an unnamed namespace
/// shares its name with those of other files. `left` is null where nothing has a type, `right` never.
inline bool same_type(TypeId left, TypeId right) noexcept {
  if (left == right) return true;
  if (left == nullptr) return false;
#if defined(_LIBCPP_VERSION)
  const bool equal = std::strcmp(left->name(), right->name()) == 0;  // its == compares addresses
#else
  const bool equal = *left == *right;
#endif
  return equal && std::strstr(left->name(), "_GLOBAL__N_") == nullptr;
}

#else

/// An address that stands for a type; a shared library may have one of its own.
template <class T>
inline constexpr char type_tag = 0;

using TypeId = const void*;
template <class T>
constexpr TypeId type_id() noexcept {
  return &type_tag<std::remove_cv_t<T>>;
}
constexpr bool same_type(TypeId left, TypeId right) noexcept { return left == right; }

#endif

// The runtime of libc++ tells exceptions apart by the address of their type information, so that casts and handlers
// miss one whose type another library knows too. One of the very type is found by its name.

#if defined(__cpp_rtti) && defined(_LIBCPP_VERSION)
template <class E>
bool is_exactly(const std::exception& exception) noexcept {
  return same_type(&typeid(exception), type_id<E>());
}
#else
template <class E>
constexpr bool is_exactly(const std::exception&) noexcept {
  return false;
}
#endif

/// The exception being handled, when it is an E whose handlers do not know it.
template <class E>
const E* handled_as() noexcept {
#if defined(__cpp_rtti) && defined(__cpp_exceptions) && defined(_LIBCPP_VERSION) && defined(_LIBCPPABI_VERSION)
  if (!same_type(abi::__cxa_current_exception_type(), type_id<E>())) return nullptr;
  void* const object = abi::__cxa_current_primary_exception();
  if (object == nullptr) return nullptr;
  abi::__cxa_decrement_exception_refcount(object);  // the handler around this question keeps it
  return static_cast<const E*>(object);
#else
  return nullptr;
#endif
}

template <class R, class View>
class Returned;
struct ShownRefusal;

/// Whether a handler gets a copy: what is caught may be a conversion of what was thrown. By value, since clang reads a
/// reference to a pointer behind the exception's header, where one that was rethrown from an exception_ptr has nothing.
template <class E>
inline constexpr bool is_caught_by_value = std::is_pointer_v<E> || std::is_member_pointer_v<E>;
template <class E>
using Caught = std::conditional_t<is_caught_by_value<E>, E, const E&>;

}  // namespace detail

class CallNotPermittedError;

/// What trackers judge: an exception, a failed result with its error, or a returned value that may be a failure.
/// Refers to what it shows; lives as long as one question.
class Failure {
 public:
  /// The error as an E: a thrown E (or derived), or a failed result's error of that type. Null when it is neither. The
  /// error of a result is found by a base only where both derive from `std::exception`; `TypeOf` and `Custom`, which
  /// know its type, find it by any. A thrown pointer's answer lives until the next question. Exceptions that derive
  /// from `std::exception` are looked at in place, others cost one rethrow a question.
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
  const R* result() const noexcept {
    return detail::same_type(result_type_, detail::type_id<R>()) ? static_cast<const R*>(result_) : nullptr;
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
    failure.error_ = static_cast<const void*>(std::addressof(error));
    failure.error_type_ = detail::type_id<E>();
    if constexpr (std::is_convertible_v<const E*, const std::exception*>) failure.base_ = std::addressof(error);
    return failure;
  }
  /// A returned value that nobody has called a failure yet.
  template <class R>
  static Failure from_value(const R& result) noexcept {
    Failure failure;
    failure.show(result);
    return failure;
  }

 private:
  template <class R, class View>
  friend class detail::Returned;
  friend detail::ShownRefusal;

  Failure() = default;

  template <class R>
  void show(const R& result) noexcept {
    result_ = static_cast<const void*>(std::addressof(result));
    result_type_ = detail::type_id<R>();
  }

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
  const CallNotPermittedError* refusal_ = nullptr;
};

template <class E>
const E* Failure::error() const noexcept {
  if constexpr (std::is_same_v<E, CallNotPermittedError>) {
    if (refusal_ != nullptr) return refusal_;
  }
  if (error_ != nullptr && detail::same_type(error_type_, detail::type_id<E>())) return static_cast<const E*>(error_);
#if defined(__cpp_rtti)
  if (base_ != nullptr) {
    if constexpr (std::is_class_v<E>) {
      if (const E* const error = dynamic_cast<const E*>(base_)) return error;
      // NOLINTNEXTLINE(bugprone-casting-through-void): the object is an E, which the cast above does not know
      return detail::is_exactly<E>(*base_) ? static_cast<const E*>(dynamic_cast<const void*>(base_)) : nullptr;
    } else {
      return nullptr;
    }
  }
#endif
#if defined(__cpp_exceptions)
  if (!thrown_) return nullptr;
  try {
    throw;
  } catch (detail::Caught<E> error) {
    if constexpr (detail::is_caught_by_value<E>) {
      return keep(error);
    } else {
      // The object stays alive in the handler around this question, so its address may leave this one.
      return std::addressof(error);
    }
  } catch (...) {
    const E* const error = detail::handled_as<E>();
    if constexpr (detail::is_caught_by_value<E>) {
      return error == nullptr ? nullptr : keep(*error);
    } else {
      return error;
    }
  }
#else
  return nullptr;
#endif
}

namespace detail {

/// The view of an error code, or of an exception with one, that is a refusal: an error of two types.
struct ShownRefusal {
  static Failure as(Failure failure, const CallNotPermittedError& refusal) noexcept {
    failure.refusal_ = &refusal;
    return failure;
  }
};

/// The view of an error value whose type is known: it is found by its bases, which needs no RTTI.
template <class E>
class Erred : public Failure {
 public:
  explicit Erred(const E& error) noexcept : Failure{from_error(error)}, error_{error} {}

  template <class Base>
  const Base* error() const noexcept {
    if constexpr (std::is_convertible_v<const E*, const Base*>) {
      return std::addressof(error_);
    } else if constexpr (std::is_convertible_v<const E*, const std::exception*>) {
      return Failure::error<Base>();  // the object may be of a type that derives from both
    } else {
      return nullptr;
    }
  }

 private:
  const E& error_;
};

/// A view where the type of what a call returned is known: OnResult then looks at more than values of its very own
/// type.
template <class R, class View = Failure>
class Returned : public View {
 public:
  explicit Returned(const R& value) noexcept : View{Failure::from_value(value)}, value_{value} {}
  /// With the error of a result that failed.
  Returned(const View& failure, const R& value) noexcept : View{failure}, value_{value} { this->show(value); }

  constexpr const R& value() const noexcept { return value_; }

 private:
  const R& value_;
};

/// What is known of the error alone.
template <class View>
const View& error_of(const View& failure) noexcept {
  return failure;
}
template <class R, class View>
const View& error_of(const Returned<R, View>& returned) noexcept {
  return returned;
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
