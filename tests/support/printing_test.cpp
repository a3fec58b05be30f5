// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What a failed test prints of the library's values.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace breakers;

/// As Catch prints either side of a comparison.
template <class T>
std::string shown(const T& value) {
  return Catch::Detail::stringify(value);
}

constexpr std::chrono::system_clock::time_point nine_seconds{std::chrono::microseconds{9'000'001}};

TEST_CASE("a failed test prints an enumerator by its name") {
  CHECK(shown(State::half_open) == "half_open");
  CHECK(shown(Cause::probes_lost) == "probes_lost");
  CHECK(shown(Answer::no) == "no");
  CHECK(shown(Answer::yes) == "yes");
  CHECK(shown(Answer::silent) == "silent");
  CHECK(shown(Answer::success) == "success");
  CHECK(shown(Notify::no) == "no");
  CHECK(shown(Notify::yes) == "yes");
  CHECK(shown(TripperRole::condition) == "condition");
  CHECK(shown(TripperRole::gate) == "gate");
  CHECK(shown(TripperRole::never) == "never");
  CHECK(shown(Recorded::too_late) == "too_late");
  CHECK(shown(Recorded::quietly) == "quietly");
  CHECK(shown(Recorded::counted) == "counted");
  CHECK(shown(static_cast<State>(77)) == "invalid");
  CHECK(shown(static_cast<Answer>(77)) == "invalid");
  CHECK(shown(make_error_code(Errc::call_not_permitted)) == "fluxgate:1");
}

TEST_CASE("a failed test prints durations in the largest unit that fits, and times to the nanosecond") {
  CHECK(shown(nanoseconds{1500ms}) == "1500ms");
  CHECK(shown(nanoseconds{60s}) == "60s");
  CHECK(shown(nine_seconds) == "9000001us since 1970");
  CHECK(shown(std::optional<nanoseconds>{60s}) == "60s");
  CHECK(shown(std::optional<nanoseconds>{}) == "{ }");
  CHECK(shown(std::pair{State::open, nanoseconds{60s}}) == "{ open, 60s }");
}

TEST_CASE("a failed test prints counts as they are written") {
  CHECK(shown(Metrics{}) == "Metrics{0, 0}");
  CHECK(shown(Metrics{10, 5}) == "Metrics{10, 5}");
  CHECK(shown(Metrics{10, 5, 3s}) == "Metrics{10, 5, 3s}");
  CHECK(shown(Metrics{10, 5, 0s, {{{1s, 2}, {3s, 0}}}}) == "Metrics{10, 5, 0s, {{1s, 2}, {3s, 0}}}");
  CHECK(shown(Metrics::SlowCounts{{{1s, 2}}}) == "{ {1s, 2}, {0s, 0}, {0s, 0}, {0s, 0} }");
  CHECK(shown(CallContext{State::half_open, Metrics{3, 2}, 2}) == "CallContext{half_open, Metrics{3, 2}, 2 in a row}");
  CHECK(shown(CallCounts{.admitted = 6, .succeeded = 3, .failed = 2, .slow = 1, .ignored = 1, .refused = 4}) ==
        "CallCounts{6 admitted, 3 succeeded, 2 failed, 1 slow, 1 ignored, 4 refused}");
  CHECK(shown(Needs{}) == "Needs{}");
  CHECK(shown(Needs{.durations = true, .streak = true, .slow_rates = 2, .clock = true, .context_only = false}) ==
        "Needs{durations, streak, 2 slow rates, clock, more than the context}");
}

TEST_CASE("a failed test prints a refusal with its state and its time") {
  CHECK(shown(Rejection{State::open, 60s}) == "Rejection{open, 60s}");
  CHECK(shown(Rejection{State::half_open, std::nullopt}) == "Rejection{half_open, nullopt}");
  CHECK(shown(CallNotPermittedError{{State::open, 60s, "db"}}) == "circuit breaker 'db' is open: call not permitted");
}

TEST_CASE("a failed test prints the value of a result, or its refusal") {
  const Rejection refused{State::open, 60s};
  int number = 7;
  CHECK(shown(CallResult<int>::from([] { return 7; })) == "7");
  CHECK(shown(CallResult<int&>::from([&]() -> int& { return number; })) == "7");
  CHECK(shown(CallResult<std::string>::from([] { return std::string{"a"}; })) == "\"a\"");
  CHECK(shown(CallResult<CallResult<int>>::from([&] { return CallResult<int>{refused}; })) == "Rejection{open, 60s}");
  CHECK(shown(CallResult<void>::from([] {})) == "admitted");
  CHECK(shown(CallResult<int>{refused}) == "Rejection{open, 60s}");
  CHECK(shown(CallResult<void>{refused}) == "Rejection{open, 60s}");
  CHECK(shown(CallResult<std::unique_ptr<int>>{refused}) == "Rejection{open, 60s}");
}

