// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The library's types in fmt: `fmt::print("{}\n", cb.info())`.
///
/// Each has the format specification of a string: fill, alignment, width, precision (which truncates), `s`, `?`.
/// Anything else, such as a sign or `#`, is refused as fmt refuses it for strings: at compile time, or by a
/// `fmt::format_error`. Formatting makes a string, so it may throw `std::bad_alloc` (states, causes and levels
/// excepted).

#ifndef FLUXGATE_LISTENERS_FORMAT_HPP
#define FLUXGATE_LISTENERS_FORMAT_HPP

#include <fmt/format.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/expression/operators.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/retries.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/windows.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class T, class... Types>
concept OneOf = (std::same_as<T, Types> || ...);

/// A shipped policy, a tree of policies, or a user's policy that has our operators and a `describe()`. A type with a
/// `format_as` is left to fmt; a specialisation of `fmt::formatter` for it takes precedence.
template <class T>
concept PrintedPolicy =
    OneOf<T, CountWindow, TimeWindow, Never, Always, Cooldown, Backoff> ||
    (InVocabulary<T> && (Branch<T> || is_not<T> || Describable<T>) && !requires(const T& t) { format_as(t); });

/// UTC in ISO 8601, to the millisecond: "2020-01-01T00:00:09.250Z".
inline std::string utc(std::chrono::system_clock::time_point time) {
  const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(since_epoch);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{since_epoch - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

/// An external text as it is, or quoted and escaped if it could be taken for more than a part of a line: if it has line
/// ends, control characters, quotes, backslashes, invisible characters or invalid UTF-8.
inline std::string in_line(std::string_view text) {
  std::string quoted = fmt::format("{:?}", text);
  const bool escaped = quoted.size() != text.size() + 2;
  return escaped || text.empty() ? quoted : std::string{text};
}

// The words for a value. Enumerations have a to_string.

template <class Enumeration>
  requires std::is_enum_v<Enumeration>
constexpr std::string_view in_words(Enumeration value) noexcept {
  return to_string(value);
}

/// "100 calls, 62 failed (62%), 3 slow (3%, >= 3s), average 38ms"; what is not measured is left out.
inline std::string in_words(const Metrics& metrics) {
  const std::uint64_t calls = metrics.total_count();
  if (calls == 0) return "no calls";
  const auto percent = [](std::optional<double> rate) { return 100.0 * rate.value_or(0.0); };
  std::string words = fmt::format("{} {}, {} failed ({:.3g}%)", calls, calls == 1 ? "call" : "calls",
                                  metrics.failure_count(), percent(metrics.failure_rate()));
  for (const SlowCount& slow : metrics.slow_counts()) {
    if (slow.threshold.count() == 0) continue;
    words += fmt::format(", {} slow ({:.3g}%, >= {})", slow.count, percent(metrics.slow_rate(slow.threshold)),
                         text(slow.threshold));
  }
  if (metrics.total_duration().count() != 0) {
    words += concat({", average ", rounded(metrics.avg_duration().value_or(std::chrono::nanoseconds{0}))});
  }
  return words;
}

/// `team="pay"`; the value is always quoted, and escaped as a name is.
inline std::string in_words(const Label& label) { return fmt::format("{}={:?}", in_line(label.key), label.value); }

/// `team="pay" region="eu"`, in the order given; nothing without labels.
inline std::string in_words(const Labels& labels) {
  std::string words;
  for (const Label& label : labels) words += concat({words.empty() ? "" : " ", in_words(label)});
  return words;
}

/// "2 reopens"
inline std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

/// "payment_api: open since 2020-01-01T00:00:09.250Z, retry in 12s, 2 reopens, 10 calls, 5 failed (50%)", and labels at
/// the end: `... (50%) team="pay"`
inline std::string in_words(const Info& info) {
  std::string words = fmt::format("{}: {} since {}, ", in_line(info.name), to_string(info.state), utc(info.changed_at));
  if (info.retry_after) {
    words +=
        info.retry_after->count() == 0 ? "retry is due, " : concat({"retry in ", rounded(*info.retry_after), ", "});
  }
  if (!info.reason.empty()) words += concat({in_line(info.reason), ", "});
  if (info.override_ends_after && !info.retry_after) {
    words += info.override_ends_after->count() == 0 ? "ends at the next call, "
                                                    : concat({"ends in ", rounded(*info.override_ends_after), ", "});
  }
  if (info.reopens != 0) words += concat({counted(info.reopens, "reopen"), ", "});
  words += in_words(info.metrics);
  if (info.listener_errors != 0) words += concat({", ", counted(info.listener_errors, "listener error")});
  if (info.signals_dropped != 0) words += concat({", ", counted(info.signals_dropped, "signal"), " dropped"});
  if (!info.labels.empty()) words += concat({" ", in_words(info.labels)});
  return words;
}

/// "2020-01-01T00:00:09.250Z payment_api: closed -> open, tripped: failure_rate 0.5 >= 0.5 [10 calls, 5 failed (50%)]",
/// and labels at the end: `... (50%)] team="pay"`
inline std::string in_words(const Signal& signal) {
  std::string words = fmt::format("{} {}: {} -> {}, {}", utc(signal.timestamp), in_line(signal.circuit_name),
                                  to_string(signal.old_state), to_string(signal.new_state), to_string(signal.cause));
  const std::string metrics = signal.metrics.total_count() == 0 ? std::string{} : in_words(signal.metrics);
  if (metrics.starts_with(signal.reason)) {  // as in a recovery: show them once
    if (!metrics.empty()) words += concat({": ", metrics});
  } else {
    words += concat({": ", in_line(signal.reason)});
    if (!metrics.empty()) words += concat({" [", metrics, "]"});
  }
  if (!signal.labels.empty()) words += concat({" ", in_words(signal.labels)});
  return words;
}

template <PrintedPolicy Policy>
std::string in_words(const Policy& policy) {
  return description_of(policy);
}

/// Formats values as text. Not derived from the formatter of strings, which would quote the elements of a range.
template <class T>
class TextFormatter {
 public:
  template <class ParseContext>
  constexpr auto parse(ParseContext& context) {
    return text_.parse(context);
  }
  template <class FormatContext>
  auto format(const T& value, FormatContext& context) const {
    const auto words = in_words(value);
    return text_.format(fmt::string_view{words.data(), words.size()}, context);
  }

 private:
  fmt::formatter<fmt::string_view> text_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

template <>
struct fmt::formatter<fluxgate::State> : fluxgate::detail::TextFormatter<fluxgate::State> {};

template <>
struct fmt::formatter<fluxgate::Cause> : fluxgate::detail::TextFormatter<fluxgate::Cause> {};

template <>
struct fmt::formatter<fluxgate::Label> : fluxgate::detail::TextFormatter<fluxgate::Label> {};

template <>
struct fmt::formatter<fluxgate::Labels> : fluxgate::detail::TextFormatter<fluxgate::Labels> {};

template <>
struct fmt::formatter<fluxgate::Metrics> : fluxgate::detail::TextFormatter<fluxgate::Metrics> {};

template <>
struct fmt::formatter<fluxgate::Info> : fluxgate::detail::TextFormatter<fluxgate::Info> {};

template <>
struct fmt::formatter<fluxgate::Signal> : fluxgate::detail::TextFormatter<fluxgate::Signal> {};

/// Windows, trackers, trippers, retries, permits and trees of them, as they were written.
template <fluxgate::detail::PrintedPolicy Policy>
struct fmt::formatter<Policy> : fluxgate::detail::TextFormatter<Policy> {};

#endif
