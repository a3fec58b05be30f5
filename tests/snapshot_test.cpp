// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What a snapshot holds, and how a breaker goes on that begins with one.

#include <fluxgate/snapshot.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/testing.hpp>
#include <fluxgate/text/text_config.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace breakers;

constexpr nanoseconds most = nanoseconds::max();

auto config(const ManualEnvironment& env) {
  return Config{.name = "payment",
                .window = CountWindow{10},
                .tripper = MinRequests{4} & FailureRate{0.5},
                .retry = Cooldown{60s},
                .environment = env};
}
auto timed(const ManualEnvironment& env, TimeWindow window = TimeWindow{10s, 1s}) {
  return Config{.name = "payment", .window = window, .tripper = Manual{}, .environment = env};
}

/// A snapshot of a closed breaker with these counts.
Snapshot closed(std::uint64_t total, std::uint64_t failures, nanoseconds duration = {}, nanoseconds in_state = 1h) {
  Snapshot snapshot;
  snapshot.name = "payment";
  snapshot.in_state = in_state;
  snapshot.metrics = Metrics{total, failures, duration};
  return snapshot;
}

/// A call of this length, which ends so.
template <class Breaker>
void call(Breaker& breaker, ManualEnvironment env, nanoseconds duration, bool failed = false) {
  auto admission = breaker.try_acquire();
  env.advance(duration);
  failed ? admission.failure() : admission.success();
}

}  // namespace

TEST_CASE("a snapshot says what info() says, how long ago the state began, and how long it will last") {
  ManualEnvironment env;
  CircuitBreaker breaker{config(env)};
  fail(breaker, 3);
  env.advance(7s);
  const Snapshot young = breaker.snapshot();
  CHECK(young.name == "payment");
  CHECK(young.state == State::closed);
  CHECK(young.in_state == 7s);
  CHECK(young.metrics == breaker.info().metrics);
  CHECK(young.metrics.failure_count() == 3);
  CHECK_FALSE(young.remaining.has_value());
  CHECK(young.window_span == 0s);
  CHECK(young.policies == breaker.describe());

  fail(breaker);
  env.advance(20s);
  const Snapshot open = breaker.snapshot();
  CHECK(open.state == State::open);
  CHECK(open.in_state == 20s);
  CHECK(open.remaining == nanoseconds{40s});
  CHECK(open.reopens == 0);
  CHECK(open == breaker.snapshot());
  CHECK_FALSE(open == young);
}

TEST_CASE("a snapshot has the streak that the tripper sees") {
  const ManualEnvironment env;
  CircuitBreaker breaker{Config{.tripper = FailureStreak{5}, .environment = env}};
  fail(breaker, 3);
  CHECK(breaker.snapshot().consecutive_failures == 3);
  CircuitBreaker other{Config{.tripper = FailureStreak{5}, .environment = env}, restore(breaker.snapshot())};
  fail(other);
  CHECK(other.state() == State::closed);
  fail(other);
  CHECK(other.state() == State::open);
}

