// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a call knows of the type of its result, for a tracker that learns it at run time.

#ifndef FLUXGATE_ANY_TYPE_FACTS_HPP
#define FLUXGATE_ANY_TYPE_FACTS_HPP

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/type_name.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/trackers/http_code.hpp>
#include <fluxgate/trackers/result_looks.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

struct TypeFacts;

/// A value that any number fits into: of the members, the one that the number's type says.
struct AnyNumber {
  std::int64_t whole = 0;    ///< signed, or the bits of one that is not
  long double broken = 0.0;  ///< of a floating type
};
struct NumberFacts {
  int digits = 0;  ///< as in std::numeric_limits; of an enumeration, zero
  std::size_t size = 0;
  bool is_signed = false;
  bool is_whole = false;
  AnyNumber (*read)(const void* object) = nullptr;  ///< null for what is no number
};

struct PointerFacts {
  const void volatile* (*read)(const void* object) = nullptr;  ///< null for what is no pointer to objects
  TypeId plain = nullptr;                                      ///< of the pointer without const and volatile behind it
  bool to_const = false;
  bool to_volatile = false;
  const TypeFacts* pointee = nullptr;  ///< null for what is no complete class
};

/// Calls `then` with a part of the object or a value made from it; does nothing if there is none.
using Visit = void (*)(const void* whole, void* context, void (*then)(void* context, const void* part));

/// What else a predicate may be called with: a part of the object.
struct Part {
  Look look;
  const TypeFacts* type;
  Visit visit;
};
/// A class of the standard library that the object converts to, or its status.
struct Conversion {
  TypeId to;
  Visit visit;
};

/// A constant for each type. Shared libraries may have their own.
struct TypeFacts {
  TypeId id;
  std::string_view name;
  std::uint64_t name_hash;  ///< so that the facts of another library at the same address are noticed
  bool is_enumeration;      ///< unscoped
  bool carries_value;       ///< as in CarriesValue
  bool is_fixed;            ///< the bases of every such object lie at the same places
  bool is_polymorphic;
  NumberFacts number;
  PointerFacts pointer;
  void (*throw_pointer)(const void* object);  ///< throws the object's address with its type; null for what is no class
  std::span<const Part> parts;                ///< in the order in which they are tried
  std::span<const Conversion> conversions;
};

/// FNV-1a.
constexpr std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char character : text) hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
  return hash;
}

/// `depth`: as in look_for().
template <class R, int depth>
struct FactsOf {
  static const TypeFacts value;
};

// Facts about what an R is itself.

template <class R>
AnyNumber read_number(const void* object) noexcept {
  const R value = *static_cast<const R*>(object);
  if constexpr (std::is_floating_point_v<R>) {
    return {0, static_cast<long double>(value)};
  } else {
    return {static_cast<std::int64_t>(value), 0.0};
  }
}
template <class R>
concept ReadableNumber = Number<R> && (std::is_floating_point_v<R> || sizeof(R) <= sizeof(std::int64_t));
template <class R>
constexpr NumberFacts number_facts() noexcept {
  if constexpr (ReadableNumber<R>) {
    return {std::numeric_limits<R>::digits, sizeof(R), std::is_signed_v<R>, std::is_integral_v<R>, &read_number<R>};
  } else if constexpr (std::is_enum_v<R> && std::is_convertible_v<R, long long>) {
    return {0, sizeof(R), std::is_signed_v<std::underlying_type_t<R>>, true, &read_number<R>};
  }
  return {};
}

template <class T>
const void volatile* read_pointer(const void* object) noexcept {
  return *static_cast<T* const*>(object);
}
template <class R>
constexpr PointerFacts pointer_facts() noexcept {
  using T = std::remove_pointer_t<R>;
  if constexpr (std::is_pointer_v<R> && (std::is_object_v<T> || std::is_void_v<T>)) {
    PointerFacts facts{&read_pointer<T>, type_id<std::remove_cv_t<T>*>(), std::is_const_v<T>, std::is_volatile_v<T>,
                       nullptr};
    if constexpr (std::is_class_v<T> && !std::is_volatile_v<T> && requires { sizeof(T); }) {
      facts.pointee = &FactsOf<std::remove_cv_t<T>, 1>::value;
    }
    return facts;
  } else {
    return {};
  }
}

#if defined(__cpp_exceptions)
template <class R>
void throw_pointer_to(const void* object) {
  throw static_cast<const R*>(object);
}
#endif
template <class R>
constexpr auto throwing_pointer() noexcept -> void (*)(const void*) {
#if defined(__cpp_exceptions)
  if constexpr (std::is_class_v<R>) return &throw_pointer_to<R>;
#endif
  return nullptr;
}

