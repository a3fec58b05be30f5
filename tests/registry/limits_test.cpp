// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/registry/limits.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/registry.hpp>
#include <fluxgate/testing.hpp>

#include "../support/barrier.hpp"
#include "../support/catch.hpp"
#include "../support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

constexpr auto one = [] { return 1; };

/// Opens at the first failure; calls of a second are slow.
struct Fragile {
  ManualEnvironment env{};

  auto operator()(const std::string& key) const {
    return Config{.name = key,
                  .window = CountWindow{10},
                  .tripper = FailureStreak{1} & MinRequests{1},
                  .retry = Cooldown{60s},
                  .permit = Probes{1, 1h},
                  .slow_threshold = 1s,
                  .environment = env};
  }
};

/// Opens at the second failure in a row, and reopens at the first.
struct Sturdy {
  ManualEnvironment env{};

  auto operator()(const std::string& key) const {
    return Config{.name = key,
                  .window = CountWindow{4},
                  .tripper = FailureStreak{2} | (HalfOpened{} & FailureStreak{1}),
                  .retry = Cooldown{60s},
                  .permit = Probes{1, 1h},
                  .environment = env};
  }
};

template <class Registry>
void fail(Registry& peers, std::string_view key, int times = 1) {
  const auto handle = peers[key];
  for (int i = 0; i != times; ++i) handle->try_acquire().failure();
}
template <class Registry>
bool admits(Registry& peers, std::string_view key) {
  return peers.try_call(key, one).has_value();
}
template <class Registry>
void make_up_keys(Registry& peers, int count) {
  for (int i = 0; i != count; ++i) {
    CAPTURE(i);
    CHECK(admits(peers, "made up " + std::to_string(i)));
  }
}

template <class Registry>
std::size_t refusing(const Registry& peers) {
  const std::vector<Info> infos = peers.info();
  return static_cast<std::size_t>(std::count_if(infos.begin(), infos.end(), [](const Info& info) {
    return info.state == State::open || info.state == State::half_open || info.state == State::forced_open;
  }));
}

static_assert(Capacity{5}.count() == 5);
static_assert((Capacity{5} & IdleFor{1min}) == (IdleFor{60s} & Capacity{5}));
static_assert((Capacity{5} & IdleFor{1min} & AtMostOpen{0.5}).at_most_open()->share() == 0.5);
static_assert(!RegistryLimits{}.capacity() && !RegistryLimits{}.idle_for() && !RegistryLimits{}.at_most_open());

}  // namespace

TEST_CASE("limits refuse values outside their range") {
  CHECK(refusal([] { Capacity{0}; }) == "Capacity: count 0 is not in [1, 16777216]");
  CHECK(refusal([] { Capacity{-1}; }) == "Capacity: count -1 is not in [1, 16777216]");
  CHECK(refusal([] { Capacity{16'777'217}; }) == "Capacity: count 16777217 is not in [1, 16777216]");
  CHECK(refusal([] { Capacity{16'777'216}; }) == "accepted");
  CHECK(refusal([] { IdleFor{0s}; }) == "IdleFor: duration 0s is not in (0s, 292 years]");
  CHECK(refusal([] { AtMostOpen{0.0}; }) == "AtMostOpen: share 0 is not in (0, 1]");
  CHECK(refusal([] { AtMostOpen{1.5}; }) == "AtMostOpen: share 1.5 is not in (0, 1]");
  CHECK(refusal([] { AtMostOpen{1.0}; }) == "accepted");
}

TEST_CASE("a limit that is given twice is refused") {
  CHECK(refusal([] { static_cast<void>(Capacity{1} & Capacity{2}); }) == "Capacity is given twice");
  CHECK(refusal([] { static_cast<void>(IdleFor{1s} & Capacity{2} & IdleFor{1s}); }) == "IdleFor is given twice");
  CHECK(refusal([] { CircuitBreakerRegistry{Fragile{}, AtMostOpen{0.5}, AtMostOpen{0.5}}; }) ==
        "AtMostOpen is given twice");
}

// Capacity

TEST_CASE("a registry keeps no more breakers than its capacity") {
  CircuitBreakerRegistry peers{Fragile{}, Capacity{10}};
  make_up_keys(peers, 1000);
  CHECK(peers.size() == 10);
  const RegistryCounts counts = peers.counts();
  CHECK(counts.added == counts.evicted + 10);
  CHECK(counts.added + counts.not_kept == 1000);
  CHECK(counts.erased == 0);
}

