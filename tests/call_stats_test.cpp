// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/tasks.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

#if defined(__cpp_exceptions)
int stumble() { throw std::logic_error{"not a matter of the service"}; }
#else
Failed<std::logic_error> stumble() { return {std::logic_error{"not a matter of the service"}}; }
#endif

auto counting(ManualEnvironment env) {
  return Config{.tracker = TypeOf<std::runtime_error>{},
                .tripper = FailureStreak{2},
                .retry = Cooldown{10s},
                .permit = AllowAll{},
                .slow_threshold = 1s,
                .environment = env,
                .stats = CallStats{}};
}

template <class Breaker>
concept Counts = requires(const Breaker& breaker) { breaker.call_counts(); };

static_assert(Counts<CircuitBreaker<CountWindow, All, FailureRate, Cooldown, AllowAll, SystemEnvironment, CallStats>>);
static_assert(!Counts<CircuitBreaker<>> && !Counts<AsyncCircuitBreaker<>>);
struct OtherStats : CallStats {};
static_assert(Stats<CallStats> && Stats<NoStats> && !Stats<OtherStats> && !Stats<const CallStats>);
static_assert(sizeof(detail::CallCounter<detail::StdAtomics, NoStats>) == 1,
              "nothing is kept where nothing is counted");

}  // namespace

TEST_CASE("Counts what becomes of each call") {
  ManualEnvironment env;
  CircuitBreaker cb{counting(env)};
  CHECK(cb.call_counts() == CallCounts{});

  attempt(cb, succeed);
  attempt(cb, stumble);
  attempt(cb, fail);
  attempt(cb, fail);
  REQUIRE(cb.state() == State::open);
  attempt(cb, succeed);
  CHECK(cb.call_counts() ==
        CallCounts{.admitted = 4, .succeeded = 1, .failed = 2, .slow = 0, .ignored = 1, .refused = 1});
  CHECK(cb.call_counts().in_flight() == 0);
}

TEST_CASE("Counts go on through every transition") {
  ManualEnvironment env;
  CircuitBreaker cb{counting(env)};
  attempt(cb, succeed);
  cb.reset();
  attempt(cb, succeed);
  cb.metrics_only();
  attempt(cb, fail);
  cb.disable();
  attempt(cb, succeed);
  attempt(cb, fail);
  cb.force_open();
  attempt(cb, succeed);
  CHECK(cb.call_counts() ==
        CallCounts{.admitted = 5, .succeeded = 3, .failed = 2, .slow = 0, .ignored = 0, .refused = 1});
}

TEST_CASE("Counts a call that is under way as admitted, and its end once, however late") {
  ManualEnvironment env;
  CircuitBreaker cb{counting(env)};
  auto late = cb.try_acquire();
  auto lost = cb.try_acquire();
  CHECK(cb.call_counts().in_flight() == 2);
  cb.reset();
  late.failure();
  late.success();
  lost.ignore();
  CHECK(cb.call_counts() ==
        CallCounts{.admitted = 2, .succeeded = 0, .failed = 1, .slow = 0, .ignored = 1, .refused = 0});
  CHECK(cb.info().metrics.total_count() == 0);
}

TEST_CASE("Counts slow calls in every state, late ones too") {
  ManualEnvironment env;
  CircuitBreaker cb{counting(env)};
  const auto dawdle = [&] {
    env.advance(1s);
    return 0;
  };
  attempt(cb, dawdle);
  attempt(cb, [&] {
    env.advance(2s);
    return fail();
  });
  attempt(cb, [&] {
    env.advance(999ms);
    return 0;
  });
  cb.disable();
  attempt(cb, dawdle);
  attempt(cb, succeed);
  cb.reset();
  auto late = cb.try_acquire();
  auto late_and_fast = cb.try_acquire();
  cb.reset();
  late_and_fast.success();
  env.advance(1s);
  late.success();
  CHECK(cb.call_counts() ==
        CallCounts{.admitted = 7, .succeeded = 6, .failed = 1, .slow = 4, .ignored = 0, .refused = 0});
}

TEST_CASE("Counts a call in DISABLED as slow by its own duration, however late the clock") {
  ManualEnvironment env;
  env.advance(1h);
  CircuitBreaker cb{counting(env)};
  cb.disable();
  called(cb, [&] { env.advance(1s - 1ns); });
  CHECK(cb.call_counts().slow == 0);
  called(cb, [&] { env.advance(1s); });
  CHECK(cb.call_counts().slow == 1);
}

TEST_CASE("Counts without a slow threshold, over a time window, and calls that absorb nothing") {
  CircuitBreaker cb{Config{.window = TimeWindow{10s}, .stats = CallStats{}}};
  for (int i = 0; i != 3; ++i) attempt(cb, succeed);
  attempt(cb, fail);
  CHECK(cb.call_counts() ==
        CallCounts{.admitted = 4, .succeeded = 3, .failed = 1, .slow = 0, .ignored = 0, .refused = 0});
}

TEST_CASE("Counts the calls that a full and healthy window absorbs") {
  CircuitBreaker cb{
      Config{.window = CountWindow{2}, .tripper = MinRequests{2} & FailureRate{0.5}, .stats = CallStats{}}};
  for (int i = 0; i != 10; ++i) attempt(cb, succeed);
  CHECK(cb.call_counts().succeeded == 10);
  CHECK(cb.info().metrics.total_count() == 2);
}

TEST_CASE("Counts awaited calls, refused and abandoned ones too") {
  ManualEnvironment env;
  CircuitBreaker cb{counting(env)};
  AsyncCircuitBreaker async{cb};
  tasks::Event event;
  {
    const auto give = [&event]() -> tasks::Lazy<int> {
      co_await event;
      co_return 1;
    };
    const auto guarded_give = [&]() -> tasks::Lazy<int> { co_return co_await calling(async, give); };
    auto task = guarded_give();
    task.start();
    CHECK(async.call_counts().in_flight() == 1);
  }
  CHECK(async.call_counts() ==
        CallCounts{.admitted = 1, .succeeded = 0, .failed = 0, .slow = 0, .ignored = 1, .refused = 0});
}

TEST_CASE("Loses no count among threads, and never shows more calls ended than admitted") {
  CircuitBreaker cb{Config{.tripper = Manual{}, .stats = CallStats{}}};
  constexpr std::uint64_t threads = 4;
  constexpr std::uint64_t calls = 20000;
  std::vector<std::thread> callers;
  for (std::uint64_t t = 0; t != threads; ++t) {
    callers.emplace_back([&] {
      for (std::uint64_t i = 0; i != calls; ++i) {
        auto admission = cb.try_acquire();
        if (i % 3 == 0) {
          admission.success();
        } else if (i % 3 == 1) {
          admission.failure();
        }
      }
    });
  }
  bool overtaken = false;
  for (int i = 0; i != 1000; ++i) {
    const CallCounts counts = cb.call_counts();
    overtaken = overtaken || counts.admitted < counts.succeeded + counts.failed + counts.ignored;
  }
  for (std::thread& caller : callers) caller.join();
  CHECK_FALSE(overtaken);
  const CallCounts counts = cb.call_counts();
  CHECK(counts.admitted == threads * calls);
  CHECK(counts.succeeded == threads * ((calls + 2) / 3));
  CHECK(counts.failed == threads * ((calls + 1) / 3));
  CHECK(counts.in_flight() == 0);
}