/// Whether an R certainly has no virtual base, or is always the whole object.
template <class R>
constexpr bool lies_fixed() noexcept {
  if constexpr (std::is_class_v<R>) {
    return std::is_aggregate_v<R> || std::is_trivially_copyable_v<R> || std::is_standard_layout_v<R> ||
           std::is_final_v<R>;
  } else {
    return true;
  }
}

// The ways to its parts.

template <class R, Look look>
void visit_part(const void* whole, void* context, void (*then)(void*, const void*)) {
  const R& result = *static_cast<const R*>(whole);
  const auto show = [&](const auto& part) { then(context, static_cast<const void*>(std::addressof(part))); };
  if constexpr (look == Look::held) {
    if (holds(result)) show(held_by(result));
  } else if constexpr (look == Look::pointer) {
    show(result.get());
  } else if constexpr (look == Look::pointee) {
    if (static_cast<bool>(result)) show(*result);
  } else if constexpr (look == Look::first) {
    show(std::get<0>(result));
  } else if constexpr (look == Look::second) {
    if (!outcome_traits<Element<0, R>>::failed(std::get<0>(result))) show(std::get<1>(result));
  }
}

template <std::size_t most>
struct Parts {
  Part parts[most]{};
  std::size_t count = 0;

  template <class R, Look look, class Found, int depth>
  constexpr void add() {
    if constexpr (std::is_object_v<Found> && !std::is_volatile_v<Found>) {
      parts[count++] = Part{look, &FactsOf<Found, depth>::value, &visit_part<R, look>};
    }
  }
};

template <class R, int depth>
constexpr auto parts_of() noexcept {
  Parts<5> found;
  if constexpr (depth > 1) {
    if constexpr (Holder<R>) found.add<R, Look::held, Held<R>, depth - 1>();
    if constexpr (SmartPointer<R>) {
      using Raw = std::remove_cvref_t<decltype(std::declval<const R&>().get())>;
      found.add<R, Look::pointer, Raw, 1>();
      found.add<R, Look::pointee, std::remove_cvref_t<decltype(*std::declval<const R&>())>, depth - 1>();
    }
    if constexpr (element_count<R> > 0) found.add<R, Look::first, Element<0, R>, depth - 1>();
    if constexpr (element_count<R> == 2) found.add<R, Look::second, Element<1, R>, depth - 1>();
  }
  return found;
}
template <class R, int depth>
inline constexpr auto parts_found = parts_of<R, depth>();

/// The classes whose conversions are known without the tracker. A conversion to a base is none.
template <class R, class To>
void visit_converted(const void* whole, void* context, void (*then)(void*, const void*)) {
  const To& converted = *static_cast<const R*>(whole);
  then(context, static_cast<const void*>(std::addressof(converted)));
}
template <class... To>
struct Convertibles {
  Conversion conversions[sizeof...(To)]{};
  std::size_t count = 0;

  template <class R>
  static constexpr Convertibles of() noexcept {
    Convertibles found;
    (found.add<R, To>(), ...);
    return found;
  }

 private:
  template <class R, class Other>
  constexpr void add() noexcept {
    if constexpr (std::is_object_v<R> && std::is_convertible_v<const R&, const Other&> && !std::same_as<R, Other>) {
      conversions[count++] = {type_id<Other>(), &visit_converted<R, Other>};
    }
  }
};
template <class R>
inline constexpr auto conversions_found =
    Convertibles<std::string_view, std::string, std::error_code, std::error_condition, HttpCode>::of<R>();

template <class R, int depth>
constexpr TypeFacts FactsOf<R, depth>::value{
    .id = type_id<R>(),
    .name = type_name<R>(),
    .name_hash = hash_of(type_name<R>()),
    .is_enumeration = std::is_enum_v<R> && std::is_convertible_v<R, long long>,
    .carries_value = CarriesValue<R>,
    .is_fixed = lies_fixed<R>(),
    .is_polymorphic = std::is_polymorphic_v<R>,
    .number = number_facts<R>(),
    .pointer = pointer_facts<R>(),
    .throw_pointer = throwing_pointer<R>(),
    .parts = {parts_found<R, depth>.parts, parts_found<R, depth>.count},
    .conversions = {conversions_found<R>.conversions, conversions_found<R>.count},
};

/// Of a returned value.
template <class R>
constexpr const TypeFacts& result_facts() noexcept {
  return FactsOf<R, 4>::value;
}
/// Of an error value, of which no part is looked at.
template <class E>
constexpr const TypeFacts& error_facts() noexcept {
  return FactsOf<E, 1>::value;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
