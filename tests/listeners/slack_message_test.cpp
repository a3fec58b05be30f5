// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What is said in Slack about a transition: the places of a template, and what becomes of what is filled in.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/slack_message.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using std::chrono::system_clock;
using Strings = std::vector<std::string>;

// Nothing beyond a text is read, which the compiler would refuse here.
static_assert(detail::control_length("\xc2") == 0 && detail::control_length("\xe2\x80") == 0);

Signal transition(State from, State to) {
  return {.circuit_name = "payment",
          .old_state = from,
          .new_state = to,
          .timestamp = system_clock::time_point{1'577'836'800s},
          .sequence = 7,
          .cause = Cause::tripped,
          .reason = "because"};
}

TEST_CASE("each place has its value") {
  Signal signal = transition(State::closed, State::open);
  signal.metrics = Metrics{7, 5, 21ms, {{{1s, 3}, {2s, 1}, {}, {}}}};
  const auto filled = [&](const char* text) { return detail::slack_filled(text, signal); };
  CHECK(filled("{circuit}: {old_state} to {new_state}") == "payment: closed to open");
  CHECK(filled("{time}") == "2020-01-01 00:00:00 UTC");
  CHECK(filled("{cause} {reason} {sequence}") == "tripped because 7");
  CHECK(filled("{total_count} {failure_count} {slow_count}") == "7 5 3");
  CHECK(filled("{failure_rate} {slow_rate} {avg_duration}") == "0.714 0.429 3ms");
  signal.reason.clear();
  CHECK(filled("{reason}") == "tripped");
  signal.metrics = {};
  CHECK(filled("{failure_rate} {slow_rate} {avg_duration}") == "none none none");
}

TEST_CASE("labels have a place, and a line below the usual words if the breaker has some") {
  Signal signal = transition(State::closed, State::open);
  CHECK(detail::slack_filled("{labels}", signal) == "none");
  const auto details = [&](const SlackTemplates& templates) {
    const nlohmann::json message = detail::slack_message(signal, detail::slack_words(signal, templates), "#ops", 0);
    return message["attachments"][0]["text"].get<std::string>();
  };
  const SlackTemplates templates{{{State::closed, State::open}, {.text = "", .details = "of {labels}", .color = ""}}};
  const std::string usual =
      "*Circuit:* payment\n*Transition:* closed to open\n*Time:* 2020-01-01 00:00:00 UTC\n*Reason:* because";
  CHECK(details({}) == usual);
  CHECK(details(templates) == "of none");

  signal.labels = {{"team", "pay"}, {"region", "eu"}};
  CHECK(details({}) == usual + "\n*Labels:* team=\"pay\", region=\"eu\"");
  CHECK(details(templates) == "of team=\"pay\", region=\"eu\"");

  signal.labels = {{"team", std::string{"<!here>\n*Reason:* &\0", 20}}};
  CHECK(details({}) == usual + "\n*Labels:* team=\"&lt;!here&gt; *Reason:* &amp; \"");
}

TEST_CASE("doubled braces are braces, wherever they stand") {
  const auto filled = [](const char* text) {
    return detail::slack_filled(text, transition(State::closed, State::open));
  };
  CHECK(filled("").empty());
  CHECK(filled("{{}}") == "{}");
  CHECK(filled("{{circuit}}") == "{circuit}");
  CHECK(filled("{{{circuit}}}") == "{payment}");
  CHECK(filled("{circuit}{circuit} }}{{") == "paymentpayment }{");
}

TEST_CASE("a moment is told to the second, in UTC, rounded down") {
  const auto told = [](auto since_epoch) { return detail::slack_time(system_clock::time_point{since_epoch}); };
  CHECK(told(951'782'400s + 1h + 2min + 3s + 999ms) == "2000-02-29 01:02:03 UTC");
  CHECK(told(-1us) == "1969-12-31 23:59:59 UTC");
  for (const auto time : {system_clock::time_point::min(), system_clock::time_point::max()}) {
    CAPTURE(time.time_since_epoch().count());
    CHECK_THAT(detail::slack_time(time), ContainsSubstring(" UTC"));  // no overflow on the way
  }
}

TEST_CASE("what is filled in is escaped, and a control character or line end becomes a space") {
  using detail::slack_escaped;
  CHECK(slack_escaped("") == "");
  CHECK(slack_escaped("<a> & b") == "&lt;a&gt; &amp; b");
  CHECK(slack_escaped(std::string{"a\0b", 3}) == "a b");
  CHECK(slack_escaped("\t\n\r\x1f!\x7f~") == "    ! ~");
  CHECK(slack_escaped("a\xe2\x80\xa8"
                      "b\xe2\x80\xa9"
                      "c") == "a b c");
  CHECK(slack_escaped("\xe2\x80\xa7\xe2\x80\xaa\xe2\x81\xa8") == "\xe2\x80\xa7\xe2\x80\xaa\xe2\x81\xa8");
  CHECK(slack_escaped("a\xc2\x80"
                      "b\xc2\x9f"
                      "c\xc2\x85") == "a b c ");
  CHECK(slack_escaped("\xc2\xa0\xc3\x80\xc1\x80") == "\xc2\xa0\xc3\x80\xc1\x80");
  CHECK(slack_escaped("\xc2\x7f") == "\xc2 ");  // no UTF-8, and the second is a control character by itself
  CHECK(slack_escaped("a\xc2") == "a\xc2");
  CHECK(slack_escaped("\xc3\xa9\xe2\x82\xac") == "\xc3\xa9\xe2\x82\xac");
}

TEST_CASE("every state has words and a colour of its own") {
  Strings lines;
  for (const State state :
       {State::closed, State::open, State::half_open, State::metrics_only, State::disabled, State::forced_open}) {
    const nlohmann::json message =
        detail::slack_message(transition(State::closed, state), default_slack_template(state), "#ops", 0);
    lines.push_back(message["attachments"][0]["color"].get<std::string>() + ": " + message["text"].get<std::string>());
  }
  CHECK(lines == Strings{"good: payment is closed again: calls pass", "danger: payment is open: calls are refused",
                         "warning: payment is half open: some calls pass, to test recovery",
                         "#439fe0: payment only records: calls pass", "#808080: payment is disabled: calls pass",
                         "danger: payment was opened by hand: calls are refused"});
}

TEST_CASE("a message says how many transitions before it were dropped, where there were some") {
  const auto footer = [](std::uint64_t dropped) {
    const nlohmann::json message = detail::slack_message(transition(State::closed, State::open),
                                                         default_slack_template(State::open), "#ops", dropped);
    return message["attachments"][0].value("footer", "");
  };
  CHECK(footer(0).empty());
  CHECK(footer(1) == "1 earlier transition of this circuit was dropped");
  CHECK(footer(12) == "12 earlier transitions of this circuit were dropped");
}

}  // namespace

TEST_CASE("an opening that was not enforced is no recovery") {
  Signal signal = transition(State::closed, State::closed);
  signal.enforced = false;
  const SlackTemplate words = detail::slack_words(signal, {});
  const nlohmann::json message = detail::slack_message(signal, words, "#ops", 0);
  CHECK(message["text"] == "payment would have opened: calls pass");
  CHECK(message["attachments"][0]["color"] == "danger");
  CHECK(detail::slack_words(signal, {{{State::closed, State::closed}, SlackTemplate{"own", "", ""}}}).text == "own");
}

TEST_CASE("a text that ends in the middle of a character is read to its end and no further") {
  CHECK(detail::slack_escaped(std::string_view{"a\xc2\x85", 2}) == "a\xc2");
  CHECK(detail::slack_escaped(std::string_view{"a\xc2\x85", 3}) == "a ");
}
