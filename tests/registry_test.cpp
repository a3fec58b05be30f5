// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/registry.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/barrier.hpp"
#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

constexpr auto one = [] { return 1; };

/// Opens at the first failure, and forgets nothing by time.
auto fragile(const ManualEnvironment& env, std::string name) {
  return Config{.name = std::move(name),
                .window = CountWindow{10},
                .tripper = FailureStreak{1},
                .retry = Cooldown{60s},
                .permit = Probes{1, 1h},
                .environment = env};
}

/// The factory of most cases.
struct Fragile {
  ManualEnvironment env{};
  std::shared_ptr<int> made = std::make_shared<int>(0);

  auto operator()(const std::string& key) const {
    ++*made;
    return fragile(env, key);
  }
};

template <class Registry, class Key>
void fail(Registry& peers, const Key& key) {
  const auto handle = peers[key];
  handle->try_acquire().failure();
}
template <class Registry, class Key>
void succeed(Registry& peers, const Key& key) {
  CHECK(peers.try_call(key, one).has_value());
}

template <class Registry>
std::set<std::string> keys_of(const Registry& peers) {
  std::set<std::string> keys;
  peers.for_each([&](const std::string& key, const auto&) { keys.insert(key); });
  return keys;
}

std::string number(int n) { return "k" + std::to_string(n); }

}  // namespace

// Lookups

TEST_CASE("a registry makes the breaker of a key once, by its factory") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory};
  CHECK(peers.size() == 0);
  const auto first = peers["a"];
  const auto second = peers["a"];
  CHECK(first == second);
  CHECK(first.get() == &*second);
  CHECK(first->name() == "a");
  CHECK(first.key() == "a");
  CHECK(*factory.made == 1);
  CHECK(peers["b"] != first);
  CHECK(*factory.made == 2);
  CHECK(peers.size() == 2);
}

TEST_CASE("a string_view, a literal and a string find the same key") {
  CircuitBreakerRegistry peers{Fragile{}};
  const std::string long_key = "a key that is longer than what a string keeps in itself";
  const auto handle = peers[long_key];
  CHECK(peers[std::string_view{long_key}] == handle);
  CHECK(peers["a key that is longer than what a string keeps in itself"] == handle);
  CHECK(peers.find(long_key) == handle);
  CHECK(peers.size() == 1);
}

TEST_CASE("keys of all lengths are told apart") {
  CircuitBreakerRegistry peers{Fragile{}};
  const std::string text = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    CAPTURE(size);
    const std::string_view key = std::string_view{text}.substr(0, size);
    CHECK(peers[key].key() == key);
    std::string other{key};
    for (std::size_t at = 0; at != size; ++at) {
      CAPTURE(at);  // the same length, and one character that differs
      other[at] = '-';
      CHECK_FALSE(peers.find(other));
      other[at] = text[at];
    }
  }
  CHECK(peers.size() == text.size() + 1);
}

TEST_CASE("find gives the breaker of a key that is there, and makes none") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory};
  CHECK_FALSE(peers.find("a"));
  CHECK(*factory.made == 0);
  const auto handle = peers["a"];
  CHECK(peers.find("a") == handle);
  CHECK_FALSE(peers.find("b"));
}

TEST_CASE("an empty handle has no breaker") {
  const CircuitBreakerRegistry<Fragile>::Handle empty;
  CHECK_FALSE(empty);
  CHECK(empty.get() == nullptr);
  CHECK(empty == CircuitBreakerRegistry<Fragile>::Handle{});
}

TEST_CASE("calls by key go through the breaker of the key") {
  CircuitBreakerRegistry peers{Fragile{}};
  CHECK(peers.try_call("a", [](int x) { return x + 1; }, 41).value() == 42);
  CHECK(peers["a"]->info().metrics.total_count() == 1);
  fail(peers, "a");
  CHECK_FALSE(peers.try_call("a", one).has_value());
  CHECK(peers.try_call("a", one).rejection().state == State::open);
  CHECK(peers.try_call("b", one).has_value());
}