TEST_CASE("made-up keys push out neither an open breaker nor one with a failure in its window") {
  CircuitBreakerRegistry peers{Sturdy{}, Capacity{10}};
  fail(peers, "open", 2);
  fail(peers, "troubled");
  peers["disabled"]->disable();
  peers["forced"]->force_open();
  make_up_keys(peers, 1000);
  CHECK(peers.find("open")->state() == State::open);
  CHECK(peers.find("troubled")->info().metrics.failure_count() == 1);
  CHECK(peers.find("disabled")->state() == State::disabled);
  CHECK(peers.find("forced")->state() == State::forced_open);
  CHECK(peers.size() == 10);
  CHECK(peers.counts().not_kept == 0);
}

TEST_CASE("a breaker with a slow call in its window is not pushed out") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory, Capacity{2}};
  CHECK(peers.try_call("slow", [&] { factory.env.advance(2s); }).has_value());
  REQUIRE(peers["slow"]->state() == State::closed);
  make_up_keys(peers, 100);
  CHECK(peers.find("slow")->info().metrics.slow_count() == 1);
}

TEST_CASE("a breaker that has forgotten its failures may go") {
  CircuitBreakerRegistry peers{Sturdy{}, Capacity{2}};
  fail(peers, "a");
  for (int i = 0; i != 4; ++i) {
    CAPTURE(i);
    CHECK(admits(peers, "a"));
  }  // the window holds four
  make_up_keys(peers, 100);
  CHECK_FALSE(peers.find("a"));
}

TEST_CASE("a key that finds no room gets a breaker that lets through and is not kept") {
  CircuitBreakerRegistry peers{Fragile{}, Capacity{2}};
  fail(peers, "a");
  fail(peers, "b");
  const auto handle = peers["c"];
  CHECK(handle->state() == State::closed);
  CHECK(peers["c"] != handle);
  CHECK_FALSE(peers.find("c"));
  CHECK(admits(peers, "c"));
  fail(peers, "c");
  CHECK(admits(peers, "c"));
  CHECK(peers.size() == 2);
  CHECK(peers.counts().not_kept == 5);
  CHECK_FALSE(admits(peers, "a"));
}

TEST_CASE("a breaker with a handle is not evicted") {
  CircuitBreakerRegistry peers{Fragile{}, Capacity{3}};
  const auto handle = peers["held"];
  make_up_keys(peers, 100);
  CHECK(peers.find("held") == handle);
}

TEST_CASE("a breaker is not evicted during a call of it") {
  CircuitBreakerRegistry peers{Fragile{}, Capacity{2}};
  CHECK(admits(peers, "in use"));
  const bool stayed = peers
                          .try_call("in use",
                                    [&] {
                                      make_up_keys(peers, 100);
                                      return static_cast<bool>(peers.find("in use"));
                                    })
                          .value();
  CHECK(stayed);
}

TEST_CASE("what is used stays longer than what is not") {
  CircuitBreakerRegistry peers{Fragile{}, Capacity{100}};
  const auto use = [&] {
    for (int i = 0; i != 20; ++i) {
      CAPTURE(i);
      CHECK(admits(peers, "peer " + std::to_string(i)));
    }
  };
  use();
  std::uint64_t made = peers.counts().added;
  for (int i = 0; i != 50; ++i) {
    CAPTURE(i);
    use();
    for (int k = 0; k != 20; ++k) {
      CAPTURE(k);
      CHECK(admits(peers, "once " + std::to_string(1000 * i + k)));
    }
  }
  use();
  CHECK(peers.counts().added + peers.counts().not_kept - made == 1000);  // no peer was made again
}

// IdleFor

TEST_CASE("a breaker that was not used for so long is evicted when a key comes") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory, IdleFor{10min}};
  const auto ask_for = [&](const std::string& name) {
    for (int i = 0; i != 20; ++i) static_cast<void>(peers[name + std::to_string(i)]);
  };
  CHECK(admits(peers, "old"));
  factory.env.advance(9min + 59s);
  ask_for("a");
  CHECK(peers.find("old"));  // which uses it
  ask_for("b");
  factory.env.advance(9min + 59s);
  ask_for("c");
  CHECK(peers.counts().evicted == 0);
  factory.env.advance(2s);
  CHECK(peers.find("c1"));
  CHECK(peers.counts().evicted == 0);  // no key has come
  ask_for("d");
  ask_for("e");
  CHECK(peers.counts().evicted == 41);  // a, b and the old one
  CHECK_FALSE(peers.find("old"));
  CHECK(peers.size() == 60);
}

