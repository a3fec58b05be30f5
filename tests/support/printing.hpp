// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The library's values in the output of a failed test: enumerators by name, policies and counts as they are written.
///
/// `catch.hpp` includes it, and so does every source through that: all sources of a program have to print a type in the
/// same way, as the language demands.

#ifndef FLUXGATE_TESTS_SUPPORT_PRINTING_HPP
#define FLUXGATE_TESTS_SUPPORT_PRINTING_HPP

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include <fluxgate/base/text.hpp>
#include <fluxgate/call_result.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trackers/tracker.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace printing {

using fluxgate::detail::concat;
using fluxgate::detail::text;

// The names of enumerators without a to_string of their own.

inline std::string_view name_of(fluxgate::Answer answer) {
  switch (answer) {
    case fluxgate::Answer::no: return "no";
    case fluxgate::Answer::yes: return "yes";
    case fluxgate::Answer::silent: return "silent";
    case fluxgate::Answer::success: return "success";
  }
  return "invalid";
}
inline std::string_view name_of(fluxgate::Notify notify) { return notify == fluxgate::Notify::yes ? "yes" : "no"; }
inline std::string_view name_of(fluxgate::Recorded recorded) {
  switch (recorded) {
    case fluxgate::Recorded::too_late: return "too_late";
    case fluxgate::Recorded::quietly: return "quietly";
    case fluxgate::Recorded::counted: return "counted";
  }
  return "invalid";
}
inline std::string_view name_of(fluxgate::TripperRole role) {
  switch (role) {
    case fluxgate::TripperRole::condition: return "condition";
    case fluxgate::TripperRole::gate: return "gate";
    case fluxgate::TripperRole::never: return "never";
  }
  return "invalid";
}
template <class Enumeration>
  requires requires(Enumeration value) {
    { to_string(value) } -> std::same_as<std::string_view>;
  }
std::string_view name_of(Enumeration value) {
  return to_string(value);
}

template <class T>
concept Named = std::is_enum_v<T> && requires(T value) { name_of(value); };

/// A policy with a `describe()`, or a tree of policies.
template <class T>
concept Described = requires(const T& policy) {
  { fluxgate::describe(policy) } -> std::same_as<std::string>;
};

/// An admission or a CallResult: there, or refused.
template <class T>
concept Refusable = requires(const T& t) {
  { t.rejection() } -> std::convertible_to<fluxgate::Rejection>;
  static_cast<bool>(t);
};

/// "a, b, c" without those that are empty.
inline std::string list(std::initializer_list<std::string> parts) {
  std::string all;
  for (const std::string& part : parts) {
    if (!part.empty()) all.append(all.empty() ? "" : ", ").append(part);
  }
  return all;
}