TEST_CASE("a failed test prints an admission, or its refusal") {
  ManualEnvironment environment;
  auto breaker = make_breaker(environment, half_of_four);
  CHECK(shown(breaker.try_acquire()) == "admitted");
  trip(breaker);
  CHECK(shown(breaker.try_acquire()) == "Rejection{open, 60s, db}");
}

TEST_CASE("a failed test prints a signal and a snapshot in full") {
  CHECK(shown(Signal{.circuit_name = "db",
                     .old_state = State::closed,
                     .new_state = State::open,
                     .timestamp = nine_seconds,
                     .sequence = 3,
                     .cause = Cause::tripped,
                     .reason = "failure_rate 0.5 >= 0.5",
                     .metrics = Metrics{4, 2}}) ==
        "Signal{db, closed -> open at 9000001us since 1970, number 3, tripped: \"failure_rate 0.5 >= 0.5\", "
        "Metrics{4, 2}}");
  CHECK(shown(Info{.name = "db",
                   .state = State::open,
                   .changed_at = nine_seconds,
                   .reopens = 2,
                   .metrics = Metrics{4, 2},
                   .retry_after = 60s,
                   .listener_errors = 1,
                   .signals_dropped = 5}) ==
        "Info{db, open since 9000001us since 1970, 2 reopens, Metrics{4, 2}, retry after 60s, 1 listener errors, 5 "
        "dropped}");
  CHECK(shown(Info{.name = "db", .labels = {{"team", "pay"}, {"region", "eu"}}}) ==
        "Info{db, closed since 0s since 1970, 0 reopens, Metrics{0, 0}, retry after nullopt, 0 listener errors, 0 "
        "dropped, {team=\"pay\", region=\"eu\"}}");
  CHECK(shown(Signal{.circuit_name = "db", .labels = {{"team", "pay"}}}) ==
        "Signal{db, closed -> closed at 0s since 1970, number 0, tripped: \"\", Metrics{0, 0}, {team=\"pay\"}}");
  CHECK(shown(Labels{{"team", "pay"}}) == "{ team=\"pay\" }");
  CHECK(shown(Info{.name = "db"}) ==
        "Info{db, closed since 0s since 1970, 0 reopens, Metrics{0, 0}, retry after nullopt, 0 listener errors, 0 "
        "dropped}");
}

TEST_CASE("a failed test prints policies and trees of them as they are written") {
  CHECK(shown(CountWindow{10}) == "CountWindow{10}");
  CHECK(shown(TimeWindow{10s}) == "TimeWindow{10s, 1s}");
  CHECK(shown(~TypeOf<int>{} | All{}) == "(~TypeOf<int>{} | All{})");
  CHECK(shown(Custom{[](int) { return true; }}) == "Custom{int}");
  CHECK(shown(OnResult{[](int) { return true; }}) == "OnResult{int}");
  CHECK(shown(CountAsSuccess{TypeOf<int>{}}) == "CountAsSuccess{TypeOf<int>{}}");
  CHECK(shown(MinRequests{10} & FailureRate{0.5}) == "(MinRequests{10} & FailureRate{0.5})");
  CHECK(shown(FailureStreak{3} | SlowRate{0.5, 1s} | SlowRate{0.5} | AvgLatency{1s}) ==
        "(((FailureStreak{3} | SlowRate{0.5, 1s}) | SlowRate{0.5}) | AvgLatency{1s})");
  CHECK(shown(Closed{} | HalfOpened{} | Manual{}) == "((Closed{} | HalfOpened{}) | Manual{})");
  CHECK(shown(Cooldown{60s, 0.5}) == "Cooldown{60s, 0.5}");
  CHECK(shown(Backoff{1s}) == "Backoff{1s, 2, 300s}");
  CHECK(shown(Never{}) == "Never{}");
  CHECK(shown(Always{}) == "Always{}");
  CHECK(shown(AllowAll{} & Random{0.5} & RampUp{0.1, 1.0, 60s} & Probes{5, 10s}) ==
        "(((AllowAll{} & Random{0.5}) & RampUp{0.1, 1, 60s}) & Probes{5, 10s})");
}

}  // namespace
