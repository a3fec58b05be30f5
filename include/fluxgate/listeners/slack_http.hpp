// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// HTTPS requests by libcurl, one after another; another thread can cut each short.

#ifndef FLUXGATE_LISTENERS_SLACK_HTTP_HPP
#define FLUXGATE_LISTENERS_SLACK_HTTP_HPP

#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask and sigwait are POSIX
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <curl/curl.h>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>

#if LIBCURL_VERSION_NUM < 0x074400
#error "fluxgate: listeners/slack.hpp needs libcurl 7.68 or newer, whose waiting can be interrupted"
#endif

namespace fluxgate::FLUXGATE_ABI::detail {

/// Keeps SIGPIPE from killing the process when the other side has closed a connection: TLS libraries write without
/// MSG_NOSIGNAL. Does not affect other threads, or the process's own handling of SIGPIPE.
class NoSigpipe {
 public:
  NoSigpipe() noexcept {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pending_before_ = pending();
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &mask_before_);
  }
  ~NoSigpipe() {
    if (!pending_before_ && pending()) {
      int number = 0;
      sigwait(&sigpipe_, &number);
    }
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  static bool pending() noexcept {
    sigset_t set;
    sigpending(&set);
    return sigismember(&set, SIGPIPE) == 1;
  }

  sigset_t sigpipe_;
  sigset_t mask_before_;
  bool pending_before_;
};

/// Where requests go, and how long they may take.
struct HttpsTarget {
  std::string url;
  std::string token;
  std::string ca_file;
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds timeout{};
};

/// The result of a request.
struct HttpsAnswer {
  bool interrupted = false;
  CURLcode result = CURLE_OK;
  std::string trouble;  ///< in libcurl's words, if `result` is not CURLE_OK
  long status = 0;
  std::chrono::seconds retry_after{0};  ///< zero if the server gives none
  std::string body;
};

/// Posts JSON to one URL. For one thread; other threads may call only `end_at`.
///
/// The token is sent in the header of requests to that URL only: TLS certificates are always verified, redirects are
/// not followed, and no proxy sees it. `HttpsAnswer` does not contain it unless the server repeats it.
class HttpsClient {
 public:
  using Clock = std::chrono::steady_clock;

  /// A larger answer, in bytes, is not one of Slack.
  static constexpr std::size_t largest_answer = 1'048'576;

  explicit HttpsClient(const HttpsTarget& target) {
    // Once, before any other use of libcurl by this listener.
    static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
    require_ok(initialized);
    multi_.reset(curl_multi_init());
    easy_.reset(curl_easy_init());
    append_header("Content-Type: application/json; charset=utf-8");
    append_header("Accept: application/json");
    append_header("Expect:");  // no pause before the body
    append_header(concat({"Authorization: Bearer ", target.token}).c_str());
    if (!multi_ || !easy_) require_ok(CURLE_OUT_OF_MEMORY);

    set(CURLOPT_URL, target.url.c_str());
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    set(CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
    set(CURLOPT_PROTOCOLS_STR, "https");
#else
    set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTPS));
#endif
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!target.ca_file.empty()) {
      set(CURLOPT_CAINFO, target.ca_file.c_str());
      curl_easy_setopt(easy_.get(), CURLOPT_CAPATH, nullptr);  // not all TLS libraries support it
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(target.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(target.timeout.count()));
    set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    set(CURLOPT_QUICK_EXIT, 1L);  // do not wait for an interrupted name lookup
#endif
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(trouble_));
    set(CURLOPT_WRITEFUNCTION, &HttpsClient::append);
  }

  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  ~HttpsClient() {
    const NoSigpipe quiet;  // closing a TLS connection writes to it
    easy_.reset();
    multi_.reset();
  }

  HttpsAnswer post(const std::string& body) {
    const NoSigpipe quiet;
    HttpsAnswer answer;
    trouble_[0] = '\0';
    set(CURLOPT_POSTFIELDS, body.c_str());  // which makes it a POST
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_WRITEDATA, &answer.body);
    curl_multi_add_handle(multi_.get(), easy_.get());
    for (int running = 1; running != 0;) {
      if (Clock::now() >= end()) {
        answer.interrupted = true;
        break;
      }
      if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
        answer.result = CURLE_OUT_OF_MEMORY;
        break;
      }
      if (running != 0) pause_until(end());
    }
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) answer.result = message->data.result;
    }
    curl_multi_remove_handle(multi_.get(), easy_.get());
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &seconds);
    answer.retry_after = std::chrono::seconds{std::clamp<curl_off_t>(seconds, 0, longest_wait.count())};
    if (answer.result != CURLE_OK) {
      const char* const words = static_cast<const char*>(trouble_);
      answer.trouble = *words != '\0' ? words : curl_easy_strerror(answer.result);
    }
    return answer;
  }

  /// Waits until `due`; false at once if the end comes first.
  bool wait_until(Clock::time_point due) {
    for (;;) {
      const Clock::time_point now = Clock::now();
      if (std::max(now, due) >= end()) return false;
      if (now >= due) return true;
      pause_until(due);
    }
  }

  /// Requests and waits end at `time`, also those in progress. May be called from any thread, while this object exists.
  void end_at(Clock::time_point time) noexcept {
    // Relaxed: only the time matters, and a waiting thread is woken to read it.
    end_.store(time.time_since_epoch().count(), std::memory_order_relaxed);
    curl_multi_wakeup(multi_.get());
  }

 private:
  /// A server's longer wait is clamped to this: it is too long in any case.
  static constexpr std::chrono::seconds longest_wait{31'536'000};

  struct Cleanup {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  struct EasyCleanup {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  struct ListCleanup {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  static std::size_t append(char* data, std::size_t size, std::size_t count, void* to) {
    std::string& body = *static_cast<std::string*>(to);
    if (body.size() + size * count > largest_answer) return 0;
    body.append(data, size * count);
    return size * count;
  }

  static void require_ok(CURLcode code) {
    if (code != CURLE_OK) refuse(concat({"SlackListener: libcurl: ", curl_easy_strerror(code)}));
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    require_ok(curl_easy_setopt(easy_.get(), option, value));
  }

  void append_header(const char* header) {
    curl_slist* const longer = curl_slist_append(headers_.get(), header);
    if (longer == nullptr) require_ok(CURLE_OUT_OF_MEMORY);
    if (!headers_) headers_.reset(longer);  // otherwise its head stays the same
  }

  Clock::time_point end() const noexcept {
    return Clock::time_point{Clock::duration{end_.load(std::memory_order_relaxed)}};  // as in end_at
  }

  /// Pauses until something happens, or until `due`, but for an hour at most.
  void pause_until(Clock::time_point due) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
    const auto pause = std::clamp(left, std::chrono::milliseconds{0}, std::chrono::milliseconds{3'600'000});
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(pause.count()), nullptr);
  }

  std::unique_ptr<CURLM, Cleanup> multi_;
  std::unique_ptr<curl_slist, ListCleanup> headers_;
  std::unique_ptr<CURL, EasyCleanup> easy_;
  char trouble_[CURL_ERROR_SIZE] = {};
  std::atomic<Clock::rep> end_{Clock::time_point::max().time_since_epoch().count()};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