TEST_CASE("keys may be of any type that has a hash") {
  CircuitBreakerRegistry shards{[](int shard) { return Config{.name = "shard " + std::to_string(shard)}; }};
  CHECK(shards[7]->name() == "shard 7");
  CHECK(shards[7] == shards.find(7));
  CHECK(shards[8] != shards[7]);
  CHECK(shards.try_call(9, one).has_value());
  CHECK(shards.size() == 3);
}

TEST_CASE("a factory that takes a string_view has strings as keys") {
  CircuitBreakerRegistry peers{[](std::string_view host) { return Config{.name = std::string{host}}; }};
  static_assert(std::same_as<decltype(peers)::Key, std::string>);
  CHECK(peers[std::string{"a"}].key() == "a");
}

namespace {
/// All of one hash.
struct Colliding {
  int number;
  friend bool operator==(const Colliding&, const Colliding&) = default;
};
}  // namespace
template <>
struct std::hash<Colliding> {
  std::size_t operator()(const Colliding&) const noexcept { return 42; }
};

TEST_CASE("keys of one hash have breakers of their own") {
  CircuitBreakerRegistry peers{[](const Colliding& key) { return Config{.name = std::to_string(key.number)}; }};
  for (int i = 0; i != 200; ++i) {
    CAPTURE(i);
    CHECK(peers[Colliding{i}]->name() == std::to_string(i));
  }
  for (int i = 0; i != 200; i += 2) {
    CAPTURE(i);
    CHECK(peers.erase(Colliding{i}));
  }
  for (int i = 0; i != 200; ++i) {
    CAPTURE(i);
    CHECK(static_cast<bool>(peers.find(Colliding{i})) == (i % 2 != 0));
  }
  for (int i = 0; i != 200; ++i) {
    CAPTURE(i);
    CHECK(peers[Colliding{i}]->name() == std::to_string(i));
  }
  CHECK(peers.size() == 200);
}

TEST_CASE("a registry grows, and keeps what it has") {
  CircuitBreakerRegistry peers{Fragile{}};
  std::vector<CircuitBreakerRegistry<Fragile>::Handle> handles;
  for (int i = 0; i != 3000; ++i) {
    CAPTURE(i);
    handles.push_back(peers[number(i)]);
    if (i % 100 == 0) {
      for (int k = 0; k <= i; k += 7) {
        CAPTURE(k);
        CHECK(peers.find(number(k)) == handles[static_cast<std::size_t>(k)]);
      }
    }
  }
  CHECK(peers.size() == 3000);
  CHECK(keys_of(peers).size() == 3000);
}

// What factories do

#if defined(__cpp_exceptions)

TEST_CASE("a factory that throws leaves nothing behind") {
  bool works = false;
  CircuitBreakerRegistry peers{[&works](const std::string& key) {
    if (!works) throw std::runtime_error{"no numbers for " + key};
    return Config{.name = key};
  }};
  CHECK_THROWS_AS(peers["a"], std::runtime_error);
  CHECK_THROWS_AS(peers.call("a", one), std::runtime_error);
  CHECK(peers.size() == 0);
  CHECK_FALSE(peers.find("a"));
  CHECK(peers.counts() == RegistryCounts{});
  works = true;
  CHECK(peers.call("a", one) == 1);
}

TEST_CASE("what a breaker refuses at its construction leaves nothing behind") {
  CircuitBreakerRegistry peers{[](const std::string& key) {
    return Config{.name = key, .window = CountWindow{5}, .tripper = MinRequests{10} & FailureRate{0.5}};
  }};
  CHECK_THROWS_AS(peers["a"], std::invalid_argument);
  CHECK(peers.size() == 0);
}

TEST_CASE("a call of a registry throws what the call throws, and what the breaker refuses") {
  CircuitBreakerRegistry peers{Fragile{}};
  CHECK_THROWS_AS(peers.call("a", [] { throw std::runtime_error{"down"}; }), std::runtime_error);
  CHECK_THROWS_AS(peers.call("a", one), CallNotPermittedError);
  CHECK(peers.erase("a"));  // the calls have ended
}

