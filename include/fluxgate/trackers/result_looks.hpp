// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The part of a returned value with which the predicate of an OnResult is called.

#ifndef FLUXGATE_TRACKERS_RESULT_LOOKS_HPP
#define FLUXGATE_TRACKERS_RESULT_LOOKS_HPP

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/outcome.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class T>
inline constexpr bool is_character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                                     std::same_as<T, char16_t> || std::same_as<T, char32_t>;
/// Numbers, but neither truth values nor characters.
template <class T>
concept Number = std::is_arithmetic_v<T> && !std::same_as<T, bool> && !is_character<T>;

/// Whether a To can hold every From exactly.
template <class From, class To>
concept WidensTo = Number<From> && Number<To> && (std::is_floating_point_v<To> || std::is_integral_v<From>) &&
                   std::numeric_limits<From>::digits <= std::numeric_limits<To>::digits &&
                   (std::is_signed_v<To> || std::is_unsigned_v<From>);

/// An unscoped enumeration as an integer that has room for it.
template <class From, class To>
concept CountsAs = std::is_enum_v<From> && Number<To> && std::is_integral_v<To> && std::is_convertible_v<From, To> &&
                   sizeof(From) <= sizeof(To);

/// Whether a predicate on P takes an R directly: itself, its base, a pointer to either, a wider number, or a class that
/// it converts to implicitly.
template <class R, class P>
concept TakenAs = std::same_as<R, P> || WidensTo<R, P> || CountsAs<R, P> ||
                  (std::is_pointer_v<P> && std::is_pointer_v<R> && std::is_convertible_v<R, P>) ||
                  (std::is_class_v<P> && std::is_convertible_v<const R&, const P&>);

/// What may hold a value: an expected, an optional, a CallResult, a StatusOr.
template <class R>
concept MayHold = requires(const R& result) {
  { result.has_value() } -> Truth;
} || StatusLike<R> || ExpectedLike<R>;
template <class R>
concept Dereferenced = requires(const R& result) {
  { *result } -> Something;
};
template <class R>
concept Holder = MayHold<R> && (Dereferenced<R> || requires(const R& result) {
                   { result.value() } -> Something;
                 });

template <class R>
constexpr bool holds(const R& result) {
  if constexpr (StatusLike<R>) {
    return result.ok();
  } else if constexpr (ExpectedLike<R>) {
    return expected_has_value(result);
  } else {
    return result.has_value();
  }
}
template <Holder R>
constexpr decltype(auto) held_by(const R& result) {
  if constexpr (Dereferenced<R>) {
    return *result;
  } else {
    return result.value();
  }
}

template <Holder R>
using Held = std::remove_cvref_t<decltype(held_by(std::declval<const R&>()))>;

/// std::unique_ptr, std::shared_ptr and their kind.
template <class R>
concept SmartPointer = Dereferenced<R> && requires(const R& pointer) {
  typename R::element_type;
  { pointer.get() } -> std::convertible_to<const volatile void*>;
  static_cast<bool>(pointer);
};

/// The number of elements of a pair or a tuple, or of a type derived from one, whose first element tells whether it
/// failed; zero for other types.
template <class R>
inline constexpr std::size_t element_count = 0;
template <TupleLike R>
  requires HasOutcome<R>
inline constexpr std::size_t element_count<R> = std::tuple_size_v<TupleOf<R>>;
template <std::size_t index, class R>
using Element = std::remove_cvref_t<std::tuple_element_t<index, TupleOf<R>>>;

/// Whether a returned R carries a value that an OnResult could look at, besides an error.
template <class R>
constexpr bool carries_value() noexcept;
template <class R>
concept CarriesValue = carries_value<std::remove_cvref_t<R>>();

template <class R, std::size_t... index>
constexpr bool carries_values(std::index_sequence<0, index...>) noexcept {
  return (CarriesValue<Element<index, R>> || ...);
}
template <class R>
constexpr bool carries_value() noexcept {
  if constexpr (!std::is_object_v<R> || NeverFailed<R>) {
    return false;
  } else if constexpr (!HasOutcome<R>) {
    return true;
  } else if constexpr (Holder<R>) {
    return CarriesValue<Held<R>>;
  } else if constexpr (element_count<R> > 1) {
    return carries_values<R>(std::make_index_sequence<element_count<R>>{});
  } else {
    return false;
  }
}

/// Whether a returned R is a future or holds one. False if `outcome_traits` is specialised for it.
template <class R>
constexpr bool is_unfinished() noexcept {
  if constexpr (Unfinished<R>) {
    return true;
  } else if constexpr (!KnownByShape<R>) {
    return false;
  } else if constexpr (Holder<R>) {
    return is_unfinished<Held<R>>();
  } else if constexpr (element_count<R> == 2) {
    return is_unfinished<Element<1, R>>();
  } else {
    return false;
  }
}

/// Where a predicate finds its argument: the first place that has it, the value itself before its parts.
enum class Look : std::uint8_t { nowhere, itself, held, pointer, pointee, first, second };

template <class P, class R, int depth = 4>
constexpr Look look_for() noexcept {
  if constexpr (depth == 0 || !std::is_object_v<R> || std::is_volatile_v<R>) {
    return Look::nowhere;
  } else if constexpr (TakenAs<R, P>) {
    return Look::itself;
  } else {
    if constexpr (Holder<R>) {
      if (look_for<P, Held<R>, depth - 1>() != Look::nowhere) return Look::held;
    }
    if constexpr (SmartPointer<R>) {
      if (TakenAs<decltype(std::declval<const R&>().get()), P>) return Look::pointer;
      using Pointee = std::remove_cvref_t<decltype(*std::declval<const R&>())>;
      if (look_for<P, Pointee, depth - 1>() != Look::nowhere) return Look::pointee;
    }
    if constexpr (element_count<R> > 0) {
      if (look_for<P, Element<0, R>, depth - 1>() != Look::nowhere) return Look::first;
    }
    if constexpr (element_count<R> == 2) {
      if (look_for<P, Element<1, R>, depth - 1>() != Look::nowhere) return Look::second;
    }
    return Look::nowhere;
  }
}

/// Calls `show` with the P in a result, if there is one now.
template <class P, int depth = 4, class R, class Show>
constexpr void look(const R& result, Show&& show) {
  constexpr Look way = look_for<P, R, depth>();
  if constexpr (way == Look::itself) {
    if constexpr (CountsAs<R, P>) {
      show(static_cast<P>(result));
    } else {
      const P& seen = result;
      show(seen);
    }
  } else if constexpr (way == Look::held) {
    if (!holds(result)) return;
    const auto& held = held_by(result);
    look<P, depth - 1>(held, show);
  } else if constexpr (way == Look::pointer) {
    const P seen = result.get();
    show(seen);
  } else if constexpr (way == Look::pointee) {
    if (static_cast<bool>(result)) look<P, depth - 1>(*result, show);
  } else if constexpr (way == Look::first) {
    look<P, depth - 1>(std::get<0>(result), show);
  } else if constexpr (way == Look::second) {
    using First = Element<0, R>;
    if (!outcome_traits<First>::failed(std::get<0>(result))) look<P, depth - 1>(std::get<1>(result), show);
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
