// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a listener for Slack can be told: what it does without, and what it refuses.

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/slack_options.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

const std::string any_token = "xoxb-12345";

/// The text of the refusal of options that are good but for what `change` does; empty without one.
std::string refusal(const std::function<void(SlackOptions&)>& change) {
  SlackOptions options{.token = any_token, .channel = "#ops"};
  change(options);
  try {
    detail::validate(options);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("a token and a channel are enough, and the rest is as docs/slack.md says") {
  CHECK(refusal([](SlackOptions&) {}).empty());
  const SlackOptions options{.token = any_token, .channel = "#ops"};
  CHECK(options.base_url == "https://slack.com/api");
  CHECK(options.ca_file.empty());
  CHECK(options.connect_timeout == 5s);
  CHECK(options.timeout == 10s);
  CHECK(options.attempts == 5);
  CHECK(options.backoff == 1s);
  CHECK(options.max_wait == 60s);
  CHECK(options.limit == 1000);
  CHECK(options.deadline == 5s);
  CHECK(options.templates.empty());
  CHECK_FALSE(options.on_error);
}

TEST_CASE("a token has the characters of a token, and a refusal does not repeat it") {
  CHECK(refusal([](SlackOptions& o) { o.token.clear(); }) == "SlackListener: the token is empty");
  const std::string good = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";
  CHECK(refusal([&](SlackOptions& o) { o.token = good; }).empty());
  for (int byte = 0; byte != 0x100; ++byte) {
    CAPTURE(byte);
    const char c = static_cast<char>(byte);
    const bool is_good = good.find(c) != std::string::npos;
    CHECK(refusal([&](SlackOptions& o) { o.token += c; }) ==
          (is_good ? "" : "SlackListener: the token has a character that is in no token"));
  }
}

TEST_CASE("a channel has no control characters") {
  CHECK(refusal([](SlackOptions& o) { o.channel.clear(); }) == "SlackListener: the channel is empty");
  for (int byte = 0; byte != 0x100; ++byte) {
    CAPTURE(byte);
    CHECK(refusal([&](SlackOptions& o) { o.channel += static_cast<char>(byte); }) ==
          (byte < ' ' || byte == 0x7f ? "SlackListener: the channel has a control character" : ""));
  }
}

TEST_CASE("base_url is https and a host, without what does not belong to a base") {
  for (const char* good : {"https://s", "https://slack.com/api/", "https://127.0.0.1:8443/~a!b"}) {
    CAPTURE(good);
    CHECK(refusal([&](SlackOptions& o) { o.base_url = good; }).empty());
  }
  for (const char* bad : {"", "http://slack.com/api", "slack.com/api", "https://", "ftp://slack.com"}) {
    CAPTURE(bad);
    CHECK(refusal([&](SlackOptions& o) { o.base_url = bad; }) ==
          "SlackListener: base_url does not begin with https:// and a host");
  }
  for (const char* bad : {"https://me@slack.com", "https://slack.com?a", "https://slack.com#a", "https://slack.com/a b",
                          "https://slack.com/\r\n", "https://slack.com/\x1f", "https://slack.com/\x7f"}) {
    CAPTURE(bad);
    CHECK(refusal([&](SlackOptions& o) { o.base_url = bad; }) ==
          "SlackListener: base_url has a user, a query, a fragment or a character that is in no URL");
  }
}

TEST_CASE("times and counts are in their ranges, both ends included") {
  struct Row {
    const char* name;
    std::chrono::milliseconds SlackOptions::* option;
    std::chrono::milliseconds least;
    const char* range;
  };
  for (const Row& row : {Row{"connect_timeout", &SlackOptions::connect_timeout, 1ms, "[1ms, 1h]"},
                         Row{"timeout", &SlackOptions::timeout, 1ms, "[1ms, 1h]"},
                         Row{"backoff", &SlackOptions::backoff, 1ms, "[1ms, 1h]"},
                         Row{"max_wait", &SlackOptions::max_wait, 0ms, "[0s, 1h]"},
                         Row{"deadline", &SlackOptions::deadline, 0ms, "[0s, 1h]"}}) {
    CAPTURE(row.name);
    const auto with = [&](std::chrono::milliseconds value) {
      return refusal([&](SlackOptions& o) { o.*row.option = value; });
    };
    const auto refused = [&](const std::string& value) {
      return std::string{"SlackListener: "} + row.name + " " + value + " is not in " + row.range;
    };
    CHECK(with(row.least).empty());
    CHECK(with(1h).empty());
    CHECK(with(row.least - 1ms) == refused(row.least == 0ms ? "-1ms" : "0s"));
    CHECK(with(1h + 1ms) == refused("3600001ms"));
  }

  const auto attempts = [](int value) { return refusal([&](SlackOptions& o) { o.attempts = value; }); };
  CHECK(attempts(1).empty());
  CHECK(attempts(100).empty());
  CHECK(attempts(0) == "SlackListener: attempts 0 is not in [1, 100]");
  CHECK(attempts(101) == "SlackListener: attempts 101 is not in [1, 100]");

  const auto limit = [](std::uint64_t value) { return refusal([&](SlackOptions& o) { o.limit = value; }); };
  CHECK(limit(1).empty());
  CHECK(limit(std::numeric_limits<std::uint64_t>::max()).empty());
  CHECK(limit(0) == "SlackListener: limit 0 is not in [1, 2^64)");
}

TEST_CASE("templates that cannot be filled in are refused, in the line and in the details") {
  const auto said = [](const std::string& words) {
    const std::string text = refusal([&](SlackOptions& o) {
      o.templates[{State::closed, State::open}] = {.text = words, .details = "", .color = ""};
    });
    const std::string details = refusal([&](SlackOptions& o) {
      o.templates[{State::open, State::closed}] = {.text = "", .details = words, .color = ""};
    });
    CHECK(text == details);
    return text;
  };
  CHECK(said("{circuit} {{{reason}}}").empty());
  CHECK(said("{nonsense}") == "SlackTemplate: there is no {nonsense} to fill in");
  CHECK(said("{}") == "SlackTemplate: there is no {} to fill in");
  CHECK(said("{circuit") == "SlackTemplate: a brace without its other one in \"{circuit\"");
  CHECK(said("circuit}") == "SlackTemplate: a brace without its other one in \"circuit}\"");
  CHECK(said("{") == "SlackTemplate: a brace without its other one in \"{\"");
}

}  // namespace
