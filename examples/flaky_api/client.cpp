// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "client.hpp"

#include <cstddef>
#include <exception>
#include <utility>

namespace demo {

namespace {

/// libcurl is C: nothing may be thrown through it, and taking less than was given is how to stop it.
std::size_t append(const char* data, std::size_t size, std::size_t count, void* body) noexcept {
  try {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
  } catch (const std::exception&) {
    return 0;
  }
}

}  // namespace

HttpError::HttpError(long status) : std::runtime_error{"HTTP status " + std::to_string(status)}, status_{status} {}

Client::Client(std::string base_url) : base_url_{std::move(base_url)}, handle_{curl_easy_init()} {
  if (handle_ == nullptr) throw std::runtime_error{"curl_easy_init failed"};
  CURL* const curl = handle_.get();
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // signals and threads do not mix
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(curl, CURLOPT_PROXY, "");         // whatever the environment says, the server is on this machine
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);  // each call finds out anew whether the server is there
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
}

std::string Client::get(const std::string& path) {
  CURL* const curl = handle_.get();
  const std::string url = base_url_ + path;
  std::string body;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);

  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) throw TransportError{curl_easy_strerror(code)};

  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 400) throw HttpError{status};
  return body;
}

}  // namespace demo
