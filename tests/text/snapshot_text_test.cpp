// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/text/snapshot_text.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/testing.hpp>

#include "../support/breakers.hpp"
#include "../support/catch.hpp"
#include "../support/refusal.hpp"

namespace {

using namespace breakers;

std::string random_text(std::mt19937_64& random) {
  std::string text;
  for (auto length = random() % 12; length != 0; --length) text.push_back(static_cast<char>(random() % 256));
  return text;
}
std::uint64_t random_count(std::mt19937_64& random) {
  return random() % 3 == 0 ? 0 : (random() >> (2 + random() % 62));
}
nanoseconds random_duration(std::mt19937_64& random) {
  const auto value = static_cast<std::int64_t>(random() >> (random() % 64));
  return nanoseconds{value == std::numeric_limits<std::int64_t>::min() ? 0 : value};
}

Snapshot random_snapshot(std::mt19937_64& random) {
  Metrics::SlowCounts slow{};
  for (SlowCount& each : slow) {
    if (random() % 2 == 0) each = {random_duration(random), random_count(random)};
  }
  Snapshot snapshot{.name = random_text(random),
                    .state = static_cast<State>(random() % 6),
                    .in_state = random_duration(random),
                    .reopens = static_cast<std::uint32_t>(random() % 65'536),
                    .metrics = Metrics{random_count(random), random_count(random), random_duration(random), slow},
                    .window_span = random_duration(random),
                    .consecutive_failures = random_count(random),
                    .reason = random_text(random),
                    .policies = {random_text(random), random_text(random), random_text(random), random_text(random),
                                 random_text(random), random_text(random)}};
  if (random() % 2 == 0) snapshot.remaining = random_duration(random);
  return snapshot;
}

std::string refused(const std::string& text) {
  return refusal([&] { (void)snapshot_from(text); });
}

}  // namespace

TEST_CASE("the text of a snapshot is one line of printable characters") {
  ManualEnvironment env;
  CircuitBreaker breaker{Config{.name = "pay \"ment\"\n",
                                .window = CountWindow{10},
                                .tripper = MinRequests{4} & FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .slow_threshold = 2s,
                                .environment = env}};
  succeed(breaker, 2);
  called(breaker, [&] { env.advance(3s); });
  fail(breaker);
  CHECK(to_string(breaker.snapshot()) ==
        "snapshot 1, name \"pay \\\"ment\\\"\\x0a\", state closed, in_state 3s, calls 4, failures 1, slow {2s: 1}, "
        "window \"CountWindow{10}\", tracker \"All{}\", tripper \"(MinRequests{4} & FailureRate{0.5})\", "
        "retry \"Cooldown{60s}\", permit \"AllowAll{}\", slow_threshold \"2s\"");
  breaker.force_open(Override{.reason = "INC-42", .lasting = 10min});
  env.advance(1ms);
  const std::string text = to_string(breaker.snapshot());
  CHECK(text.find("state forced_open, in_state 1ms, remaining 599999ms, ") != std::string::npos);
  CHECK(text.find("reason \"INC-42\"") != std::string::npos);
}

TEST_CASE("a snapshot's text reads back to an equal snapshot") {
  std::mt19937_64 random{1};
  for (int i = 0; i != 5000; ++i) {
    const Snapshot snapshot = random_snapshot(random);
    const std::string text = to_string(snapshot);
    CAPTURE(i, text);
    REQUIRE(snapshot_from(text) == snapshot);
  }
}

TEST_CASE("members of a snapshot's text may come in any order, and be left out") {
  const Snapshot snapshot = snapshot_from(" snapshot 1 ,state  open,\n name \"a\" , reopens 2, remaining 1.5min ");
  CHECK(snapshot == Snapshot{.name = "a", .state = State::open, .reopens = 2, .remaining = 90s});
  CHECK(snapshot_from("snapshot 1") == Snapshot{});
}

TEST_CASE("what is no snapshot is refused with its column, what stands there and what may") {
  CHECK(refused("") == "snapshot, column 1: found the end, expected 'snapshot 1'");
  CHECK(refused("Config{}") == "snapshot, column 1: found 'Config{}', expected 'snapshot 1'");
  CHECK(refused("snapshot 2") == "snapshot, column 10: found '2', expected 1, the only version that is known");
  CHECK(refused("snapshot") == "snapshot, column 9: found the end, expected 1, the only version that is known");
  CHECK(refused("snapshot 1 state open") == "snapshot, column 12: found 'state open', expected ',' or the end");
  CHECK(refused("snapshot 1, state ajar") ==
        "snapshot, column 19: found 'ajar', expected closed, open, half_open, metrics_only, disabled or forced_open");
  CHECK(refused("snapshot 1, calls 3, calls 4") == "snapshot, column 22: found 'calls 4', expected each member once");
  CHECK(refused("snapshot 1, calls -3") == "snapshot, column 19: found '-3', expected zero or more");
  CHECK(refused("snapshot 1, reopens 65536") == "snapshot, column 21: found '65536', expected a number in [0, 65535]");
  CHECK(refused("snapshot 1, name pay") == "snapshot, column 18: found 'pay', expected a text in quotes");
  CHECK(refused("snapshot 1, name \"pay") ==
        "snapshot, column 18: found '\"pay', expected a text in quotes, which end");
  CHECK(refused("snapshot 1, name \"\\q\"") ==
        "snapshot, column 20: found 'q\"', expected a quote, a backslash or an x behind the backslash");
  CHECK(refused("snapshot 1, name \"\\x1\"") == "snapshot, column 21: found '1\"', expected two hexadecimal digits");
  CHECK(refused("snapshot 1, slow 2s") == "snapshot, column 18: found '2s', expected '{'");
  CHECK(refused("snapshot 1, slow {2s 3}") == "snapshot, column 22: found '3}', expected ':'");
  CHECK(refused("snapshot 1, slow {1s: 1, 2s: 2, 3s: 3, 4s: 4, 5s: 5}")
            .ends_with("expected '}', since a breaker has at most four thresholds"));
  CHECK(refused("snapshot 1, in_state 3")
            .ends_with("expected a duration in whole nanoseconds, such as 250ms, 1.5s, 2min or 1h"));
  CHECK(
      refused("snapshot 1, colour 3") ==
      "snapshot, column 13: found 'colour 3', expected one of name, state, in_state, reopens, remaining, calls, "
      "failures, duration, slow, window_span, streak, reason, window, tracker, tripper, retry, permit, slow_threshold");
  CHECK(refused(std::string(65'537, ' ')) == "snapshot: 65537 characters are not in [0, 65536]");
}

TEST_CASE("a text that is cut or changed anywhere is read, or refused") {
  std::mt19937_64 random{2};
  for (int i = 0; i != 300; ++i) {
    const std::string text = to_string(random_snapshot(random));
    for (int change = 0; change != 20; ++change) {
      std::string other = text.substr(0, static_cast<std::size_t>(random() % (text.size() + 1)));
      if (!other.empty() && random() % 2 == 0) {
        other[static_cast<std::size_t>(random() % other.size())] = static_cast<char>(random() % 256);
      }
      CAPTURE(other);
#if defined(__cpp_exceptions)
      const std::string words = refused(other);
      CHECK((words == "accepted" || words.starts_with("snapshot")));
#endif
    }
  }
}
