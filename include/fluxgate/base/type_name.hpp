// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The name of a type.

#ifndef FLUXGATE_BASE_TYPE_NAME_HPP
#define FLUXGATE_BASE_TYPE_NAME_HPP

#include <cstddef>
#include <string_view>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The compiler's text for this function, in which the name of T is at the same place for every T.
template <class T>
constexpr std::string_view text_with_type() noexcept {
  return __PRETTY_FUNCTION__;
}

/// The name of a type in the compiler's spelling; works without RTTI.
template <class T>
constexpr std::string_view type_name() noexcept {
  constexpr std::string_view known = text_with_type<int>();
  constexpr std::size_t before = known.rfind("int");
  constexpr std::size_t after = known.size() - before - std::string_view{"int"}.size();
  constexpr std::string_view text = text_with_type<T>();
  return text.substr(before, text.size() - before - after);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
