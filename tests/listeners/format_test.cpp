// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The library's types in fmt: their words, their format specifications, and whose types are left alone.

#include <fmt/compile.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/format.hpp>
#include <fluxgate/listeners/log.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace shop {

struct Error {
  int code;
};

/// Describes anything, as a user's own library may.
template <class T>
std::string describe(const T&) {
  return "a thing of the shop";
}

/// A policy of the user's own with our operators.
struct Failures : fluxgate::TripperOperand<Failures> {
  bool operator()(const fluxgate::CallContext&) const { return false; }
  static std::string describe() { return "Failures{3}"; }
};

/// The same without words.
struct Silent : fluxgate::TripperOperand<Silent> {
  bool operator()(const fluxgate::CallContext&) const { return false; }
};

/// One that brings its own formatter.
struct Formatted : fluxgate::TripperOperand<Formatted> {
  bool operator()(const fluxgate::CallContext&) const { return false; }
  static std::string describe() { return "words for a tree"; }
};

/// And a template of such.
template <class T>
struct FormattedOf : fluxgate::TripperOperand<FormattedOf<T>> {
  bool operator()(const fluxgate::CallContext&) const { return false; }
  static std::string describe() { return "words for a tree"; }
};

/// One that says by format_as how it is printed, for fmt 10 and later.
struct AsNumber : fluxgate::TripperOperand<AsNumber> {
  bool operator()(const fluxgate::CallContext&) const { return false; }
  static std::string describe() { return "words for a tree"; }
  friend int format_as(const AsNumber&) { return 7; }
};

/// Nothing of ours, though it could describe itself or serve as a retry.
struct Stranger {
  static std::string describe() { return "stranger"; }
  static std::chrono::nanoseconds delay(std::uint32_t, double) noexcept { return {}; }
};

enum class Colour : std::uint8_t { red };
constexpr const char* to_string(Colour) { return "red"; }

}  // namespace shop

template <>
struct fmt::formatter<shop::Formatted> : fmt::formatter<int> {
  template <class Context>
  auto format(const shop::Formatted&, Context& context) const {
    return fmt::formatter<int>::format(42, context);
  }
};

template <class T>
struct fmt::formatter<shop::FormattedOf<T>> : fmt::formatter<int> {
  template <class Context>
  auto format(const shop::FormattedOf<T>&, Context& context) const {
    return fmt::formatter<int>::format(43, context);
  }
};

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

