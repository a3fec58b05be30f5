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
constexpr TypeId type_id() noexcept {
  return &typeid(std::remove_cv_t<T>);
}

/// Whether two ids name the same type. A shared library with hidden visibility, or one opened with RTLD_LOCAL, may have
/// type information of its own for a type that it shares; then the names are compared. Not for types in unnamed
/// namespaces, which may share their name with types of other files.
/// `left` is null if there is no typed value; `right` never is.
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

/// An address that identifies a type; a shared library may have its own.
template <class T>
inline constexpr char type_tag = 0;

using TypeId = const void*;
template <class T>
constexpr TypeId type_id() noexcept {
  return &type_tag<std::remove_cv_t<T>>;
}
constexpr bool same_type(TypeId left, TypeId right) noexcept { return left == right; }

#endif

// The runtime of libc++ identifies exception types by the address of their type information, so casts and handlers miss
// an exception whose type information another library has, too. An exception of exactly the type in question is found
// by name.

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

/// The exception being handled, if it is an E that handlers for E miss.
template <class E>
const E* handled_as() noexcept {
#if defined(__cpp_rtti) && defined(__cpp_exceptions) && defined(_LIBCPP_VERSION) && defined(_LIBCPPABI_VERSION)
  if (!same_type(abi::__cxa_current_exception_type(), type_id<E>())) return nullptr;
  void* const object = abi::__cxa_current_primary_exception();
  if (object == nullptr) return nullptr;
  abi::__cxa_decrement_exception_refcount(object);  // the enclosing handler keeps it alive
  return static_cast<const E*>(object);
#else
  return nullptr;
#endif
}

template <class R, class View>
class Returned;
class AnyFailure;
struct ShownRefusal;

/// Whether a handler catches an E by value: it gets a copy, which may be a conversion of what was thrown. Not by
/// reference: clang reads a reference to a pointer from the memory after the exception's header, which holds nothing if
/// the exception was rethrown from an exception_ptr.
template <class E>
inline constexpr bool is_caught_by_value = std::is_pointer_v<E> || std::is_member_pointer_v<E>;
template <class E>
using Caught = std::conditional_t<is_caught_by_value<E>, E, const E&>;

}  // namespace detail

class CallNotPermittedError;

/// What trackers judge: an exception, a failed result with its error, or a returned value that may be a failure. A
/// view, valid during the call of the tracker.
class Failure {
 public:
  /// The error as an E: a thrown E (or derived), or the error of a failed result if it has that type; null otherwise.
  /// The error of a result is found by a base class only if both derive from `std::exception`, and only with RTTI;
  /// `TypeOf` and `Custom` know its type and find it by any base. If E is a pointer that was thrown, the answer is
  /// valid until the next question. An exception that derives from `std::exception` is inspected in place; any other
  /// costs one rethrow a question.
  template <class E>
  const E* error() const noexcept;

  /// The exception; null if there is none.
  std::exception_ptr exception() const noexcept {
#if defined(__cpp_exceptions)
    if (thrown_) return std::current_exception();
#endif
    return nullptr;
  }

  /// The returned value if it is exactly an R, else null.
  template <class R>
  const R* result() const noexcept {
    return detail::same_type(result_type_, detail::type_id<R>()) ? static_cast<const R*>(result_) : nullptr;
  }

  /// Whether there is an exception or an error; false for a returned value that is no failure by its traits.
  constexpr bool has_error() const noexcept { return thrown_ || error_ != nullptr; }

  /// A view of the exception being handled, for use in a catch block; `base`: the same as a `std::exception`, if known.
  static Failure from_exception(const std::exception* base = nullptr) noexcept {
    Failure failure;
    failure.thrown_ = true;
    failure.base_ = base;
    return failure;
  }
  /// A view of an error value; one that derives from `std::exception` is found like a thrown one.
  template <class E>
  static Failure from_error(const E& error) noexcept {
    Failure failure;
    failure.error_ = static_cast<const void*>(std::addressof(error));
    failure.error_type_ = detail::type_id<E>();
    if constexpr (std::is_convertible_v<const E*, const std::exception*>) failure.base_ = std::addressof(error);
    return failure;
  }
  /// A view of a returned value that is no failure by its traits.
  template <class R>
  static Failure from_value(const R& result) noexcept {
    Failure failure;
    failure.show(result);
    return failure;
  }

 private:
  template <class R, class View>
  friend class detail::Returned;
  friend detail::AnyFailure;
  friend detail::ShownRefusal;

  Failure() = default;

  template <class R>
  void show(const R& result) noexcept {
    result_ = static_cast<const void*>(std::addressof(result));
    result_type_ = detail::type_id<R>();
  }

  /// Keeps a caught pointer: the handler has only a converted copy of it, which ends with the handler.
  template <class E>
  const E* keep(E pointer) const noexcept {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the size of the pointer is meant
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
      // NOLINTNEXTLINE(bugprone-casting-through-void): the object is an E that the cast above misses
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
      // The enclosing handler keeps the object alive, so its address may leave this handler.
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

/// Makes the view of a refusal in the form of an error code, or of an exception that carries one: the error has two
/// types.
struct ShownRefusal {
  static Failure as(Failure failure, const CallNotPermittedError& refusal) noexcept {
    failure.refusal_ = &refusal;
    return failure;
  }
};

/// The view of an error value of known type, which is found by any base without RTTI.
template <class E>
class Erred : public Failure {
 public:
  explicit Erred(const E& error) noexcept : Failure{from_error(error)}, error_{error} {}

  template <class Base>
  const Base* error() const noexcept {
    if constexpr (std::is_convertible_v<const E*, const Base*>) {
      return std::addressof(error_);
    } else if constexpr (std::is_convertible_v<const E*, const std::exception*>) {
      return Failure::error<Base>();  // the dynamic type may derive from both
    } else {
      return nullptr;
    }
  }

 private:
  const E& error_;
};

/// The view of a returned value of known type: OnResult then looks at more than values of exactly its own type.
template <class R, class View = Failure>
class Returned : public View {
 public:
  explicit Returned(const R& value) noexcept : View{Failure::from_value(value)}, value_{value} {}
  /// Of a failed result; `failure` is the view of its error.
  Returned(const View& failure, const R& value) noexcept : View{failure}, value_{value} { this->show(value); }

  constexpr const R& value() const noexcept { return value_; }

 private:
  const R& value_;
};

/// The view of the error alone.
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