inline std::string text_of(const fluxgate::SlowCount& slow) {
  return concat({"{", text(slow.threshold), ", ", text(slow.count), "}"});
}
/// "Metrics{10, 5, 3s, {{1s, 2}}}", without zeros at the end.
inline std::string text_of(const fluxgate::Metrics& metrics) {
  std::string slow;
  for (const fluxgate::SlowCount& one : metrics.slow_counts()) {
    if (one != fluxgate::SlowCount{}) slow = list({slow, text_of(one)});
  }
  const bool timed = !slow.empty() || metrics.total_duration().count() != 0;
  return concat({"Metrics{",
                 list({text(metrics.total_count()), text(metrics.failure_count()),
                       timed ? text(metrics.total_duration()) : "", slow.empty() ? "" : "{" + slow + "}"}),
                 "}"});
}
inline std::string text_of(const fluxgate::Rejection& rejection) {
  return concat({"Rejection{", to_string(rejection.state), ", ",
                 rejection.retry_after ? text(*rejection.retry_after) : "nullopt",
                 rejection.circuit_name.empty() ? "" : ", ", rejection.circuit_name, "}"});
}
inline std::string text_of(const fluxgate::CallCounts& counts) {
  const auto count = [](std::uint64_t n, const char* what) { return concat({text(n), " ", what}); };
  return concat(
      {"CallCounts{",
       list({count(counts.admitted, "admitted"), count(counts.succeeded, "succeeded"), count(counts.failed, "failed"),
             count(counts.slow, "slow"), count(counts.ignored, "ignored"), count(counts.refused, "refused")}),
       "}"});
}
inline std::string text_of(const fluxgate::Needs& needs) {
  return concat({"Needs{",
                 list({needs.durations ? "durations" : "", needs.streak ? "streak" : "",
                       needs.slow_rates == 0 ? "" : text(std::uint64_t{needs.slow_rates}) + " slow rates",
                       needs.clock ? "clock" : "", needs.context_only ? "" : "more than the context"}),
                 "}"});
}
/// To the nanosecond, unlike Catch's own text: two times that differ look different.
inline std::string text_of(std::chrono::system_clock::time_point time) {
  return concat({text(std::chrono::nanoseconds{time.time_since_epoch()}), " since 1970"});
}
inline std::string text_of(const fluxgate::CallContext& context) {
  return concat({"CallContext{", to_string(context.state), ", ", text_of(context.metrics), ", ",
                 text(context.consecutive_failures), " in a row}"});
}
inline std::string text_of(const fluxgate::Label& label) { return concat({label.key, "=\"", label.value, "\""}); }
/// What follows in a signal or a snapshot, if there are labels: ", {team="pay"}".
inline std::string text_behind(const fluxgate::Labels& labels) {
  std::string all;
  for (const fluxgate::Label& label : labels) all = list({all, text_of(label)});
  return all.empty() ? all : concat({", {", all, "}"});
}
inline std::string text_of(const fluxgate::Info& info) {
  return concat({"Info{",
                 info.name,
                 ", ",
                 to_string(info.state),
                 " since ",
                 text_of(info.changed_at),
                 ", ",
                 text(std::uint64_t{info.reopens}),
                 " reopens, ",
                 text_of(info.metrics),
                 ", retry after ",
                 info.retry_after ? text(*info.retry_after) : "nullopt",
                 ", ",
                 text(info.listener_errors),
                 " listener errors, ",
                 text(info.signals_dropped),
                 " dropped",
                 info.reason.empty() ? "" : ", ",
                 info.reason,
                 info.override_ends_after ? concat({", ends after ", text(*info.override_ends_after)}) : std::string{},
                 text_behind(info.labels),
                 "}"});
}
inline std::string text_of(const fluxgate::Signal& signal) {
  return concat({"Signal{", signal.circuit_name, ", ", to_string(signal.old_state), " -> ", to_string(signal.new_state),
                 " at ", text_of(signal.timestamp), ", number ", text(signal.sequence), ", ", to_string(signal.cause),
                 ": \"", signal.reason, "\", ", text_of(signal.metrics), signal.enforced ? "" : ", not enforced",
                 text_behind(signal.labels), "}"});
}

template <class T, class... Types>
concept OneOf = (std::same_as<T, Types> || ...);
template <class T>
concept Written = OneOf<T, fluxgate::Label, fluxgate::SlowCount, fluxgate::Metrics, fluxgate::Rejection,
                        fluxgate::CallCounts, fluxgate::Needs, fluxgate::CallContext, fluxgate::Info, fluxgate::Signal>;

}  // namespace printing

template <printing::Named T>
struct Catch::StringMaker<T> {
  static std::string convert(T value) { return std::string{printing::name_of(value)}; }
};

template <printing::Described T>
struct Catch::StringMaker<T> {
  static std::string convert(const T& policy) { return fluxgate::describe(policy); }
};

template <printing::Written T>
struct Catch::StringMaker<T> {
  static std::string convert(const T& value) { return printing::text_of(value); }
};

template <printing::Refusable T>
struct Catch::StringMaker<T> {
  static std::string convert(const T& result) {
    if (!static_cast<bool>(result)) return printing::text_of(result.rejection());
    if constexpr (requires { Catch::Detail::stringify(*result); }) {
      return Catch::Detail::stringify(*result);
    } else {
      return "admitted";
    }
  }
};

template <>
struct Catch::StringMaker<std::chrono::nanoseconds> {
  static std::string convert(std::chrono::nanoseconds duration) { return printing::text(duration); }
};
template <>
struct Catch::StringMaker<std::chrono::system_clock::time_point> {
  static std::string convert(std::chrono::system_clock::time_point time) { return printing::text_of(time); }
};

#endif
