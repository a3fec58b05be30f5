// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Responses count as failures by their HTTP status.

#ifndef FLUXGATE_TRACKERS_HTTP_STATUS_HPP
#define FLUXGATE_TRACKERS_HTTP_STATUS_HPP

#include <concepts>
#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/http_code.hpp>
#include <fluxgate/trackers/on_result.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// The predicate of an HttpStatus.
struct HttpCodeWithin {
  std::int64_t first;
  std::int64_t last;

  constexpr bool operator()(const HttpCode& code) const noexcept { return first <= code.value && code.value <= last; }
  friend constexpr bool operator==(const HttpCodeWithin&, const HttpCodeWithin&) = default;
};

}  // namespace detail

/// Responses count as failures if their status lies in a range: `HttpStatus{500, 599} | HttpStatus{429}`. It is silent
/// about exceptions and failed results, which then count, whatever status they have.
///
/// The status is a whole number that the response has as `status_code`, `status` or `result_int`, each a member or a
/// member function without parameters; it is found where an OnResult finds its argument, such as in an optional. Choose
/// it for responses of any HTTP client. Not where a proxy between answers for the server with the same status: then an
/// `OnResult` that looks at a header, too.
///
/// Costs two comparisons. Immutable, so threads share it. Status codes have three digits: RFC 9110, section 15.
class HttpStatus : public TrackerOperand<HttpStatus> {
 public:
  /// One status.
  /// @throws std::invalid_argument unless 100 <= status <= 999
  constexpr explicit HttpStatus(std::int64_t status) : range_{status, status} { require_digits("status", status); }
  /// From `first` to `last`, both included.
  /// @throws std::invalid_argument unless 100 <= first <= last <= 999
  constexpr HttpStatus(std::int64_t first, std::int64_t last) : range_{first, last} {
    require_digits("first", first);
    detail::require(first <= last && last <= 999, "HttpStatus", "last", last, "[first, 999]");
  }

  template <std::derived_from<Failure> View>
  constexpr Answer operator()(const View& failure) const {
    return failure.has_error() ? Answer::silent : OnResult{range_}(failure);
  }
  std::string describe() const {
    const std::string first = detail::text(range_.first);
    if (range_.first == range_.last) return detail::concat({"HttpStatus{", first, "}"});
    return detail::concat({"HttpStatus{", first, ", ", detail::text(range_.last), "}"});
  }
  friend constexpr bool operator==(const HttpStatus&, const HttpStatus&) = default;

 private:
  static constexpr void require_digits(const char* parameter, std::int64_t status) {
    detail::require(status >= 100 && status <= 999, "HttpStatus", parameter, status, "[100, 999]");
  }

  detail::HttpCodeWithin range_;
};

static_assert(Tracker<HttpStatus>);

namespace detail {

template <>
inline constexpr bool sees_returned<HttpStatus> = true;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
