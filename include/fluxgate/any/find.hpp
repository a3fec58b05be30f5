// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Finds in an object whose type is known at run time what a tracker looks for.
///
/// A tracker's and a call's code meet here; neither knows the other's type. Whether one class is a base of the other,
/// and where, is known to the language's runtime alone, which finds the handler of a thrown pointer by it. So a pointer
/// to the object is thrown and caught at once, and the answer is remembered for the two types.

#ifndef FLUXGATE_ANY_FIND_HPP
#define FLUXGATE_ANY_FIND_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

#include <fluxgate/any/type_facts.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/remembered.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/result_looks.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The key of a remembered answer: a type and, if needed, the layout of its objects.
struct TypeKey {
  const TypeFacts* type;
  std::uint64_t name_hash;
  std::uintptr_t layout;

  static TypeKey of(const TypeFacts& type, std::uintptr_t layout = 0) noexcept {
    return {&type, type.name_hash, layout};
  }
  friend bool operator==(const TypeKey&, const TypeKey&) = default;
};

// Bases

/// The B that an object is or has as a public base, as a handler for `const B*` gets it; null if there is none.
template <class B>
[[gnu::cold, gnu::noinline]] const B* caught_as([[maybe_unused]] const TypeFacts& type,
                                                [[maybe_unused]] const void* object, [[maybe_unused]] bool& caught) {
#if defined(__cpp_exceptions)
  if (type.throw_pointer != nullptr) {
    try {
      type.throw_pointer(object);
    } catch (const B* base) {
      caught = true;
      return base;
    } catch (...) {
    }
  }
#endif
  return nullptr;
}

template <class B>
inline constinit Remembered<TypeKey, bool> bases_known{};
template <class B>
inline constinit Remembered<TypeKey, std::ptrdiff_t> distances_known{};

/// Whether B is a public base of a type.
template <class B>
bool has_base(const TypeFacts& type) {
  return bases_known<B>.get(TypeKey::of(type), [&] {
    bool caught = false;
    (void)caught_as<B>(type, nullptr, caught);
    return caught;
  });
}

/// Whether an object is there, or is only what a pointer of the caller's refers to.
enum class Known : bool { by_pointer, alive };

/// Identifies the layout of an object: zero if its type fixes it, else the pointer to the table of virtual functions with
/// which it begins. Empty if the layout is unknown.
inline std::optional<std::uintptr_t> layout_of(const TypeFacts& type, const void* object, Known known) noexcept {
  if (type.is_fixed) return 0;
  if (!type.is_polymorphic || known == Known::by_pointer) return std::nullopt;
  std::uintptr_t word = 0;
  std::memcpy(&word, object, sizeof word);
  return word;
}

/// The B that an object is or has as a public base; null if there is none.
template <class B>
const B* base_of(const TypeFacts& type, const void* object, Known known) {
  if (same_type(type.id, type_id<B>())) return static_cast<const B*>(object);
  if (!has_base<B>(type)) return nullptr;
  const std::optional<std::uintptr_t> layout = layout_of(type, object, known);
  const auto* const begin = static_cast<const std::byte*>(object);
  if (layout.has_value()) {
    if (const std::ptrdiff_t* const distance = distances_known<B>.find(TypeKey::of(type, *layout))) {
      return reinterpret_cast<const B*>(begin + *distance);
    }
  }
  bool caught = false;
  const B* const base = caught_as<B>(type, object, caught);
  if (layout.has_value()) {
    distances_known<B>.add(TypeKey::of(type, *layout), reinterpret_cast<const std::byte*>(base) - begin);
  }
  return base;
}

// What a predicate on a P takes: TakenAs, for a type that is known at run time.

enum class Way : std::uint8_t { none, itself, number, pointer, pointer_to_base, base, converted };

template <class P>
constexpr bool holds_number(const TypeFacts& type) noexcept {
  const NumberFacts& from = type.number;
  if (from.read == nullptr) return false;
  if (type.is_enumeration) return std::is_integral_v<P> && from.size <= sizeof(P);
  return (std::is_floating_point_v<P> || from.is_whole) && from.digits <= std::numeric_limits<P>::digits &&
         (std::is_signed_v<P> || !from.is_signed);
}
template <class P>
P number_in(const TypeFacts& type, const void* object) noexcept {
  const AnyNumber number = type.number.read(object);
  if (!type.number.is_whole) return static_cast<P>(number.broken);
  return type.number.is_signed ? static_cast<P>(number.whole)
                               : static_cast<P>(static_cast<std::uint64_t>(number.whole));
}

