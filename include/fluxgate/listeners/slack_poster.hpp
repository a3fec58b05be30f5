// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Posts messages to Slack: what its answers mean, when to retry, and which thread a transition belongs to.

#ifndef FLUXGATE_LISTENERS_SLACK_POSTER_HPP
#define FLUXGATE_LISTENERS_SLACK_POSTER_HPP

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/environment.hpp>
#include <fluxgate/listeners/slack_http.hpp>
#include <fluxgate/listeners/slack_message.hpp>
#include <fluxgate/listeners/slack_options.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The longest pause after attempt number `attempt`, counted from one.
inline std::chrono::duration<double> longest_pause(const SlackOptions& options, int attempt) noexcept {
  return std::min<std::chrono::duration<double>>(options.backoff * std::exp2(attempt - 1), options.max_wait);
}

/// For one thread; other threads may call only `end_at`.
class SlackPoster {
 public:
  explicit SlackPoster(SlackOptions options) : options_{std::move(options)}, client_{target(options_)} {}

  void operator()(const Signal& signal) {
    // A transition from closed begins a new outage, even if the end of the last one was not reported (dropped, silent,
    // or the breaker was destroyed).
    if (signal.old_state == State::closed) threads_.erase(signal.circuit_name);
    const SlackTemplate words = slack_words(signal, options_.templates);
    if (!words.text.empty() || !words.details.empty()) post(signal, words);
    if (signal.new_state == State::closed) threads_.erase(signal.circuit_name);
  }

  /// Adds drops, which the next message about the circuit reports.
  void dropped(const std::string& circuit_name, std::uint64_t count) { dropped_[circuit_name] += count; }

  void report(const Signal& signal, const SlackError& error) const {
    if (!options_.on_error) return;
    FLUXGATE_TRY { options_.on_error(signal, error); }
    FLUXGATE_CATCH_ALL {}
  }

  /// Ends requests and waits at `time`.
  void end_at(std::chrono::steady_clock::time_point time) noexcept { client_.end_at(time); }

 private:
  using Clock = std::chrono::steady_clock;
  using Json = nlohmann::json;

  /// An error, or the ts by which Slack knows the message.
  struct Delivery {
    std::optional<SlackError> error;
    std::string ts;
  };

  static HttpsTarget target(const SlackOptions& options) {
    std::string url = options.base_url;
    while (url.ends_with('/')) url.pop_back();
    return {concat({url, "/chat.postMessage"}), options.token, options.ca_file, options.connect_timeout,
            options.timeout};
  }

  /// Posts to the circuit's thread if there is one; a recovery is shown in the channel, too. Otherwise posts a message
  /// by itself, which in an outage begins the thread.
  void post(const Signal& signal, const SlackTemplate& words) {
    const auto dropped = dropped_.find(signal.circuit_name);
    Json message = slack_message(signal, words, options_.channel, dropped == dropped_.end() ? 0 : dropped->second);
    const auto thread = threads_.find(signal.circuit_name);
    const bool in_thread = thread != threads_.end();
    if (in_thread) {
      message["thread_ts"] = thread->second;
      if (signal.new_state == State::closed) message["reply_broadcast"] = true;
    }
    Delivery outcome = send(message);
    bool begins = !in_thread;
    if (in_thread && outcome.error && outcome.error->code() == "thread_not_found") {
      // The thread was deleted.
      threads_.erase(thread);
      message.erase("thread_ts");
      message.erase("reply_broadcast");
      outcome = send(message);
      begins = true;
    }
    if (outcome.error) {
      report(signal, *outcome.error);
      return;
    }
    if (dropped != dropped_.end()) dropped_.erase(dropped);
    const bool outage = signal.new_state == State::open || signal.new_state == State::half_open ||
                        signal.new_state == State::forced_open;
    if (begins && outage && !outcome.ts.empty()) threads_[signal.circuit_name] = outcome.ts;
  }