TEST_CASE("a hook that throws leaves the call, and the breaker stays") {
  CircuitBreakerRegistry peers{Fragile{},
                               OnAdded{[](const std::string&, const auto&) { throw std::logic_error{"hook"}; }}};
  CHECK_THROWS_AS(peers["a"], std::logic_error);
  CHECK(peers.size() == 1);
  CHECK(peers.find("a"));
}

TEST_CASE("a thread that waits for a breaker makes it if the factory throws") {
  Barrier inside{2};
  std::atomic<int> calls{0};
  CircuitBreakerRegistry peers{[&](const std::string& key) {
    if (calls.fetch_add(1) == 0) {
      inside.wait();
      throw std::runtime_error{"no"};
    }
    return Config{.name = key};
  }};
  std::thread other{[&] {
    inside.wait();  // the first is in the factory
    static_cast<void>(peers["a"]);
  }};
  CHECK_THROWS_AS(peers["a"], std::runtime_error);
  other.join();
  CHECK(calls == 2);
  CHECK(peers.size() == 1);
}

#endif

TEST_CASE("a factory may use the registry for other keys") {
  std::function<void(const std::string&)> ask;
  CircuitBreakerRegistry peers{[&ask](const std::string& key) {
    if (key.size() > 1) ask(key.substr(1));
    return Config{.name = key};
  }};
  ask = [&peers](const std::string& key) { static_cast<void>(peers[key]); };
  CHECK(peers["abc"]->name() == "abc");
  CHECK(keys_of(peers) == std::set<std::string>{"abc", "bc", "c"});
}

TEST_CASE("threads that ask for a new key at once get one breaker") {
  for (int round = 0; round != 50; ++round) {
    CAPTURE(round);
    Fragile factory;
    CircuitBreakerRegistry peers{factory};
    constexpr unsigned count = 4;
    Barrier start{count};
    std::vector<CircuitBreakerRegistry<Fragile>::Handle> handles(count);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i != count; ++i) {
      threads.emplace_back([&, i] {
        start.wait();
        handles[i] = peers["a"];
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& handle : handles) CHECK(handle == handles[0]);
    CHECK(*factory.made == 1);
    CHECK(peers.size() == 1);
  }
}

// Handles

TEST_CASE("a handle keeps its breaker, also when the registry is gone") {
  std::optional<CircuitBreakerRegistry<Fragile>> peers{std::in_place, Fragile{}, AtMostOpen{1.0}};
  auto handle = (*peers)["a"];
  const auto copy = handle;
  auto moved = std::move(handle);
  peers.reset();
  moved->try_acquire().failure();
  CHECK(copy->state() == State::open);
  moved = {};
  CHECK(copy->state() == State::open);
  CHECK(copy.key() == "a");
}

TEST_CASE("a breaker stays in its registry while a handle to it is out") {
  CircuitBreakerRegistry peers{Fragile{}};
  auto handle = peers["a"];
  CHECK_FALSE(peers.erase("a"));
  CHECK(peers.find("a") == handle);
  handle = {};
  CHECK(peers.erase("a"));
  CHECK_FALSE(peers.find("a"));
}

TEST_CASE("assigning handles keeps count of them") {
  CircuitBreakerRegistry peers{Fragile{}};
  auto a = peers["a"];
  auto b = peers["b"];
  a = b;
  CHECK(a == b);
  CHECK(peers.erase("a"));
  CHECK_FALSE(peers.erase("b"));
  a = std::move(b);
  CHECK_FALSE(peers.erase("b"));
  auto& self = a;
  a = self;
  CHECK_FALSE(peers.erase("b"));
  a = {};
  CHECK(peers.erase("b"));
}

TEST_CASE("a breaker of a registry stands in series and behind guarded()") {
  CircuitBreakerRegistry hosts{Fragile{}};
  CircuitBreakerRegistry databases{Fragile{}};
  const auto host = hosts["h"];
  const auto database = databases["d"];
  auto both = in_series(*host, *database);
  CHECK(both.try_call(one).has_value());
  database->force_open();
  const auto refused = both.try_call(one);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.rejection().circuit_name == "d");
  CHECK(host->info().metrics.total_count() == 1);
}