TEST_CASE("idle breakers are evicted neither before their time nor much later") {
  for (const std::chrono::nanoseconds time : {std::chrono::nanoseconds{1}, std::chrono::nanoseconds{100us},
                                              std::chrono::nanoseconds{10min}, std::chrono::nanoseconds{24h * 365}}) {
    CAPTURE(time.count());
    Fragile factory;
    factory.env.advance(12345s);
    CircuitBreakerRegistry peers{factory, IdleFor{time}};
    static_cast<void>(peers["old"]);
    const auto look = [&](int first) {
      for (int i = 0; i != 8; ++i) static_cast<void>(peers["new " + std::to_string(first + i)]);
    };
    factory.env.advance(time - 1ns);
    look(0);
    CHECK(peers.counts().evicted == 0);
    factory.env.advance(1ns + time / 10'000 + 3ns);
    look(8);
    CHECK(peers.counts().evicted >= 1);
    CHECK(peers.size() <= 16);
  }
}

TEST_CASE("what is idle but open stays") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory, IdleFor{10min}};
  fail(peers, "open");
  factory.env.advance(1h);
  make_up_keys(peers, 100);
  CHECK(peers.find("open")->state() == State::open);
}

TEST_CASE("a registry without limits evicts nothing") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory};
  make_up_keys(peers, 100);
  factory.env.advance(24h * 365);
  for (int i = 0; i != 100; ++i) static_cast<void>(peers["new " + std::to_string(i)]);
  CHECK(peers.size() == 200);
}

// AtMostOpen

TEST_CASE("a breaker that would make too many refuse stays closed, and says so") {
  std::vector<Signal> signals;
  CircuitBreakerRegistry peers{Sturdy{}, AtMostOpen{0.5}, [&](const Signal& signal) { signals.push_back(signal); }};
  for (const char* key : {"a", "b", "c", "d"}) {
    CAPTURE(key);
    CHECK(admits(peers, key));
  }
  fail(peers, "a", 2);
  fail(peers, "b", 2);
  REQUIRE(signals.size() == 2);
  CHECK(signals[0].enforced);
  CHECK(signals[1].enforced);
  fail(peers, "c", 2);
  REQUIRE(signals.size() == 3);
  CHECK_FALSE(signals[2].enforced);
  CHECK(signals[2].old_state == State::closed);
  CHECK(signals[2].new_state == State::closed);
  CHECK(signals[2].cause == Cause::tripped);
  CHECK(signals[2].reason == "consecutive_failures 2 >= 2; kept closed by AtMostOpen{0.5}");
  CHECK(signals[2].metrics.failure_count() == 2);
  CHECK(signals[2].sequence == 1);
  CHECK(peers["c"]->state() == State::closed);
  CHECK(admits(peers, "c"));
  CHECK(refusing(peers) == 2);
}

TEST_CASE("a breaker that was kept closed begins with an empty window, and asks again when its tripper fires again") {
  std::vector<Signal> signals;
  CircuitBreakerRegistry peers{Sturdy{}, AtMostOpen{0.5}, [&](const Signal& signal) { signals.push_back(signal); }};
  static_cast<void>(peers["a"]);
  fail(peers, "a", 2);
  CHECK(peers["a"]->info().metrics.total_count() == 0);
  fail(peers, "a");
  CHECK(signals.size() == 1);
  fail(peers, "a");
  REQUIRE(signals.size() == 2);
  CHECK_FALSE(signals[1].enforced);
  CHECK(signals[1].sequence == 2);
  static_cast<void>(peers["b"]);  // now one of two may refuse
  fail(peers, "a", 2);
  REQUIRE(signals.size() == 3);
  CHECK(signals[2].enforced);
  CHECK(signals[2].sequence == 3);
  CHECK(peers["a"]->state() == State::open);
}

TEST_CASE("a breaker that recovers gives its place back, and one that reopens takes none") {
  Sturdy factory;
  CircuitBreakerRegistry peers{factory, AtMostOpen{0.5}};
  for (const char* key : {"a", "b"}) {
    CAPTURE(key);
    CHECK(admits(peers, key));
  }
  fail(peers, "a", 2);
  factory.env.advance(60s);
  fail(peers, "a");  // the probe
  CHECK(peers["a"]->state() == State::open);
  fail(peers, "b", 2);
  CHECK(peers["b"]->state() == State::closed);
  factory.env.advance(60s);
  CHECK(admits(peers, "a"));
  CHECK(peers["a"]->state() == State::closed);
  fail(peers, "b", 2);
  CHECK(peers["b"]->state() == State::open);
  fail(peers, "a", 2);
  CHECK(peers["a"]->state() == State::closed);
}

TEST_CASE("a breaker in HALF_OPEN still refuses") {
  Sturdy factory;
  CircuitBreakerRegistry peers{factory, AtMostOpen{0.5}};
  const auto a = peers["a"];
  const auto b = peers["b"];
  fail(peers, "a", 2);
  factory.env.advance(60s);
  const auto probe = a->try_acquire();
  REQUIRE(a->state() == State::half_open);
  fail(peers, "b", 2);
  CHECK(b->state() == State::closed);
}

