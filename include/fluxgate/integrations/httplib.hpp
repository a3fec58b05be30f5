// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Guards clients of cpp-httplib. A call that returns their `httplib::Result` needs nothing from here: it fails if there
/// is no response. `HttpStatus` judges the response; `HttplibFault`, from here, the error.

#ifndef FLUXGATE_INTEGRATIONS_HTTPLIB_HPP
#define FLUXGATE_INTEGRATIONS_HTTPLIB_HPP

#include <httplib.h>

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Counts errors of cpp-httplib by which the network or the server failed: no connection, no answer in time, one that
/// broke off, TLS that was refused. What the client itself gave up or could not do is neutral: `Canceled`,
/// `BindIPAddress`, `SSLLoadingCerts`, `ExceedRedirectCount`, `UnsupportedMultipartBoundaryChars`, `Compression`, and
/// errors of other types.
///
/// Choose it with a status, `HttplibFault{} | HttpStatus{500, 599}`, for calls that return an `httplib::Result`. Costs a
/// comparison, of failed calls only. Immutable, so threads share it.
struct HttplibFault : TrackerOperand<HttplibFault> {
  Answer operator()(const Failure& failure) const noexcept {
    if (!failure.has_error()) return Answer::silent;
    const auto* error = failure.error<httplib::Error>();
    return detail::to_answer(error != nullptr && !is_the_clients(*error));
  }
  static std::string describe() { return "HttplibFault{}"; }
  friend constexpr bool operator==(const HttplibFault&, const HttplibFault&) = default;

 private:
  /// Errors that a later version adds count.
  static bool is_the_clients(httplib::Error error) noexcept {
    switch (error) {
      case httplib::Error::Canceled:
      case httplib::Error::BindIPAddress:
      case httplib::Error::SSLLoadingCerts:
      case httplib::Error::ExceedRedirectCount:
      case httplib::Error::UnsupportedMultipartBoundaryChars:
      case httplib::Error::Compression: return true;
      default: return false;
    }
  }
};

static_assert(Tracker<HttplibFault>);

template <>
inline constexpr bool detail::judges_errors_only<HttplibFault> = true;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