template <class P>
Way way_of_pointer(const TypeFacts& type) {
  using To = std::remove_pointer_t<P>;
  const PointerFacts& from = type.pointer;
  if constexpr (std::is_object_v<To> || std::is_void_v<To>) {
    if (from.read == nullptr || (from.to_const && !std::is_const_v<To>) ||
        (from.to_volatile && !std::is_volatile_v<To>)) {
      return Way::none;
    }
    if (std::is_void_v<To> || same_type(from.plain, type_id<std::remove_cv_t<To>*>())) return Way::pointer;
    if constexpr (std::is_class_v<To>) {
      if (from.pointee != nullptr && has_base<std::remove_cv_t<To>>(*from.pointee)) return Way::pointer_to_base;
    }
  }
  return Way::none;
}

inline const Conversion* conversion_of(const TypeFacts& type, TypeId to) noexcept {
  for (const Conversion& conversion : type.conversions) {
    if (same_type(conversion.to, to)) return &conversion;
  }
  return nullptr;
}

template <class P>
Way way_of(const TypeFacts& type) {
  if (same_type(type.id, type_id<P>())) return Way::itself;
  if constexpr (Number<P>) {
    if (holds_number<P>(type)) return Way::number;
  } else if constexpr (std::is_pointer_v<P>) {
    return way_of_pointer<P>(type);
  } else if constexpr (std::is_class_v<P>) {
    if (has_base<P>(type)) return Way::base;
    if (conversion_of(type, type_id<P>()) != nullptr) return Way::converted;
  }
  return Way::none;
}

/// The way from a value to the P in it: part by part, as look_for() finds it.
struct Path {
  std::array<std::uint8_t, 3> steps{};
  std::uint8_t count = 0;
  Way way = Way::none;

  /// Whether the value is a P itself.
  constexpr bool is_direct() const noexcept { return way == Way::itself && count == 0; }
};

template <class P>
Path search(const TypeFacts& type, Path path) {
  path.way = way_of<P>(type);
  for (std::size_t i = 0; i != type.parts.size() && path.way == Way::none; ++i) {
    Path longer = path;
    longer.steps[longer.count++] = static_cast<std::uint8_t>(i);
    longer = search<P>(*type.parts[i].type, longer);
    if (longer.way != Way::none) path = longer;
  }
  return path;
}

template <class P>
inline constinit Remembered<TypeKey, Path> paths_known{};

template <class P>
Path path_to(const TypeFacts& type) {
  return paths_known<P>.get(TypeKey::of(type), [&] { return search<P>(type, {}); });
}

/// Follows a path to its end, and shows the P there, if it is there now.
template <class P, class Show>
class Walk {
 public:
  Walk(const TypeFacts& type, const Path& path, Show& show) noexcept : type_{&type}, path_{path}, show_{show} {}

  void from(const void* object) {
    if (step_ == path_.count) return arrive(object);
    const Part& part = type_->parts[path_.steps[step_++]];
    type_ = part.type;
    part.visit(object, this, [](void* walk, const void* next) { static_cast<Walk*>(walk)->from(next); });
  }

 private:
  void arrive(const void* object) {
    if (path_.way == Way::itself) return show_(*static_cast<const P*>(object));
    if constexpr (Number<P>) {
      const P number = number_in<P>(*type_, object);
      show_(number);
    } else if constexpr (std::is_pointer_v<P>) {
      if constexpr (!std::is_function_v<std::remove_pointer_t<P>>) show_pointer(type_->pointer.read(object));
    } else if constexpr (std::is_class_v<P>) {
      if (path_.way == Way::base) return show_(*base_of<P>(*type_, object, Known::alive));
      conversion_of(*type_, type_id<P>())->visit(object, this, [](void* walk, const void* converted) {
        static_cast<Walk*>(walk)->show_(*static_cast<const P*>(converted));
      });
    }
  }
  void show_pointer(const void volatile* value) {
    using To = std::remove_pointer_t<P>;
    P pointer = static_cast<P>(const_cast<void*>(value));
    if constexpr (std::is_class_v<To>) {
      if (path_.way == Way::pointer_to_base && value != nullptr) {
        pointer = const_cast<P>(
            base_of<std::remove_cv_t<To>>(*type_->pointer.pointee, const_cast<const void*>(value), Known::by_pointer));
      }
    }
    const P seen = pointer;
    show_(seen);
  }

  const TypeFacts* type_;
  const Path& path_;
  Show& show_;
  std::size_t step_ = 0;
};

template <class P, class Show>
[[gnu::noinline]] bool find_at_length(const TypeFacts& type, const void* object, Show& show) {
  const Path path = path_to<P>(type);
  if (path.way != Way::none) Walk<P, Show>{type, path, show}.from(object);
  return path.way != Way::none;
}

/// Calls `show` with the P in a value, if there is one now: look(), for a type that is known at run time. The answer is
/// whether values of the type may have one.
template <class P, class Show>
bool find(const TypeFacts& type, const void* object, Show& show) {
  const Path* const known = paths_known<P>.find(TypeKey::of(type));
  if (known == nullptr || !known->is_direct()) [[unlikely]]
    return find_at_length<P>(type, object, show);
  show(*static_cast<const P*>(object));
  return true;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