TEST_CASE("a coroutine's breaker attaches to that of a handle") {
  CircuitBreakerRegistry peers{Fragile{}};
  const auto handle = peers["a"];
  AsyncCircuitBreaker attached{*handle};
  attached.force_open();
  CHECK(handle->state() == State::forced_open);
}

// Erasing

TEST_CASE("erase forgets a breaker whatever its state, and the key gets a new one") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory};
  fail(peers, "a");
  CHECK(peers["a"]->state() == State::open);
  CHECK(peers.erase("a"));
  CHECK_FALSE(peers.erase("a"));
  CHECK(peers.size() == 0);
  CHECK(peers["a"]->state() == State::closed);
  CHECK(*factory.made == 2);
  CHECK(peers.counts() == RegistryCounts{.size = 1, .added = 2, .evicted = 0, .erased = 1, .not_kept = 0});
}

TEST_CASE("a breaker is not erased during a call of it") {
  CircuitBreakerRegistry peers{Fragile{}};
  static_cast<void>(peers.try_call("a", one));
  CHECK(peers.try_call("a", [&] { return peers.erase("a"); }).value() == false);
  CHECK(peers.try_call("a", [&] { return peers.find("a") && peers.erase("b"); }).value() == false);
  CHECK(peers.erase("a"));
}

TEST_CASE("calls nest deeper than there are hazards") {
  CircuitBreakerRegistry peers{Fragile{}};
  const std::function<int(int)> nest = [&](int depth) -> int {
    if (depth == 0) return peers.erase(number(12)) || peers.erase(number(1)) ? -1 : 0;
    return 1 + peers.try_call(number(depth), nest, depth - 1).value();
  };
  CHECK(nest(12) == 12);
  CHECK(nest(12) == 12);
  CHECK(peers.size() == 12);
  CHECK(peers.erase(number(12)));
  CHECK(peers.erase(number(1)));
}

TEST_CASE("keys that come and go leave room for others") {
  CircuitBreakerRegistry peers{Fragile{}};
  for (int i = 0; i != 5000; ++i) {
    CAPTURE(i);
    static_cast<void>(peers[number(i)]);
    if (i >= 10) CHECK(peers.erase(number(i - 10)));
  }
  CHECK(peers.size() == 10);
  CHECK(peers.find(number(4995)));
}

// All breakers

TEST_CASE("for_each visits each breaker with its key, and may use the registry") {
  CircuitBreakerRegistry peers{Fragile{}};
  for (const char* key : {"a", "b", "c"}) succeed(peers, key);
  Strings seen;
  peers.for_each([&](const std::string& key, const auto& breaker) {
    CHECK(breaker.name() == key);
    seen.push_back(key);
    static_cast<void>(peers[key + key]);
  });
  CHECK(std::set<std::string>(seen.begin(), seen.end()) == std::set<std::string>{"a", "b", "c"});
  CHECK(peers.size() == 6);
}

TEST_CASE("info tells of each breaker") {
  CircuitBreakerRegistry peers{Fragile{}};
  fail(peers, "a");
  succeed(peers, "b");
  const std::vector<Info> infos = peers.info();
  REQUIRE(infos.size() == 2);
  for (const Info& info : infos) {
    CAPTURE(info.name);
    CHECK(info.state == (info.name == "a" ? State::open : State::closed));
  }
}

TEST_CASE("first_ready gives the first breaker that might let a call through") {
  Fragile factory;
  CircuitBreakerRegistry peers{factory};
  fail(peers, "a");
  CHECK(peers.first_ready({"a", "b", "c"}).key() == "b");
  CHECK(*factory.made == 2);  // c was not asked
  fail(peers, "b");
  fail(peers, "c");
  CHECK(peers.first_ready({"a", "b", "c"}).key() == "a");  // none might
  CHECK(peers.first_ready(Strings{"c", "b"}).key() == "c");
  CHECK_FALSE(peers.first_ready(Strings{}));
  factory.env.advance(60s);
  CHECK(peers.first_ready(Strings{"c", "b"}).key() == "c");  // its retry is due
}

