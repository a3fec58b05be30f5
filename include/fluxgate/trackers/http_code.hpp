// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The status of an HTTP response, by any of the names that clients give it.

#ifndef FLUXGATE_TRACKERS_HTTP_CODE_HPP
#define FLUXGATE_TRACKERS_HTTP_CODE_HPP

#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/trackers/result_looks.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A whole number or an enumeration that converts to one, by value or by reference.
template <class T, class Plain = std::remove_cvref_t<T>>
concept StatusNumber =
    (Number<Plain> && std::is_integral_v<Plain>) || (std::is_enum_v<Plain> && std::is_convertible_v<Plain, long long>);

/// Of cpr, C++ REST SDK and others: `status_code`; of cpp-httplib: `status`; of Boost.Beast: `result_int()`. Nothing
/// for what has none of these.
template <class R>
constexpr auto http_status_of(const R& response) {
  if constexpr (requires {
                  { response.status_code } -> StatusNumber;
                }) {
    return response.status_code;
  } else if constexpr (requires {
                         { response.status_code() } -> StatusNumber;
                       }) {
    return response.status_code();
  } else if constexpr (requires {
                         { response.status } -> StatusNumber;
                       }) {
    return response.status;
  } else if constexpr (requires {
                         { response.status() } -> StatusNumber;
                       }) {
    return response.status();
  } else if constexpr (requires {
                         { response.result_int() } -> StatusNumber;
                       }) {
    return response.result_int();
  }
}
template <class R>
concept HasHttpStatus = std::is_class_v<R> && !std::is_void_v<decltype(http_status_of(std::declval<const R&>()))>;

/// What the predicate of an `HttpStatus` is called with: each response converts to it.
struct HttpCode {
  int value = 0;  ///< zero for what is no status: below 100 or over 999

  template <HasHttpStatus R>
  constexpr HttpCode(const R& response) {
    const auto status = http_status_of(response);
    if (status >= 100 && status <= 999) value = static_cast<int>(status);
  }
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
