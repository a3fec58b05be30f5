// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The options of the listener for Slack, and its errors.

#ifndef FLUXGATE_LISTENERS_SLACK_OPTIONS_HPP
#define FLUXGATE_LISTENERS_SLACK_OPTIONS_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/listeners/slack_message.hpp>
#include <fluxgate/signal.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Why Slack did not take a transition. Never contains the token.
class SlackError : public std::runtime_error {
 public:
  /// An error with Slack's code, the HTTP status and the message.
  SlackError(std::string code, long status, const std::string& what)
      : std::runtime_error{what}, code_{std::move(code)}, status_{status} {}

  /// Slack's error code, such as "channel_not_found" (the page "chat.postMessage" lists them); empty without one.
  const std::string& code() const noexcept { return code_; }
  /// The HTTP status; zero if there was no answer.
  long status() const noexcept { return status_; }

 private:
  std::string code_;
  long status_;
};

/// Called with each transition that Slack did not take, and why. Runs on the worker's thread; exceptions from it are
/// dropped.
using SlackErrorHook = std::function<void(const Signal&, const SlackError&)>;

/// The options of `SlackListener`. `token` and `channel` have no default.
struct SlackOptions {
  std::string token;                               ///< of a bot with the scope chat:write, "xoxb-..."
  std::string channel;                             ///< its ID, such as "C0123456789", or its name
  std::string base_url = "https://slack.com/api";  ///< where chat.postMessage is; https only
  /// A PEM file with certificates to trust instead of the system's. A relative path begins at the working directory in
  /// which the listener is made.
  std::string ca_file = {};
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{5};  ///< for the connection
  std::chrono::milliseconds timeout = std::chrono::seconds{10};         ///< for one request as a whole
  int attempts = 5;                                                     ///< the most requests for one message
  /// The first pause before a retry, doubled each time, if Slack does not give one; jittered by half.
  std::chrono::milliseconds backoff = std::chrono::seconds{1};
  std::chrono::milliseconds max_wait = std::chrono::seconds{60};  ///< gives up if the wait would be longer
  std::uint64_t limit = 1000;                                    ///< most transitions that may wait, as in `Background`
  std::chrono::milliseconds deadline = std::chrono::seconds{5};  ///< how long the end waits for messages
  SlackTemplates templates = {};                                 ///< instead of the usual words
  SlackErrorHook on_error = nullptr;  ///< is called with each transition that Slack did not take
};

namespace detail {

/// Refuses options that cannot work; the message never contains the token.
inline void validate(const SlackOptions& options) {
  using std::chrono::milliseconds;
  const auto refuse_if = [](bool bad, const char* why) {
    if (bad) refuse(concat({"SlackListener: ", why}));
  };
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const auto is_of_token = [](char c) {  // RFC 6750, section 2.1
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._~+/="}.find(c) != std::string_view::npos;
  };
  const std::string_view url = options.base_url;
  refuse_if(options.token.empty(), "the token is empty");
  refuse_if(!std::all_of(options.token.begin(), options.token.end(), is_of_token),
            "the token has a character that is in no token");
  refuse_if(options.channel.empty(), "the channel is empty");
  refuse_if(std::any_of(options.channel.begin(), options.channel.end(), is_control),
            "the channel has a control character");
  refuse_if(!url.starts_with("https://") || url.size() == 8, "base_url does not begin with https:// and a host");
  refuse_if(url.find_first_of("@?# ") != std::string_view::npos || std::any_of(url.begin(), url.end(), is_control),
            "base_url has a user, a query, a fragment or a character that is in no URL");
  const auto in_range = [](const char* name, milliseconds value, milliseconds least, const char* range) {
    require(value >= least && value <= std::chrono::hours{1}, "SlackListener", name, std::chrono::nanoseconds{value},
            range);
  };
  in_range("connect_timeout", options.connect_timeout, milliseconds{1}, "[1ms, 1h]");
  in_range("timeout", options.timeout, milliseconds{1}, "[1ms, 1h]");
  in_range("backoff", options.backoff, milliseconds{1}, "[1ms, 1h]");
  in_range("max_wait", options.max_wait, milliseconds{0}, "[0s, 1h]");
  in_range("deadline", options.deadline, milliseconds{0}, "[0s, 1h]");
  require(options.attempts >= 1 && options.attempts <= 100, "SlackListener", "attempts", std::int64_t{options.attempts},
          "[1, 100]");
  require(options.limit > 0, "SlackListener", "limit", options.limit, "[1, 2^64)");
  for (const auto& [transition, words] : options.templates) {
    slack_filled(words.text, Signal{});
    slack_filled(words.details, Signal{});
  }
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
