// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Guards transfers of libcurl: `perform(handle)` in a guarded call, or a CurlTransfer for a multi handle, give a
/// CurlResult, which breakers judge; `CurlFault` tells whose fault an error was. Needs libcurl 7.80.

#ifndef FLUXGATE_INTEGRATIONS_CURL_HPP
#define FLUXGATE_INTEGRATIONS_CURL_HPP

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/trackers/tracker.hpp>

static_assert(LIBCURL_VERSION_NUM >= 0x075000, "fluxgate: integrations/curl.hpp needs libcurl 7.80 or later.");

namespace fluxgate::FLUXGATE_ABI {

/// What came of a transfer. It has failed if its code says so, or if the head of the response was cut, of which libcurl
/// says nothing.
struct CurlResult {
  CURLcode code = CURLE_OK;  ///< what libcurl says
  long status = 0;           ///< of the last response; zero without one
  /// What a Retry-After of the response asks for: a time or a date, as libcurl reads it, of at most an hour.
  std::optional<std::chrono::seconds> retry_after{};
  /// How often the request was sent to the last address that redirections led to: libcurl repeats it on its own if a
  /// kept connection was dead.
  int attempts = 0;
  /// The limit of time ran out in a queue of this multi handle, before anything was sent.
  bool queued = false;
  /// False if the connection was closed within the head of the response. libcurl gives CURLE_OK and the status then.
  bool head_complete = true;
  /// Of perform(): this process, or this thread, did not run for more than a second and a half, until the transfer ended
  /// or half a second before. Shorter stops are not told apart from waiting.
  bool stopped = false;
  std::chrono::microseconds elapsed{0};  ///< of the whole transfer, with name look-ups and redirections

  friend bool operator==(const CurlResult&, const CurlResult&) = default;
};

/// A transfer fails by its code, or by half a head; it is its own error.
template <>
struct outcome_traits<CurlResult> {
  /// Whether libcurl says so, or the head was cut.
  static constexpr bool failed(const CurlResult& result) noexcept {
    return result.code != CURLE_OK || !result.head_complete;
  }
  /// The result itself, for trackers that look at it.
  static constexpr const CurlResult& error(const CurlResult& result) noexcept { return result; }
};

/// Watches a transfer from before it starts until its result is asked for. Sets of the handle: HEADERFUNCTION and
/// HEADERDATA, PREREQFUNCTION and PREREQDATA, which it sets back to nothing in the end; and QUICK_EXIT, so that a silent
/// name server does not keep the thread for longer than the transfer may take. All else is the caller's.
///
/// Lives as long as the transfer. One thread at a time, like its handle. Allocates nothing.
class CurlTransfer {
 public:
  /// `handle` outlives this.
  explicit CurlTransfer(CURL* handle) noexcept : handle_{handle} {
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle_, CURLOPT_PREREQFUNCTION, &on_request);
    curl_easy_setopt(handle_, CURLOPT_PREREQDATA, this);
#if LIBCURL_VERSION_NUM >= 0x075700
    curl_easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);
#endif
  }
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;
  ~CurlTransfer() {
    curl_easy_setopt(handle_, CURLOPT_PREREQFUNCTION, nullptr);
    curl_easy_setopt(handle_, CURLOPT_PREREQDATA, nullptr);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, nullptr);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, nullptr);
  }

  /// What came of the transfer, of which libcurl says `code`: curl_easy_perform(), or the message of a multi handle.
  [[nodiscard]] CurlResult result(CURLcode code) noexcept {
    CurlResult result{.code = code, .head_complete = !in_head_};
    long redirections = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &result.status);
    curl_easy_getinfo(handle_, CURLINFO_REDIRECT_COUNT, &redirections);
    result.attempts = std::max(0, requests_ - static_cast<int>(redirections));
    curl_off_t seconds = 0;
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > 0) result.retry_after = std::min(std::chrono::seconds{seconds}, std::chrono::seconds{3600});
    curl_off_t micros = 0;
    curl_easy_getinfo(handle_, CURLINFO_TOTAL_TIME_T, &micros);
    result.elapsed = std::chrono::microseconds{micros};
    result.queued = code == CURLE_OPERATION_TIMEDOUT && requests_ == 0 && micros == 0;
    return result;
  }

 private:
  static std::size_t on_header(const char* data, std::size_t size, std::size_t count, void* self) noexcept {
    const std::string_view line{data, size * count};
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (line.starts_with("HTTP/")) transfer.in_head_ = true;
    if (line == "\r\n" || line == "\n") transfer.in_head_ = false;
    return line.size();
  }
  static int on_request(void* self, char*, char*, int, int) noexcept {
    ++static_cast<CurlTransfer*>(self)->requests_;
    return CURL_PREREQFUNC_OK;
  }

  CURL* handle_;
  bool in_head_ = false;
  int requests_ = 0;
};