TEST_CASE("a command goes to all breakers, or to those that a predicate picks") {
  CircuitBreakerRegistry peers{Fragile{}};
  for (const char* key : {"a1", "a2", "b1"}) succeed(peers, key);
  const auto begins_with_a = [](const std::string& key, const auto&) { return key[0] == 'a'; };
  CHECK(peers.command(State::forced_open, {.reason = "INC-42", .lasting = 10min}, begins_with_a) == 2);
  CHECK(peers["a1"]->info().reason == "INC-42");
  CHECK(peers["a2"]->state() == State::forced_open);
  CHECK(peers["b1"]->state() == State::closed);
  const auto is_closed = [](const std::string&, const auto& breaker) { return breaker.state() == State::closed; };
  CHECK(peers.command(State::metrics_only, {}, is_closed) == 1);
  CHECK(peers["b1"]->state() == State::metrics_only);
  CHECK(peers.command(State::disabled) == 3);
  CHECK(peers["a1"]->state() == State::disabled);
  CHECK(peers.command(State::closed) == 3);
  CHECK(peers["a1"]->state() == State::closed);
}

TEST_CASE("a command that no breaker has is refused") {
  CircuitBreakerRegistry peers{Fragile{}};
  CHECK(refusal([&] { peers.command(State::open); }) == "CircuitBreakerRegistry::command: no command leads to open");
  CHECK(refusal([&] { peers.command(State::half_open); }) ==
        "CircuitBreakerRegistry::command: no command leads to half_open");
  CHECK(refusal([&] { peers.command(State::closed, {.reason = "INC-42"}); }) ==
        "CircuitBreakerRegistry::command: a reset has neither reason nor end");
  CHECK(refusal([&] { peers.command(State::closed, {.lasting = 1min}); }) ==
        "CircuitBreakerRegistry::command: a reset has neither reason nor end");
}

TEST_CASE("a silent command is heard by no listener") {
  int heard = 0;
  CircuitBreakerRegistry peers{Fragile{}, [&heard](const Signal&) { ++heard; }};
  succeed(peers, "a");
  peers.command(State::closed, {.notify = Notify::no});
  peers.command(State::disabled, {.notify = Notify::no});
  CHECK(heard == 0);
  peers.command(State::closed);
  CHECK(heard == 1);
}

// Listeners and hooks

TEST_CASE("a listener of the registry hears all breakers, besides their own") {
  Strings all;
  Strings own;
  CircuitBreakerRegistry peers{
      [&own](const std::string& key) {
        return Config{.name = key, .tripper = FailureStreak{1}, .listeners = {[&own](const Signal& signal) {
                                                                  own.push_back(signal.circuit_name);
                                                                }}};
      },
      [&all](const Signal& signal) { all.push_back(signal.circuit_name); }};
  fail(peers, "a");
  fail(peers, "b");
  CHECK(all == Strings{"a", "b"});
  CHECK(own == all);
}

TEST_CASE("hooks are told of each breaker that comes or goes") {
  Strings told;
  CircuitBreakerRegistry<Fragile>* registry = nullptr;
  CircuitBreakerRegistry peers{Fragile{}, Capacity{2}, OnAdded{[&](const std::string& key, const auto& breaker) {
                                 CHECK(breaker.name() == key);
                                 CHECK(registry->find(key).get() == &breaker);  // no lock is held
                                 told.push_back("+" + key);
                               }},
                               OnRemoved{[&](const std::string& key, const auto& breaker) {
                                 CHECK(breaker.info().state == State::closed);
                                 CHECK_FALSE(registry->find(key));
                                 told.push_back("-" + key);
                               }}};
  registry = &peers;
  static_cast<void>(peers["a"]);
  static_cast<void>(peers["a"]);
  peers.erase("a");
  CHECK(told == Strings{"+a", "-a"});
  static_cast<void>(peers["b"]);
  static_cast<void>(peers["c"]);
  static_cast<void>(peers["d"]);
  CHECK(told.size() == 6);  // d took the place of b or of c
  CHECK(told.back() == "+d");
}

TEST_CASE("an empty listener is refused") {
  CHECK(refusal([] { CircuitBreakerRegistry{Fragile{}, Listener{}}; }) ==
        "CircuitBreakerRegistry: a listener is empty");
}