constexpr std::chrono::system_clock::time_point moment{std::chrono::seconds{1'577'836'800} + 9s + 250ms};
const Metrics metrics{200, 125, 8s, {{{1s, 20}, {3s, 1}, {}, {}}}};
const Info info{"payment_api", State::open, moment, 2, metrics};
const Signal signal{"payment_api",  State::closed, State::open, moment, 1, Cause::tripped, "failure_rate 0.625 >= 0.5",
                    Metrics{16, 10}};

constexpr auto tripper = (Closed{} & MinRequests{10} & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{2});
constexpr auto tracker = (All{} & ~TypeOf<std::runtime_error>{}) | OnResult{[](int i) { return i > 0; }};

/// A value of every type that has a formatter, with its words.
struct Case {
  template <class T>
  Case(const T& value, std::string expected)
      : words{std::move(expected)},
        as_is{fmt::format("{}", value)},
        padded{fmt::format("{:*^300}", value)},
        cut{fmt::format("{:>6.3}", value)},
        nested{fmt::format("{:<{}.{}s}|", value, 5, 2)},
        compiled{fmt::format(FMT_COMPILE("{:>300}"), value)},
        at_runtime{[value](const char* spec) { return fmt::format(fmt::runtime(spec), value); }} {}

  std::string words;
  std::string as_is;
  std::string padded;
  std::string cut;
  std::string nested;
  std::string compiled;
  std::function<std::string(const char*)> at_runtime;
};

std::vector<Case> every_type() {
  return {
      {State::half_open, "half_open"},
      {Cause::retry_due, "retry_due"},
      {Level::critical, "critical"},
      {Label{"team", "pay"}, "team=\"pay\""},
      {Labels{{"team", "pay"}, {"region", "eu"}}, "team=\"pay\" region=\"eu\""},
      {metrics, "200 calls, 125 failed (62.5%), 20 slow (10%, >= 1s), 1 slow (0.5%, >= 3s), average 40ms"},
      {info,
       "payment_api: open since 2020-01-01T00:00:09.250Z, 2 reopens, 200 calls, 125 failed (62.5%), 20 slow (10%, >= "
       "1s), 1 slow (0.5%, >= 3s), average 40ms"},
      {signal,
       "2020-01-01T00:00:09.250Z payment_api: closed -> open, tripped: failure_rate 0.625 >= 0.5 [16 calls, 10 failed "
       "(62.5%)]"},
      {CountWindow{100}, "CountWindow{100}"},
      {TimeWindow{10s, 100ms}, "TimeWindow{10s, 100ms}"},
      {All{}, "All{}"},
      {TypeOf<int, shop::Error>{}, "TypeOf<int, shop::Error>{}"},
      {Custom{[](const shop::Error& e) { return e.code > 0; }}, "Custom{shop::Error}"},
      {OnResult{[](int i) { return i > 0; }}, "OnResult{int}"},
      {~TypeOf<int>{}, "~TypeOf<int>{}"},
      {tracker, "((All{} & ~TypeOf<std::runtime_error>{}) | OnResult{int})"},
      {Closed{}, "Closed{}"},
      {HalfOpened{}, "HalfOpened{}"},
      {MinRequests{10}, "MinRequests{10}"},
      {FailureRate{0.5}, "FailureRate{0.5}"},
      {AvgLatency{250ms}, "AvgLatency{250ms}"},
      {SlowRate{0.5}, "SlowRate{0.5}"},
      {SlowRate{0.5, 3s}, "SlowRate{0.5, 3s}"},
      {FailureStreak{5}, "FailureStreak{5}"},
      {tripper, "(((Closed{} & MinRequests{10}) & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{2}))"},
      {Closed{} & [](const CallContext&) { return true; }, "(Closed{} & custom)"},
      {Never{}, "Never{}"},
      {Always{}, "Always{}"},
      {Cooldown{60s, 0.1}, "Cooldown{60s, 0.1}"},
      {Backoff{1s}, "Backoff{1s, 2, 300s}"},
      {AllowAll{}, "AllowAll{}"},
      {Random{0.5}, "Random{0.5}"},
      {RampUp{0.1, 1.0, 60s}, "RampUp{0.1, 1, 60s}"},
      {Probes{5, 10s}, "Probes{5, 10s}"},
      {Probes{5, 10s} & Random{0.5}, "(Probes{5, 10s} & Random{0.5})"},
      {shop::Failures{}, "Failures{3}"},
      {shop::Failures{} & shop::Silent{}, "(Failures{3} & custom)"},
      {shop::Formatted{} | shop::AsNumber{}, "(words for a tree | words for a tree)"},
  };
}

/// Whether a format string of this specification compiles for T.
template <class T>
concept TakesPadding = requires { typename std::bool_constant<(void(fmt::format_string<T>{"{:*^30.5}"}), true)>; };
template <class T>
concept TakesSign = requires { typename std::bool_constant<(void(fmt::format_string<T>{"{:+}"}), true)>; };
template <class T>
concept TakesHash = requires { typename std::bool_constant<(void(fmt::format_string<T>{"{:#}"}), true)>; };
template <class T>
concept TakesNumber = requires { typename std::bool_constant<(void(fmt::format_string<T>{"{:d}"}), true)>; };

template <class T>
constexpr bool as_a_string = TakesPadding<T> && !TakesSign<T> && !TakesHash<T> && !TakesNumber<T>;
template <class... T>
constexpr bool all_as_strings = (as_a_string<T> && ...);

static_assert(TakesSign<int> && TakesNumber<int>);  // the question can be answered otherwise
static_assert(all_as_strings<State, Cause, Level, Label, Labels, Metrics, Info, Signal>);
static_assert(all_as_strings<CountWindow, TimeWindow, Never, Always, Cooldown, Backoff>);
static_assert(all_as_strings<All, TypeOf<int>, decltype(~All{}), std::remove_const_t<decltype(tracker)>>);
static_assert(all_as_strings<Closed, HalfOpened, MinRequests, FailureRate, AvgLatency, SlowRate<true>, SlowRate<false>,
                             FailureStreak, std::remove_const_t<decltype(tripper)>>);
static_assert(all_as_strings<AllowAll, Random, RampUp, Probes, decltype(AllowAll{} & Random{0.5})>);

// Whose types are not ours to print.
static_assert(fmt::is_formattable<shop::Failures>::value && !fmt::is_formattable<shop::Silent>::value);
static_assert(!fmt::is_formattable<shop::Stranger>::value && !fmt::is_formattable<shop::Colour>::value);
static_assert(!fmt::is_formattable<Answer>::value && !fmt::is_formattable<CallContext>::value);
static_assert(!detail::PrintedPolicy<shop::AsNumber> && !detail::PrintedPolicy<int>);

}  // namespace

TEST_CASE("every type is printed in its words", "[format]") {
  for (const Case& type : every_type()) CHECK(type.as_is == type.words);
}

TEST_CASE("fill, width, alignment and precision are those of a string", "[format]") {
  for (const Case& type : every_type()) {
    CAPTURE(type.words);
    CHECK(type.padded == fmt::format("{:*^300}", type.words));
    CHECK(type.compiled == fmt::format("{:>300}", type.words));
    CHECK(type.cut == "   " + type.words.substr(0, 3));
    CHECK(type.nested == type.words.substr(0, 2) + "   |");
    CHECK(type.at_runtime("{}") == type.words);
    CHECK(type.at_runtime("{:s}") == type.words);
    CHECK(type.at_runtime("{:300}") == fmt::format("{:<300}", type.words));
    CHECK(type.at_runtime("{:->300}") == fmt::format("{:->300}", type.words));
    CHECK(type.at_runtime("{:.0}").empty());
  }
}

TEST_CASE("elements of a range come without quotes, unless asked for", "[format]") {
  CHECK(fmt::format("{}", std::vector{State::open, State::closed}) == "[open, closed]");
  CHECK(fmt::format("{}", std::tuple{State::open, MinRequests{3}}) == "(open, MinRequests{3})");
  CHECK(fmt::format("{:?}", State::open) == "\"open\"");
  CHECK(fmt::format("{}", fmt::join(std::vector{Cause::manual, Cause::tripped}, "/")) == "manual/tripped");
}

TEST_CASE("a user's own formatter wins", "[format]") {
  CHECK(fmt::format("{:04}", shop::Formatted{}) == "0042");
  CHECK(fmt::format("{:04}", shop::FormattedOf<int>{}) == "0043");
#if FMT_VERSION >= 100000
  CHECK(fmt::format("{:02}", shop::AsNumber{}) == "07");
#endif
}

TEST_CASE("metrics leave out what was not measured", "[format]") {
  CHECK(fmt::format("{}", Metrics{}) == "no calls");
  CHECK(fmt::format("{}", Metrics{0, 0, {}, {{{1s, 0}}}}) == "no calls");
  CHECK(fmt::format("{}", Metrics{1, 0}) == "1 call, 0 failed (0%)");
  CHECK(fmt::format("{}", Metrics{3, 1}) == "3 calls, 1 failed (33.3%)");
  CHECK(fmt::format("{}", Metrics{1'000'000'000, 1}) == "1000000000 calls, 1 failed (1e-07%)");
  CHECK(fmt::format("{}", Metrics{2, 0, 700ms}) == "2 calls, 0 failed (0%), average 350ms");
  CHECK(fmt::format("{}", Metrics{2, 2, {}, {{{250ms, 0}}}}) == "2 calls, 2 failed (100%), 0 slow (0%, >= 250ms)");
  CHECK(fmt::format("{}", Metrics{2, 2, {}, {{{}, {3s, 1}}}}) == "2 calls, 2 failed (100%), 1 slow (50%, >= 3s)");
}

TEST_CASE("what a breaker tells of itself can be printed", "[format]") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.name = "db", .tripper = tripper, .slow_threshold = 1s, .environment = env}};
  called(breaker, [&] { env.advance(2s); });
  called(breaker, [] {});
  env.advance(1h);
  CHECK(fmt::format("{}", breaker.info()) ==
        "db: closed since 2020-01-01T00:00:00.000Z, 2 calls, 0 failed (0%), 1 slow (50%, >= 1s)");
  breaker.disable();
  CHECK(fmt::format("{}", breaker.info()) == "db: disabled since 2020-01-01T01:00:02.000Z, no calls");
  const auto refuses_until = [](std::chrono::nanoseconds due, std::uint64_t listener_errors) {
    return fmt::format("{}", Info{"db", State::open, moment, 1, {}, due, listener_errors}).substr(41);
  };
  CHECK(refuses_until(12'345ms, 0) == "retry in 12.3s, 1 reopen, no calls");
  CHECK(refuses_until(999'499ms, 0) == "retry in 999s, 1 reopen, no calls");
  CHECK(refuses_until(999'500ms, 0) == "retry in 1000s, 1 reopen, no calls");
  CHECK(refuses_until(1'000s, 0) == "retry in 1000s, 1 reopen, no calls");
  CHECK(refuses_until(1'234'500ms, 0) == "retry in 1235s, 1 reopen, no calls");
  CHECK(refuses_until(std::chrono::nanoseconds::max(), 0) == "retry in 9223372037s, 1 reopen, no calls");
  CHECK(refuses_until(1'234'499ms, 0) == "retry in 1234s, 1 reopen, no calls");
  CHECK(refuses_until(999'499us, 0) == "retry in 999ms, 1 reopen, no calls");
  CHECK(refuses_until(999'500us, 0) == "retry in 1s, 1 reopen, no calls");
  CHECK(refuses_until(1s, 0) == "retry in 1s, 1 reopen, no calls");
  CHECK(refuses_until(999'500ns, 0) == "retry in 1ms, 1 reopen, no calls");
  CHECK(refuses_until(1us, 0) == "retry in 1us, 1 reopen, no calls");
  CHECK(refuses_until(999ns, 0) == "retry in 0.999us, 1 reopen, no calls");
  CHECK(refuses_until(1ns, 1) == "retry in 0.001us, 1 reopen, no calls, 1 listener error");
  CHECK(refuses_until(0s, 2) == "retry is due, 1 reopen, no calls, 2 listener errors");
  const auto has_dropped = [](std::uint64_t signals) {
    return fmt::format("{}", Info{"db", State::open, moment, 0, {}, std::nullopt, 0, signals}).substr(41);
  };
  CHECK(has_dropped(1) == "no calls, 1 signal dropped");
  CHECK(has_dropped(2) == "no calls, 2 signals dropped");
  const auto overridden = [](State state, std::string reason, std::optional<std::chrono::nanoseconds> left) {
    return fmt::format("{}", Info{.name = "db",
                                  .state = state,
                                  .changed_at = moment,
                                  .retry_after = state == State::forced_open ? left : std::nullopt,
                                  .reason = std::move(reason),
                                  .override_ends_after = left})
        .substr(4);
  };
  const std::string since = " since " + fmt::format("{}", Info{"db", State::open, moment, 1, {}}).substr(15, 24) + ", ";
  CHECK(overridden(State::disabled, "INC-42", 90s) == "disabled" + since + "INC-42, ends in 90s, no calls");
  CHECK(overridden(State::metrics_only, "", 0s) == "metrics_only" + since + "ends at the next call, no calls");
  CHECK(overridden(State::disabled, "two\nlines", std::nullopt) == "disabled" + since + "\"two\\nlines\", no calls");
  CHECK(overridden(State::forced_open, "INC-42", 12s) == "forced_open" + since + "retry in 12s, INC-42, no calls");

  CHECK(fmt::format("{}", Info{"db", State::open, moment, 1, {}}) ==
        "db: open since 2020-01-01T00:00:09.250Z, 1 reopen, no calls");
}

TEST_CASE("times are UTC, and milliseconds are cut, not rounded", "[format]") {
  const auto printed = [](std::chrono::microseconds since_epoch) {
    const std::chrono::system_clock::time_point time{since_epoch};
    return fmt::format("{}", Info{"db", State::closed, time, 0, {}}).substr(17, 24);
  };
  CHECK(printed(0s) == "1970-01-01T00:00:00.000Z");
  CHECK(printed(-1us) == "1969-12-31T23:59:59.999Z");
  CHECK(printed(951'782'399'999'999us) == "2000-02-28T23:59:59.999Z");
  CHECK(printed(951'782'400s) == "2000-02-29T00:00:00.000Z");
  CHECK(printed(4'102'444'800s) == "2100-01-01T00:00:00.000Z");
}

TEST_CASE("a name that could be taken for more than a name is quoted and escaped", "[format]") {
  const auto printed = [](std::string name) {
    const std::string whole = fmt::format("{}", Info{std::move(name), State::closed, {}, 0, {}});
    return whole.substr(0, whole.find(": closed since"));
  };
  CHECK(printed("payment api/v2: eu-west") == "payment api/v2: eu-west");
  CHECK(printed("zahlungsdienst für größe 東京") == "zahlungsdienst für größe 東京");
  CHECK(printed("") == R"("")");
  CHECK(printed("a\nb") == R"("a\nb")");
  CHECK(printed("a\r\tb") == R"("a\r\tb")");
  CHECK(printed(std::string{"a\0b", 3}) == R"("a\x00b")");
  CHECK(printed("\x1b[31m\x7f") == R"("\x1b[31m\x7f")");
  CHECK(printed("say \"hi\"") == R"("say \"hi\"")");
  CHECK(printed("a\\nb") == R"("a\\nb")");
  CHECK(printed("a\xc2\x85"
                "b") == R"("a\x85b")");  // NEXT LINE
  CHECK(printed("a\xe2\x80\xa8"
                "b") == R"("a\u2028b")");  // LINE SEPARATOR
  CHECK(printed("a\xe2\x80\xae"
                "b") == R"("a\u202eb")");  // RIGHT-TO-LEFT OVERRIDE
  CHECK(printed("a\xff"
                "b\x9b") == R"("a\xffb\x9b")");  // no UTF-8
}

TEST_CASE("labels stand at the end of an info and of a signal, and change nothing before them", "[format]") {
  Info labelled = info;
  labelled.labels = {{"team", "pay"}, {"region", "eu"}};
  CHECK(fmt::format("{}", labelled) == fmt::format("{}", info) + " team=\"pay\" region=\"eu\"");
  labelled.signals_dropped = 1;
  CHECK_THAT(fmt::format("{}", labelled), Catch::Matchers::EndsWith(" dropped team=\"pay\" region=\"eu\""));
  Signal announced = signal;
  announced.labels = labelled.labels;
  CHECK(fmt::format("{}", announced) == fmt::format("{}", signal) + " team=\"pay\" region=\"eu\"");
  CHECK(fmt::format("{}", Labels{}).empty());
}

TEST_CASE("the value of a label is quoted and escaped as a name is, and so is a key that no breaker takes",
          "[format]") {
  const auto printed = [](std::string value) { return fmt::format("{}", Label{"team", std::move(value)}); };
  CHECK(printed("") == R"(team="")");
  CHECK(printed("payment api") == R"(team="payment api")");
  CHECK(printed("größe 東京") == R"(team="größe 東京")");
  CHECK(printed("x\" region=\"eu") == R"(team="x\" region=\"eu")");
  CHECK(printed("a\\") == R"(team="a\\")");
  CHECK(printed("a\nb\r\t") == R"(team="a\nb\r\t")");
  CHECK(printed(std::string{"a\0b", 3}) == R"(team="a\x00b")");
  CHECK(printed("\x1b[31m\xff") == R"(team="\x1b[31m\xff")");
  CHECK(printed("\xe2\x80\xae") == R"(team="\u202e")");
  CHECK(printed(std::string(10'000, 'x')).size() == 10'007);
  CHECK(fmt::format("{}", Label{"te\nam", "pay"}) == R"("te\nam"="pay")");
}

#if defined(__cpp_exceptions)

TEST_CASE("what a string has no use for is refused", "[format]") {
  for (const Case& type : every_type()) {
    CAPTURE(type.words);
    for (const char* spec : {"{:d}", "{:x}", "{:p}", "{:q}", "{:+}", "{:-}", "{: }", "{:#}", "{:05}", "{:.}", "{:{}}",
                             "{:10.3f}", "{:>10", "{1}"}) {
      CAPTURE(spec);
      CHECK_THROWS_AS(type.at_runtime(spec), fmt::format_error);
    }
  }
}

#endif