namespace detail {

/// Notices whether a thread does not run during curl_easy_perform(), which calls its progress function at least once a
/// second. (That of a multi handle is called whenever its owner has time.)
class CurlPauses {
 public:
  explicit CurlPauses(CURL* handle) noexcept : handle_{handle} {
    curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, &on_progress);
    curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, this);
    curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 0L);
  }
  CurlPauses(const CurlPauses&) = delete;
  CurlPauses& operator=(const CurlPauses&) = delete;
  ~CurlPauses() {
    curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 1L);
    curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, nullptr);
    curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, nullptr);
  }

  /// Not while a name was looked up: libcurl may wait for that without coming by.
  [[nodiscard]] bool was_stopped() noexcept {
    note_pause();
    curl_off_t looked_up = 0;
    curl_easy_getinfo(handle_, CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
    return looked_up != 0 && longest_ > std::chrono::milliseconds{1500} &&
           last_ - longest_until_ < std::chrono::milliseconds{500};
  }

 private:
  using Clock = std::chrono::steady_clock;

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    static_cast<CurlPauses*>(self)->note_pause();
    return 0;
  }
  void note_pause() noexcept {
    const Clock::time_point now = Clock::now();
    if (now - last_ >= longest_) {
      longest_ = now - last_;
      longest_until_ = now;
    }
    last_ = now;
  }

  CURL* handle_;
  Clock::time_point last_ = Clock::now();
  Clock::time_point longest_until_ = last_;
  Clock::duration longest_{0};
};

}  // namespace detail

/// Counts transfers by which the network or the server failed: names that can't be resolved, no connection, no answer in
/// time, one that broke off or makes no sense, TLS that was refused, a request that can't be sent again. Neutral is what
/// the client itself gave up or could not do, a limit of time that ran out in its own queue or while it was stopped,
/// and errors of other types. With FAILONERROR, a status of 429 or of 500 and more counts.
///
/// Choose it with a status, `CurlFault{} | HttpStatus{500, 599}`, for calls that return a CurlResult. Costs a
/// comparison, of failed calls only. Immutable, so threads share it.
struct CurlFault : TrackerOperand<CurlFault> {
  Answer operator()(const Failure& failure) const noexcept {
    if (!failure.has_error()) return Answer::silent;
    const auto* result = failure.error<CurlResult>();
    return detail::to_answer(result != nullptr && is_fault(*result));
  }
  static std::string describe() { return "CurlFault{}"; }
  friend constexpr bool operator==(const CurlFault&, const CurlFault&) = default;

 private:
  static constexpr bool is_fault(const CurlResult& result) noexcept {
    switch (result.code) {
      case CURLE_OPERATION_TIMEDOUT: return !result.queued && !result.stopped;
      case CURLE_HTTP_RETURNED_ERROR: return result.status >= 500 || result.status == 429;
      case CURLE_OK: return !result.head_complete;
      // Of an answer that is no HTTP; of an address before anything is sent.
      case CURLE_UNSUPPORTED_PROTOCOL: return result.attempts > 0;
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_CONNECT:
      case CURLE_WEIRD_SERVER_REPLY:
      case CURLE_HTTP2:
      case CURLE_PARTIAL_FILE:
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_GOT_NOTHING:
      case CURLE_SEND_ERROR:
      case CURLE_RECV_ERROR:
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_BAD_CONTENT_ENCODING:
      case CURLE_SEND_FAIL_REWIND:
      case CURLE_HTTP2_STREAM:
      case CURLE_HTTP3:
      case CURLE_QUIC_CONNECT_ERROR:
      case CURLE_PROXY: return true;
      default: return false;
    }
  }
};

static_assert(Tracker<CurlFault>);

template <>
inline constexpr bool detail::judges_errors_only<CurlFault> = true;

/// curl_easy_perform(), watched: for a guarded call. Beside what a CurlTransfer sets of the handle it sets
/// XFERINFOFUNCTION, XFERINFODATA and NOPROGRESS, and sets them back to nothing. One thread at a time for a handle. Costs
/// those options, and a look at the clock whenever libcurl comes by.
///
///     const auto result = breaker.call([&] { return perform(handle); });
inline CurlResult perform(CURL* handle) noexcept {
  CurlTransfer transfer{handle};
  detail::CurlPauses pauses{handle};
  CurlResult result = transfer.result(curl_easy_perform(handle));
  result.stopped = pauses.was_stopped();
  return result;
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