TEST_CASE("commands are obeyed whatever the share, and count") {
  CircuitBreakerRegistry peers{Sturdy{}, AtMostOpen{0.5}};
  for (const char* key : {"a", "b", "c", "d"}) {
    CAPTURE(key);
    CHECK(admits(peers, key));
  }
  CHECK(peers.command(State::forced_open) == 4);
  CHECK(refusing(peers) == 4);
  peers["a"]->reset();
  peers["b"]->disable();
  fail(peers, "a", 2);
  CHECK(peers["a"]->state() == State::closed);  // c and d refuse
  peers["c"]->metrics_only();
  fail(peers, "a", 2);
  CHECK(peers["a"]->state() == State::open);
  peers["b"]->reset();
  fail(peers, "b", 2);
  CHECK(peers["b"]->state() == State::closed);  // a and d refuse
  peers["a"]->force_open();                     // from OPEN: no new refusal
  peers["a"]->reset();
  fail(peers, "b", 2);
  CHECK(peers["b"]->state() == State::open);
}

TEST_CASE("what leaves the registry no longer counts") {
  CircuitBreakerRegistry peers{Sturdy{}, AtMostOpen{0.5} & Capacity{4}};
  for (const char* key : {"a", "b", "c", "d"}) {
    CAPTURE(key);
    CHECK(admits(peers, key));
  }
  fail(peers, "a", 2);
  fail(peers, "b", 2);
  CHECK(peers.erase("a"));
  fail(peers, "c", 2);  // two of three would be too many
  CHECK(peers["c"]->state() == State::closed);
  CHECK(admits(peers, "e"));
  fail(peers, "c", 2);
  CHECK(peers["c"]->state() == State::open);
  make_up_keys(peers, 50);  // d and e go, others come
  CHECK(peers.size() == 4);
  fail(peers, "made up 49", 2);
  CHECK(refusing(peers) == 2);
  CHECK(peers.erase("b"));
  static_cast<void>(peers["f"]);
  fail(peers, "f", 2);
  CHECK(peers["f"]->state() == State::open);
}

TEST_CASE("a breaker that outlives its registry is no longer limited") {
  std::vector<Signal> signals;
  auto peers = std::make_unique<CircuitBreakerRegistry<Sturdy>>(
      Sturdy{}, AtMostOpen{0.5}, [&](const Signal& signal) { signals.push_back(signal); });
  const auto kept = (*peers)["kept"];
  static_cast<void>((*peers)["other"]);
  fail(*peers, "other", 2);
  peers.reset();
  for (int i = 0; i != 2; ++i) kept->try_acquire().failure();
  CHECK(kept->state() == State::open);
  CHECK(signals.back().enforced);
}

TEST_CASE("a breaker that is not kept does not count") {
  CircuitBreakerRegistry peers{Sturdy{}, Capacity{2} & AtMostOpen{0.5}};
  const auto a = peers["a"];
  const auto b = peers["b"];
  const auto apart = peers["c"];
  apart->try_acquire().failure();
  apart->try_acquire().failure();
  CHECK(apart->state() == State::open);
  fail(peers, "a", 2);
  CHECK(a->state() == State::open);
  fail(peers, "b", 2);
  CHECK(b->state() == State::closed);
}

TEST_CASE("a share is compared as the fraction that is written") {
  for (const int percent : {1, 7, 29, 57, 58, 99, 100}) {
    CAPTURE(percent);
    CircuitBreakerRegistry peers{Sturdy{}, AtMostOpen{percent / 100.0}};
    for (int i = 0; i != 100; ++i) static_cast<void>(peers[std::to_string(i)]);
    for (int i = 0; i != 100; ++i) fail(peers, std::to_string(i), 2);
    CHECK(refusing(peers) == static_cast<std::size_t>(percent));
  }
}

TEST_CASE("threads whose breakers fail at once open no more than the share") {
  for (int round = 0; round != 30; ++round) {
    CAPTURE(round);
    Sturdy factory;
    std::atomic<int> enforced{0};
    std::atomic<int> kept{0};
    CircuitBreakerRegistry peers{factory, AtMostOpen{0.25},
                                 [&](const Signal& signal) { ++(signal.enforced ? enforced : kept); }};
    constexpr int count = 4;
    for (int i = 0; i != 2 * count; ++i) static_cast<void>(peers[std::to_string(i)]);
    Barrier start{count};
    std::vector<std::thread> threads;
    for (int i = 0; i != count; ++i) {
      threads.emplace_back([&, i] {
        start.wait();
        fail(peers, std::to_string(i), 2);
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(refusing(peers) == 2);
    CHECK(enforced == 2);
    CHECK(kept == 2);
    // And the count is right behind that.
    peers.command(State::closed);
    for (int i = 0; i != 2 * count; ++i) fail(peers, std::to_string(i), 2);
    CHECK(refusing(peers) == 2);
  }
}