TEST_CASE("a streak in a snapshot is as long as a breaker can count") {
  const ManualEnvironment env;
  Snapshot snapshot = closed(10, 10);
  snapshot.consecutive_failures = std::numeric_limits<std::uint64_t>::max();
  CircuitBreaker breaker{Config{.tripper = FailureStreak{30'000}, .environment = env}, restore(snapshot)};
  CHECK(breaker.snapshot().consecutive_failures == 65'535);
  fail(breaker);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("a snapshot names the span of a TimeWindow") {
  CircuitBreaker breaker{Config{.window = TimeWindow{10s, 100ms}}};
  CHECK(breaker.snapshot().window_span == 10s);
}

TEST_CASE("an opening lasts for the rest of its time, less the age of the snapshot") {
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  fail(first, 4);
  env.advance(20s);
  ManualEnvironment later{std::chrono::steady_clock::time_point{5h}};
  CircuitBreaker second{config(later), restore(first.snapshot(), 10s)};
  CHECK(second.state() == State::open);
  CHECK(second.info().retry_after == nanoseconds{30s});
  CHECK(second.info().changed_at == later.wall_now() - 30s);
  CHECK_FALSE(second.would_admit());
  later.advance(30s - 1us);
  CHECK(rejection_of(second).retry_after == nanoseconds{1us});
  later.advance(1us);
  CHECK(second.would_admit());
  succeed(second);
  CHECK(second.state() == State::half_open);
}

TEST_CASE("an opening that has ended by age is due at the next call") {
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  fail(first, 4);
  env.advance(1ns);
  for (const nanoseconds age : {60s - 1ns, nanoseconds{60s}, nanoseconds{90s}, nanoseconds{100h}, most}) {
    CAPTURE(age.count());
    Journal journal;
    auto given = config(env);
    given.listeners = {journal};
    CircuitBreaker second{std::move(given), restore(first.snapshot(), age)};
    CHECK(second.state() == State::open);
    CHECK(second.info().retry_after == nanoseconds{0});
    CHECK(second.would_admit());
    CHECK(journal.signals().empty());
    succeed(second);
    CHECK(second.state() == State::half_open);
    REQUIRE(journal.signals().size() == 1);
    CHECK(journal.signals()[0].reason == "retry due after 60s");
    CHECK(journal.signals()[0].sequence == 1);
  }
}

TEST_CASE("an opening without end has none after restore either") {
  ManualEnvironment env;
  const auto never = [&] { return Config{.tripper = FailureStreak{1}, .retry = Never{}, .environment = env}; };
  CircuitBreaker first{never()};
  fail(first);
  CHECK_FALSE(first.snapshot().remaining.has_value());
  CircuitBreaker second{config(env), restore(first.snapshot(), 100h)};
  env.advance(100h);
  CHECK_FALSE(admits(second));
  CHECK_FALSE(second.info().retry_after.has_value());
}

TEST_CASE("reopens go on: the next opening waits as long as it would have") {
  ManualEnvironment env;
  const auto backing_off = [&] {
    return Config{.tripper = FailureStreak{1}, .retry = Backoff{1s, 2.0, 1h}, .permit = AllowAll{}, .environment = env};
  };
  CircuitBreaker first{backing_off()};
  fail(first);
  for (int i = 0; i != 3; ++i) {
    env.advance(*first.info().retry_after);
    fail(first);
  }
  CHECK(first.info().retry_after == nanoseconds{8s});
  CircuitBreaker second{backing_off(), restore(first.snapshot())};
  CHECK(second.info().reopens == 3);
  CHECK(second.info().retry_after == nanoseconds{8s});
  env.advance(8s);
  fail(second);
  CHECK(second.info().reopens == 4);
  CHECK(second.info().retry_after == nanoseconds{16s});
}

TEST_CASE("an override goes on with its reason and for the rest of its time") {
  for (const State state : {State::forced_open, State::disabled, State::metrics_only}) {
    CAPTURE(to_string(state));
    ManualEnvironment env;
    CircuitBreaker first{config(env)};
    const Override given{.reason = "INC-42: \"why\"", .lasting = 10min};
    if (state == State::forced_open) first.force_open(given);
    if (state == State::disabled) first.disable(given);
    if (state == State::metrics_only) first.metrics_only(given);
    env.advance(1min);
    CircuitBreaker second{config(env), restore(first.snapshot(), 2min)};
    const Info info = second.info();
    CHECK(info.state == state);
    CHECK(info.reason == "INC-42: \"why\"");
    CHECK(info.override_ends_after == nanoseconds{7min});
    CHECK(info.changed_at == env.wall_now() - 3min);
    env.advance(7min - 1us);
    (void)admits(second);
    CHECK(second.state() == state);
    env.advance(1us);
    succeed(second);
    CHECK(second.state() == (state == State::forced_open ? State::half_open : State::closed));
    CHECK(second.info().reason.empty());
  }
}

TEST_CASE("an override until the next command lasts until the next command") {
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  first.force_open();
  CircuitBreaker second{config(env), restore(first.snapshot(), 100h)};
  env.advance(1000h);
  CHECK_FALSE(admits(second));
  CHECK_FALSE(second.info().override_ends_after.has_value());
  second.reset();
  CHECK(admits(second));
}

TEST_CASE("METRICS_ONLY keeps its counts, and a reset forgets them") {
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  first.metrics_only();
  fail(first, 6);
  CircuitBreaker second{config(env), restore(first.snapshot())};
  CHECK(counted(second) == "6/6");
  fail(second);
  CHECK(counted(second) == "7/7");
  CHECK(second.state() == State::metrics_only);
  second.reset();
  CHECK(counted(second) == "0/0");
}

TEST_CASE("HALF_OPEN begins anew: no outcomes, all places free, and a ramp at its beginning") {
  ManualEnvironment env;
  const auto probing = [&] {
    return Config{.tripper = FailureStreak{3}, .retry = Cooldown{1s}, .permit = Probes{3, 30s}, .environment = env};
  };
  CircuitBreaker first{probing()};
  fail(first, 3);
  env.advance(1s);
  succeed(first, 2);
  CHECK(first.state() == State::half_open);
  CHECK(counted(first) == "2/0");
  CircuitBreaker second{probing(), restore(first.snapshot(), 1h)};
  CHECK(second.state() == State::half_open);
  CHECK(counted(second) == "0/0");
  CHECK(second.info().changed_at == env.wall_now());
  succeed(second, 2);
  CHECK(second.state() == State::half_open);
  succeed(second);
  CHECK(second.state() == State::closed);

  const auto ramping = [&] {
    return Config{.tripper = (HalfOpened{} & FailureRate{0.5}) | (Closed{} & FailureStreak{3}),
                  .permit = RampUp{0.1, 1.0, 100s},
                  .environment = env};
  };
  CircuitBreaker third{ramping(), restore(first.snapshot(), 1h)};
  env.set_uniform(0.2);
  CHECK_FALSE(admits(third));
  env.advance(20s);
  CHECK(admits(third));
}

TEST_CASE("counts go on: the outcome that would have tripped trips") {
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  succeed(first, 3);
  fail(first, 2);
  CircuitBreaker second{config(env), restore(first.snapshot())};
  CHECK(counted(second) == "5/2");
  fail(second);
  CHECK(second.state() == State::open);
}

TEST_CASE("restored calls are the oldest of a count window, failures evenly among them") {
  ManualEnvironment env;
  for (const unsigned size : {1U, 2U, 3U, 7U, 10U, 100U}) {
    for (unsigned failures = 0; failures <= size; ++failures) {
      CAPTURE(size, failures);
      CircuitBreaker breaker{Config{.window = CountWindow{size}, .tripper = Manual{}, .environment = env},
                             restore(closed(size, failures))};
      CHECK(total(breaker) == size);
      CHECK(breaker.info().metrics.failure_count() == failures);
      for (unsigned gone = 1; gone <= size; ++gone) {
        CAPTURE(gone);
        succeed(breaker);
        CHECK(total(breaker) == size);
        // As many as there would be if each of them were gone at its share, to a call.
        const double left = static_cast<double>(failures) * (size - gone) / size;
        const auto still = static_cast<double>(breaker.info().metrics.failure_count());
        CHECK(std::abs(still - left) < 1.0);
      }
      CHECK(breaker.info().metrics.failure_count() == 0);
    }
  }
}

TEST_CASE("a window that is not full fills up before it forgets a restored call") {
  ManualEnvironment env;
  CircuitBreaker breaker{config(env), restore(closed(6, 1))};
  succeed(breaker, 4);
  CHECK(counted(breaker) == "10/1");
  succeed(breaker);
  CHECK(counted(breaker) == "10/0");
}

TEST_CASE("a smaller count window gets the same shares, and loses no evidence") {
  const ManualEnvironment env;
  struct Case {
    std::uint64_t total, failures;
    unsigned size;
    std::uint64_t left;
  };
  for (const Case& c :
       {Case{100, 50, 10, 5}, Case{100, 1, 10, 1}, Case{100, 99, 10, 9}, Case{100, 100, 10, 10}, Case{100, 0, 10, 0},
        Case{1'000'000'000'000'000'000, 300'000'000'000'000'000, 10, 3}, Case{2, 1, 1, 1}, Case{30'000, 1, 2, 1}}) {
    CAPTURE(c.total, c.failures, c.size);
    CircuitBreaker breaker{Config{.window = CountWindow{c.size}, .tripper = Manual{}, .environment = env},
                           restore(closed(c.total, c.failures))};
    CHECK(total(breaker) == c.size);
    CHECK(breaker.info().metrics.failure_count() == c.left);
    succeed(breaker, static_cast<int>(c.size));
    CHECK(breaker.info().metrics.failure_count() == 0);
  }
}

TEST_CASE("a larger count window gets the calls that there were") {
  const ManualEnvironment env;
  CircuitBreaker breaker{Config{.window = CountWindow{100}, .environment = env}, restore(closed(10, 3))};
  CHECK(counted(breaker) == "10/3");
  succeed(breaker, 90);
  CHECK(counted(breaker) == "100/3");
}

TEST_CASE("durations keep their average, and leave no rest when their calls are gone") {
  ManualEnvironment env;
  const auto averaging = [&](unsigned size) {
    return Config{.window = CountWindow{size}, .tripper = MinRequests{1} & AvgLatency{1h}, .environment = env};
  };
  CircuitBreaker first{averaging(10)};
  for (const auto duration : {1us, 7us, 1000us}) call(first, env, duration);
  CircuitBreaker second{averaging(10), restore(first.snapshot())};
  CHECK(second.info().metrics.total_duration() == 1008us);
  succeed(second, 10);
  CHECK(second.info().metrics.total_duration() == 0us);
  CircuitBreaker small{averaging(2), restore(first.snapshot())};
  CHECK(small.info().metrics.avg_duration() == nanoseconds{336us});
  succeed(small, 2);
  CHECK(small.info().metrics.total_duration() == 0us);
}

TEST_CASE("durations that do not fit become the longest that do") {
  const ManualEnvironment env;
  for (const std::uint64_t calls : {1U, 2U, 10U, 1'000'000U}) {
    CAPTURE(calls);
    const auto tripper = MinRequests{10} & AvgLatency{4294s};
    const Snapshot snapshot = closed(calls, 0, most);
    CircuitBreaker counting{Config{.window = CountWindow{10}, .tripper = tripper, .environment = env},
                            restore(snapshot)};
    CHECK(counting.info().metrics.avg_duration() == nanoseconds{4'294'967'295'000});
    succeed(counting, 10);
    CHECK(counting.info().metrics.total_duration() == 0us);
    CircuitBreaker timing{Config{.window = TimeWindow{10s}, .tripper = tripper, .environment = env}, restore(snapshot)};
    CHECK(timing.info().metrics.total_duration() > 70'000h);
  }
}

TEST_CASE("slow calls count for the thresholds that both breakers have") {
  ManualEnvironment env;
  CircuitBreaker first{Config{
      .tripper = MinRequests{50} & SlowRate{0.9, 1s} & SlowRate{0.9, 2s}, .slow_threshold = 500ms, .environment = env}};
  for (const auto duration : {600ms, 1100ms, 2500ms, 100ms}) call(first, env, duration);
  CircuitBreaker second{Config{.window = CountWindow{4},
                               .tripper = MinRequests{4} & SlowRate{0.9, 2s} & SlowRate{0.9, 3s},
                               .slow_threshold = 1s,
                               .environment = env},
                        restore(first.snapshot())};
  const Metrics metrics = second.info().metrics;
  CHECK(metrics.slow_count() == 2);
  CHECK(metrics.slow_count(1s) == 2);
  CHECK(metrics.slow_count(2s) == 1);
  CHECK(metrics.slow_count(3s) == 0);
  succeed(second, 4);
  CHECK(second.info().metrics.slow_count() == 0);
  CHECK(second.info().metrics.slow_count(2s) == 0);
}

TEST_CASE("a tripper that is true when its breaker begins is asked at the next outcome") {
  const ManualEnvironment env;
  const auto full = [&] {
    return Config{.window = CountWindow{10}, .tripper = MinRequests{4} & FailureRate{0.5}, .environment = env};
  };
  CircuitBreaker failing{full(), restore(closed(10, 8))};
  CHECK(failing.state() == State::closed);
  fail(failing);
  CHECK(failing.state() == State::open);
  CircuitBreaker succeeding{full(), restore(closed(10, 8))};
  succeed(succeeding);
  CHECK(succeeding.state() == State::open);
  CircuitBreaker timing{
      Config{.window = TimeWindow{10s}, .tripper = MinRequests{4} & FailureRate{0.5}, .environment = env},
      restore(closed(10, 8))};
  succeed(timing);
  CHECK(timing.state() == State::open);
  Snapshot slow = closed(10, 0);
  slow.metrics = Metrics{10, 0, {}, {SlowCount{1s, 9}}};
  CircuitBreaker slowly{
      Config{.window = CountWindow{10}, .tripper = MinRequests{4} & SlowRate{0.5, 1s}, .environment = env},
      restore(slow)};
  succeed(slowly);
  CHECK(slowly.state() == State::open);
}

TEST_CASE("it is asked at a next outcome that is like all of those before, too") {
  const ManualEnvironment env;
  const auto begin = [&](auto window, auto rule, const Snapshot& snapshot) {
    return CircuitBreaker{
        Config{.window = window, .tripper = MinRequests{4} & rule, .environment = env, .as_written = true},
        restore(snapshot)};
  };
  Snapshot slow = closed(10, 0, 20s);
  slow.metrics = Metrics{10, 0, 20s, {SlowCount{1s, 10}}};
  const auto check = [&](auto window) {
    auto failing = begin(window, FailureRate{0.5}, closed(10, 10));
    fail(failing);
    CHECK(failing.state() == State::open);
    auto slowly = begin(window, SlowRate{0.5, 1s}, slow);
    call(slowly, env, 2s);
    CHECK(slowly.state() == State::open);
    auto lasting = begin(window, AvgLatency{1s}, slow);
    call(lasting, env, 2s);
    CHECK(lasting.state() == State::open);
  };
  check(CountWindow{10});
  check(TimeWindow{1h});
}

TEST_CASE("a healthy window is healthy after restore, too: the next failure is counted") {
  const ManualEnvironment env;
  CircuitBreaker breaker{config(env), restore(closed(10, 0))};
  succeed(breaker, 20);
  CHECK(counted(breaker) == "10/0");
  fail(breaker);
  CHECK(counted(breaker) == "10/1");
}

TEST_CASE("the calls of a time window leave bucket by bucket, as they would have") {
  for (const int age : {0, 1, 3, 9, 10, 11, 1000}) {
    CAPTURE(age);
    ManualEnvironment env{std::chrono::steady_clock::time_point{1234s + 567ms}};
    CircuitBreaker first{timed(env)};
    for (int second = 0; second != 10; ++second) {
      if (second != 0) env.advance(1s);
      succeed(first, 3);
      fail(first, 2);
    }
    CHECK(counted(first) == "50/20");
    const Snapshot snapshot = first.snapshot();
    env.advance(std::chrono::seconds{age});
    CircuitBreaker second{timed(env), restore(snapshot, std::chrono::seconds{age})};
    for (int step = 0; step != 12; ++step) {
      CAPTURE(step);
      CHECK(counted(second) == counted(first));
      env.advance(1s);
    }
  }
}

TEST_CASE("calls of a young state lie as far back as that reaches") {
  ManualEnvironment env;
  CircuitBreaker breaker{timed(env), restore(closed(10, 4, {}, 2s))};
  env.advance(8s);
  CHECK(counted(breaker) == "7/3");  // of three buckets, since the last one has begun at this moment
  env.advance(1s);
  CHECK(counted(breaker) == "3/1");
  env.advance(1s);
  CHECK(counted(breaker) == "0/0");
  CircuitBreaker newborn{timed(env), restore(closed(10, 4, {}, 0s))};
  CHECK(counted(newborn) == "10/4");
  env.advance(9s);
  CHECK(counted(newborn) == "10/4");
  env.advance(1s);
  CHECK(counted(newborn) == "0/0");
}

TEST_CASE("billions of calls are added by the bucket") {
  ManualEnvironment env;
  constexpr std::uint64_t many = 4'000'000'000;
  Snapshot snapshot = closed(many, many / 4, 1h);
  snapshot.window_span = 10s;
  CircuitBreaker breaker{timed(env), restore(snapshot)};
  CHECK(total(breaker) == many);
  CHECK(breaker.info().metrics.failure_count() == many / 4);
  env.advance(5s);
  CHECK(total(breaker) == many / 2);
  CHECK(breaker.info().metrics.failure_count() == many / 8);
  fail(breaker);
  CHECK(total(breaker) == many / 2 + 1);
  Snapshot huge = closed(std::uint64_t{1} << 62U, std::uint64_t{1} << 62U, most);
  CircuitBreaker filled{timed(env, TimeWindow{3600s, 1s}), restore(huge)};
  CHECK(filled.info().metrics.failure_rate() == 1.0);
}

TEST_CASE("a time window of another span or bucket has what would lie in its span") {
  ManualEnvironment env;
  Snapshot snapshot = closed(100, 50);
  snapshot.window_span = 10s;
  CircuitBreaker shorter{timed(env, TimeWindow{5s, 1s}), restore(snapshot)};
  CHECK(counted(shorter) == "50/25");
  CircuitBreaker longer{timed(env, TimeWindow{60s, 1s}), restore(snapshot)};
  CHECK(counted(longer) == "100/50");
  CircuitBreaker finer{timed(env, TimeWindow{10s, 100ms}), restore(snapshot)};
  CHECK(counted(finer) == "100/50");
  CircuitBreaker coarser{timed(env, TimeWindow{100s, 20s}), restore(snapshot)};
  CHECK(counted(coarser) == "100/50");
  env.advance(5s);
  CHECK(counted(finer) == "50/25");
  CHECK(counted(longer) == "100/50");
  env.advance(50s);
  CHECK(counted(longer) == "50/25");
  CircuitBreaker aged{timed(env, TimeWindow{60s, 1s}), restore(snapshot, 55s)};
  CHECK(counted(aged) == "50/25");
  CHECK(counted(longer) == counted(aged));
  snapshot.window_span = most;
  snapshot.in_state = most;
  CircuitBreaker of_ages{timed(env, TimeWindow{5ms, 1ms}), restore(snapshot)};
  CHECK(total(of_ages) <= 1);
}

TEST_CASE("a window of calls begins a window of time, and the other way round") {
  ManualEnvironment env;
  CircuitBreaker counting{config(env)};
  fail(counting, 3);
  env.advance(1h);
  CircuitBreaker timing{timed(env), restore(counting.snapshot())};
  CHECK(counted(timing) == "3/3");
  CircuitBreaker again{config(env), restore(timing.snapshot())};
  CHECK(counted(again) == "3/3");
  env.advance(10s);
  CHECK(counted(timing) == "0/0");
}

TEST_CASE("no listener hears of a restore, and one that is attached sees the restored state") {
  struct Attached {
    std::vector<Info>* seen;
    std::vector<Signal>* heard;
    void attach(const Info& info) { seen->push_back(info); }
    void operator()(const Signal& signal) const { heard->push_back(signal); }
  };
  std::vector<Info> seen;
  std::vector<Signal> heard;
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  first.force_open(Override{.reason = "INC-42"});
  auto given = config(env);
  given.listeners = {Attached{&seen, &heard}};
  CircuitBreaker second{std::move(given), restore(first.snapshot(), 5s)};
  CHECK(heard.empty());
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].state == State::forced_open);
  CHECK(seen[0].reason == "INC-42");
  CHECK(seen[0].changed_at == env.wall_now() - 5s);
  second.reset();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].old_state == State::forced_open);
  CHECK(heard[0].sequence == 1);
}

TEST_CASE("a restored breaker's snapshot is the one that it began with") {
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  const auto check = [&](const Snapshot& snapshot) {
    CircuitBreaker second{config(env), restore(snapshot)};
    CHECK(second.snapshot() == snapshot);
  };
  check(first.snapshot());
  succeed(first, 4);
  fail(first, 3);
  env.advance(17s);
  check(first.snapshot());
  fail(first);
  env.advance(17s);
  REQUIRE(first.state() == State::open);
  check(first.snapshot());
  first.force_open(Override{.reason = "INC-42", .lasting = 1h});
  env.advance(17s);
  check(first.snapshot());
  first.disable();
  check(first.snapshot());
}

TEST_CASE("times at their limits saturate") {
  using Clock = std::chrono::steady_clock::time_point;
  for (const nanoseconds start : {nanoseconds::min(), nanoseconds{0}, most - 1h}) {
    for (const State state : {State::closed, State::open, State::half_open, State::metrics_only, State::forced_open}) {
      for (const nanoseconds time : {nanoseconds{0}, nanoseconds{1}, most - 1ns, most}) {
        CAPTURE(start.count(), to_string(state), time.count());
        ManualEnvironment env{Clock{start}};
        Snapshot snapshot = closed(100, 50, time, time);
        snapshot.state = state;
        snapshot.remaining = time;
        snapshot.window_span = time;
        CircuitBreaker counting{config(env), restore(snapshot, time)};
        CircuitBreaker timing{timed(env), restore(snapshot, time)};
        CHECK(counting.state() == state);
        CHECK(timing.snapshot().in_state >= 0s);
        // What lasts for longer than it has lasted by now lasts; what is over is over.
        if (state == State::open) CHECK(counting.info().retry_after.value_or(most) == nanoseconds{0});
        if (state == State::open) CHECK(admits(counting));
        (void)admits(timing);
      }
    }
  }
}

TEST_CASE("what no breaker can have been in is refused with its name, the value and the range") {
  const Snapshot sound = closed(10, 5);
  const auto refused = [](const Snapshot& snapshot, nanoseconds age = {}) {
    return refusal([&] { (void)restore(snapshot, age); });
  };
  CHECK(refused(sound) == "accepted");
  CHECK(refused(sound, -1s) == "circuit breaker 'payment': restore: age -1s is not in [0s, 292 years]");
  const auto with = [&](auto change) {
    Snapshot snapshot = sound;
    change(snapshot);
    return refused(snapshot);
  };
  const std::string start = "circuit breaker 'payment': restore: ";
  CHECK(with([](Snapshot& s) { s.state = static_cast<State>(6); }) == start + "state 6 is not in [0, 5]");
  CHECK(with([](Snapshot& s) { s.in_state = -1ms; }) == start + "in_state -1ms is not in [0s, 292 years]");
  CHECK(with([](Snapshot& s) { s.reopens = 65'536; }) == start + "reopens 65536 is not in [0, 65535]");
  CHECK(with([](Snapshot& s) { s.remaining = -1ns; }) == start + "remaining -1ns is not in [0s, 292 years]");
  CHECK(with([](Snapshot& s) { s.metrics = Metrics{10, 11}; }) == start + "failure_count 11 is not in [0, 10]");
  CHECK(with([](Snapshot& s) { s.metrics = Metrics{(std::uint64_t{1} << 62U) + 1, 0}; }) ==
        start + "total_count 4611686018427387905 is not in [0, 4611686018427387904]");
  CHECK(with([](Snapshot& s) { s.metrics = Metrics{10, 1, -1s}; }) ==
        start + "total_duration -1s is not in [0s, 292 years]");
  CHECK(with([](Snapshot& s) { s.metrics = Metrics{10, 1, 1s, {SlowCount{1s, 11}}}; }) ==
        start + "slow count 11 is not in [0, 10]");
  CHECK(with([](Snapshot& s) { s.metrics = Metrics{10, 1, 1s, {SlowCount{-1s, 1}}}; }) ==
        start + "slow threshold -1s is not in [0s, 292 years]");
  CHECK(with([](Snapshot& s) { s.window_span = -1s; }) == start + "window_span -1s is not in [0s, 292 years]");
  CHECK(with([](Snapshot& s) { s.reason = std::string(129, 'x'); }) ==
        start + "bytes of the reason: 129 is not in [0, 128]");
  CHECK(with([](Snapshot& s) { s.reason = std::string("a\0b", 3); }) == start + "reason has a NUL; it must have none");
}

TEST_CASE("an AsyncCircuitBreaker has a snapshot and begins with one") {
  ManualEnvironment env;
  AsyncCircuitBreaker first{config(env)};
  for (int i = 0; i != 4; ++i) first.try_acquire().failure();
  AsyncCircuitBreaker second{config(env), restore(first.snapshot(), 10s)};
  CHECK(second.state() == State::open);
  CHECK(second.info().retry_after == nanoseconds{50s});
  CHECK(second.describe() == first.describe());
}

TEST_CASE("a breaker from text begins with a snapshot") {
  ManualEnvironment env;
  CircuitBreaker first{config(env)};
  for (int i = 0; i != 4; ++i) first.try_acquire().failure();
  const auto begin = [&](nanoseconds age) {
    return AnyCircuitBreaker{TextConfig{.name = "payment",
                                        .window = "CountWindow{20}",
                                        .tripper = "MinRequests{3} & FailureRate{0.5}",
                                        .retry = "Cooldown{5min}",
                                        .environment = env},
                             restore(first.snapshot(), age)};
  };
  CHECK(begin(10s).info().retry_after == nanoseconds{50s});
  CHECK(refusal([&] { begin(-1s); }) == "circuit breaker 'payment': restore: age -1s is not in [0s, 292 years]");

  first.reset();
  for (int i = 0; i != 2; ++i) first.try_acquire().failure();
  auto second = begin(0s);
  CHECK(second.info().metrics == Metrics{2, 2});
  second.try_acquire().failure();
  CHECK(second.state() == State::open);
}

TEST_CASE("snapshots beside calls and transitions are each of one moment") {
  // Each failure opens, the next call tests and closes: the counts say which state they are of.
  const auto flapping = [] {
    return Config{.window = CountWindow{64},
                  .tripper = (Closed{} & MinRequests{8} & FailureRate{1.0}) | (HalfOpened{} & FailureStreak{1}),
                  .retry = Always{},
                  .permit = AllowAll{}};
  };
  CircuitBreaker breaker{flapping()};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i != 2; ++i) {
    threads.emplace_back([&] {
      while (!stop.load(std::memory_order_relaxed)) {
        for (int k = 0; k != 8; ++k) breaker.try_acquire().failure();
        breaker.try_acquire().success();
      }
    });
  }
  threads.emplace_back([&] {
    while (!stop.load(std::memory_order_relaxed)) {
      breaker.force_open(Override{.reason = "INC-42", .lasting = 1h, .notify = Notify::no});
      breaker.reset(Notify::no);
    }
  });
  std::array<bool, 3> sound{};
  for (bool& ok : sound) {
    threads.emplace_back([&] {
      bool all = true;
      for (int i = 0; i != 2'000; ++i) {
        const Snapshot snapshot = breaker.snapshot();
        const bool refuses = snapshot.state == State::open || snapshot.state == State::forced_open;
        all = all && snapshot.metrics.failure_count() <= snapshot.metrics.total_count();
        all = all && (!refuses || snapshot.metrics.total_count() == 0);
        all = all && (snapshot.reason.empty() || snapshot.state == State::forced_open);
        all = all && snapshot.in_state >= 0s && (refuses || !snapshot.remaining.has_value());
        const CircuitBreaker other{flapping(), restore(snapshot)};
        all = all && other.state() == snapshot.state;
      }
      ok = all;
    });
  }
  for (std::size_t i = 3; i != threads.size(); ++i) threads[i].join();
  stop = true;
  for (std::size_t i = 0; i != 3; ++i) threads[i].join();
  for (const bool ok : sound) CHECK(ok);
}
