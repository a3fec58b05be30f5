// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// An HTTP client that throws what can go wrong: one type for "no answer", one for "an answer that says no".

#ifndef FLAKY_API_CLIENT_HPP
#define FLAKY_API_CLIENT_HPP

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace demo {

/// No answer: refused, cut off, timed out.
class TransportError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An answer with a status of 400 or more.
class HttpError : public std::runtime_error {
 public:
  explicit HttpError(long status);
  long status() const noexcept { return status_; }

 private:
  long status_;
};

/// Holds one curl handle, so each thread needs a client of its own.
class Client {
 public:
  static constexpr std::chrono::milliseconds timeout{2000};

  explicit Client(std::string base_url);

  /// @throws TransportError, HttpError
  std::string get(const std::string& path);

 private:
  struct Cleanup {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };

  std::string base_url_;
  std::unique_ptr<CURL, Cleanup> handle_;
};

}  // namespace demo

#endif