  /// Sends until the message is taken, refused for good, or given up.
  Delivery send(Json message) {
    redact(message);
    // Invalid UTF-8 in names is replaced.
    const std::string body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
    Clock::time_point due = not_before_;
    std::string trouble = "Slack asked before";
    long status = 0;
    for (int attempt = 1;; ++attempt) {
      const Clock::duration wait = due - Clock::now();
      if (wait > options_.max_wait) {
        const std::chrono::nanoseconds seconds = std::chrono::ceil<std::chrono::seconds>(wait);
        return failed({}, status, concat({trouble, " to wait for ", text(seconds), ", which is too long"}));
      }
      if (!client_.wait_until(due)) return failed({}, status, "the listener was closed before the message was taken");
      const HttpsAnswer answer = client_.post(body);
      if (answer.interrupted) return failed({}, 0, "the listener was closed before Slack answered");
      if (!passing(answer)) return judged(answer, attempt);
      status = answer.status;
      trouble = concat({"HTTP status ", text(std::int64_t{status}), ", and Slack asks"});
      const bool asked = answer.retry_after.count() > 0;
      due = Clock::now() + (asked ? Clock::duration{answer.retry_after} : pause(attempt));
      if (asked) not_before_ = due;  // for the next message, too
      if (attempt == options_.attempts) return judged(answer, attempt);
    }
  }

  /// Whether the error may pass by itself.
  static bool passing(const HttpsAnswer& answer) noexcept {
    switch (answer.result) {
      case CURLE_OK: return answer.status == 429 || answer.status >= 500;
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
      case CURLE_SSL_CERTPROBLEM:
      case CURLE_SSL_CIPHER:
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_URL_MALFORMAT:
      case CURLE_WRITE_ERROR:
      case CURLE_OUT_OF_MEMORY: return false;
      default: return true;
    }
  }

  Delivery judged(const HttpsAnswer& answer, int attempts) const {
    const std::string tries = attempts == 1 ? "" : concat({", after ", text(std::int64_t{attempts}), " attempts"});
    if (answer.result == CURLE_WRITE_ERROR)
      return failed({}, answer.status, "the answer is too large to be one of Slack");
    if (answer.result != CURLE_OK) return failed({}, 0, concat({answer.trouble, tries}));
    const Json body = Json::parse(answer.body, nullptr, false);
    const auto ok = body.is_object() ? body.find("ok") : body.end();
    const bool understood = ok != body.end() && ok->is_boolean();
    const std::string code = understood && !ok->get<bool>() ? code_of(body) : std::string{};
    if (answer.status != 200) {
      const std::string known = code.empty() ? code : concat({" ", code});
      return failed(code, answer.status, concat({"HTTP status ", text(std::int64_t{answer.status}), known, tries}));
    }
    if (!understood) return failed({}, answer.status, "the answer is not one of Slack");
    if (!ok->get<bool>()) return failed(code, answer.status, code);
    const auto ts = body.find("ts");
    return {std::nullopt, ts != body.end() && ts->is_string() ? ts->get<std::string>() : std::string{}};
  }

  /// Slack's error code; text that does not look like one is not repeated.
  static std::string code_of(const Json& body) {
    const auto error = body.find("error");
    if (error == body.end() || !error->is_string()) return "unknown_error";
    std::string code = error->get<std::string>();
    const bool proper = !code.empty() && code.size() <= 64 && std::all_of(code.begin(), code.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    return proper ? code : std::string{"unknown_error"};
  }

  Delivery failed(std::string code, long status, const std::string& what) const {
    redact(code);
    std::string clean = concat({"Slack: ", what});
    redact(clean);
    return {SlackError{std::move(code), status, clean}, {}};
  }

  Clock::duration pause(int attempt) const {
    return std::chrono::duration_cast<Clock::duration>(longest_pause(options_, attempt) *
                                                       (0.5 + 0.5 * SystemEnvironment::uniform()));
  }

  /// Takes the token out of text that may contain it. Appends only: g++ 12 warns users of what `replace` inlines to.
  void redact(std::string& text) const {
    std::string clean;
    std::size_t from = 0;
    for (std::size_t at = text.find(options_.token); at != std::string::npos; at = text.find(options_.token, from)) {
      clean.append(text, from, at - from).push_back('*');
      from = at + options_.token.size();
    }
    text = clean.append(text, from, std::string::npos);
  }

  void redact(Json& json) const {
    if (json.is_string()) redact(json.get_ref<std::string&>());
    if (json.is_structured()) {
      for (Json& part : json) redact(part);
    }
  }

  SlackOptions options_;
  HttpsClient client_;
  std::map<std::string, std::string> threads_;    // of each circuit in an outage, the ts of its first message
  std::map<std::string, std::uint64_t> dropped_;  // by circuit, until a message has reported them
  Clock::time_point not_before_{};                // Slack asked for no request until then
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
