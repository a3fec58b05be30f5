// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The Slack message about a transition: templates, and the JSON that chat.postMessage takes.

#ifndef FLUXGATE_LISTENERS_SLACK_MESSAGE_HPP
#define FLUXGATE_LISTENERS_SLACK_MESSAGE_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// A message with placeholders: `{circuit}`, `{labels}`, `{old_state}`, `{new_state}`, `{time}` (UTC), `{cause}`,
/// `{reason}`, `{sequence}`, `{total_count}`, `{failure_count}`, `{slow_count}`, `{failure_rate}`, `{slow_rate}`,
/// `{avg_duration}`. `{{` and `}}` stand for braces.
///
/// The text around them is Slack's mrkdwn ("Formatting message text" in its documentation), so `*bold*` and `<!here>`
/// work. Filled-in values are escaped, and stay in their line.
struct SlackTemplate {
  std::string text;     ///< the message's line, which notifications show as well
  std::string details;  ///< the coloured attachment below
  std::string color;    ///< "good", "warning", "danger" or a value such as "#439fe0"
};

/// Templates by transition: old state, new state. A transition without one uses `default_slack_template`; a template
/// whose text and details are empty keeps the transition quiet.
using SlackTemplates = std::map<std::pair<State, State>, SlackTemplate>;

/// The template of a transition to `new_state` that has none of its own. If the breaker has labels, the message has
/// `*Labels:* {labels}` below the details.
inline SlackTemplate default_slack_template(State new_state) {
  const auto make = [](const char* text, const char* color) {
    return SlackTemplate{text,
                         "*Circuit:* {circuit}\n*Transition:* {old_state} to {new_state}\n*Time:* {time}\n"
                         "*Reason:* {reason}",
                         color};
  };
  switch (new_state) {
    case State::closed: return make("{circuit} is closed again: calls pass", "good");
    case State::open: return make("{circuit} is open: calls are refused", "danger");
    case State::half_open: return make("{circuit} is half open: some calls pass, to test recovery", "warning");
    case State::metrics_only: return make("{circuit} only records: calls pass", "#439fe0");
    case State::disabled: return make("{circuit} is disabled: calls pass", "#808080");
    case State::forced_open: return make("{circuit} was opened by hand: calls are refused", "danger");
  }
  return {};
}

namespace detail {

/// How many bytes a line end or another control character takes at the beginning of `text`, including Unicode's (NEL,
/// LS, PS); zero if there is none.
constexpr std::size_t control_length(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x20 || first == 0x7f) return 1;
  if (text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9")) return 3;
  const bool is_c1 = first == 0xc2 && text.size() > 1 && static_cast<unsigned char>(text[1]) - 0x80U < 0x20U;
  return is_c1 ? 2 : 0;
}

/// `text` with Slack's three special characters escaped, and with a space for each control character, so that it stays
/// in one line.
inline std::string slack_escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t control = control_length(text);
    switch (text.front()) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      default: escaped += control != 0 ? ' ' : text.front();
    }
    text.remove_prefix(std::max<std::size_t>(control, 1));
  }
  return escaped;
}

/// Such as "2026-03-01 09:30:00 UTC".
inline std::string slack_time(std::chrono::system_clock::time_point time) {
  const auto second =
      std::chrono::floor<std::chrono::seconds>(time);  // first: the first day may begin before the clock's range
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{second - day};
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02d:%02d:%02d UTC", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return buffer;
}

/// The value of the placeholder `{name}`; empty if there is no such placeholder.
inline std::optional<std::string> slack_value(std::string_view name, const Signal& signal) {
  const auto ratio = [](std::optional<double> value) { return value ? text(*value, 3) : std::string{"none"}; };
  const Metrics& metrics = signal.metrics;
  if (name == "circuit") return signal.circuit_name;
  if (name == "labels") return signal.labels.empty() ? std::string{"none"} : text(signal.labels);
  if (name == "old_state") return std::string{to_string(signal.old_state)};
  if (name == "new_state") return std::string{to_string(signal.new_state)};
  if (name == "time") return slack_time(signal.timestamp);
  if (name == "cause") return std::string{to_string(signal.cause)};
  // Without a reason, the cause.
  if (name == "reason") return signal.reason.empty() ? std::string{to_string(signal.cause)} : signal.reason;
  if (name == "sequence") return text(signal.sequence);
  if (name == "total_count") return text(metrics.total_count());
  if (name == "failure_count") return text(metrics.failure_count());
  if (name == "slow_count") return text(metrics.slow_count());
  if (name == "failure_rate") return ratio(metrics.failure_rate());
  if (name == "slow_rate") return ratio(metrics.slow_rate());
  if (name == "avg_duration") {
    const auto average = metrics.avg_duration();
    return average ? rounded(*average) : std::string{"none"};
  }
  return std::nullopt;
}

/// `text` with its placeholders filled in. Refuses one that is unknown or does not end.
inline std::string slack_filled(std::string_view text, const Signal& signal) {
  std::string filled;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      filled += c;
    } else if (text.substr(i + 1, 1) == text.substr(i, 1)) {
      filled += c;
      ++i;
    } else {
      const std::size_t end = c == '{' ? text.find('}', i) : std::string_view::npos;
      if (end == std::string_view::npos)
        refuse(concat({"SlackTemplate: a brace without its other one in \"", text, "\""}));
      const std::string_view name = text.substr(i + 1, end - i - 1);
      const std::optional<std::string> value = slack_value(name, signal);
      if (!value) refuse(concat({"SlackTemplate: there is no {", name, "} to fill in"}));
      filled += slack_escaped(*value);
      i = end;
    }
  }
  return filled;
}

/// The template of a transition: its own, or the default one with the labels, if there are some; of an opening that was
/// not enforced, that of an opening with another first line.
inline SlackTemplate slack_words(const Signal& signal, const SlackTemplates& templates) {
  const auto own = templates.find({signal.old_state, signal.new_state});
  if (own != templates.end()) return own->second;
  SlackTemplate words = default_slack_template(signal.enforced ? signal.new_state : State::open);
  if (!signal.enforced) words.text = "{circuit} would have opened: calls pass";
  if (!signal.labels.empty()) words.details += "\n*Labels:* {labels}";
  return words;
}

/// The arguments of chat.postMessage, as on Slack's page of that name, without a thread. Attachments are as in
/// "Reference: Secondary message attachments".
inline nlohmann::json slack_message(const Signal& signal, const SlackTemplate& words, const std::string& channel,
                                    std::uint64_t dropped_before) {
  const std::string line = slack_filled(words.text, signal);
  nlohmann::json attachment{
      {"color", words.color},
      {"fallback", line},
      {"text", slack_filled(words.details, signal)},
      {"mrkdwn_in", {"text"}},
      {"ts", std::chrono::floor<std::chrono::seconds>(signal.timestamp.time_since_epoch()).count()},
  };
  if (dropped_before != 0) {
    attachment["footer"] =
        concat({text(dropped_before), dropped_before == 1 ? " earlier transition of this circuit was dropped"
                                                          : " earlier transitions of this circuit were dropped"});
  }
  return {
      {"channel", channel},    {"text", line},          {"attachments", nlohmann::json::array({std::move(attachment)})},
      {"unfurl_links", false}, {"unfurl_media", false},
  };
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
