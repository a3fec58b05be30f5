// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a registry costs: a lookup and a healthy call of a hot key, against a map in 16 parts with a lock each, and the
/// making of many breakers.

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/registry.hpp>

#include "healthy.hpp"
#include "measure.hpp"

using namespace fluxgate;

namespace {

using measured::charge;

auto config_of(const std::string&) { return measured::healthy_config(); }
using Breaker = CircuitBreakerFrom<config_of>;
using Registry = CircuitBreakerRegistry<decltype(&config_of)>;

std::string key_of(int number) { return "10.0.0." + std::to_string(number) + ":8040"; }
const std::string hot_key = key_of(7);

/// What is written by hand: parts by hash, each a map behind a lock that readers share.
class ShardedMap {
 public:
  Breaker& operator[](std::string_view key) {
    Part& part = parts_[Hash{}(key) % parts_.size()];
    {
      const std::shared_lock lock{part.mutex};
      if (const auto found = part.map.find(key); found != part.map.end()) return *found->second;
    }
    const std::lock_guard lock{part.mutex};
    const auto [place, added] = part.map.try_emplace(std::string{key});
    if (added) place->second = std::make_unique<Breaker>(config_of(place->first));
    return *place->second;
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  struct alignas(64) Part {
    std::shared_mutex mutex;
    std::unordered_map<std::string, std::unique_ptr<Breaker>, Hash, std::equal_to<>> map;
  };
  std::array<Part, 16> parts_;
};

template <int keys>
Registry& filled_registry() {
  static Registry registry{config_of, Capacity{1'000'000} & IdleFor{std::chrono::hours{1}}};
  [[maybe_unused]] static const bool filled = [] {
    for (int i = 0; i != keys; ++i) static_cast<void>(registry[key_of(i)]);
    return measured::fill(*registry[hot_key]);
  }();
  return registry;
}
template <int keys>
ShardedMap& filled_map() {
  static ShardedMap map;
  [[maybe_unused]] static const bool filled = [] {
    for (int i = 0; i != keys; ++i) static_cast<void>(map[key_of(i)]);
    return measured::fill(map[hot_key]);
  }();
  return map;
}

template <int keys>
void registry_call(benchmark::State& state) {
  Registry& registry = filled_registry<keys>();
  std::string_view key = hot_key;
  measured::calls(state, [&] {
    benchmark::DoNotOptimize(key);
    return registry.call(key, charge, 42);
  });
}
template <int keys>
void mutex_sharded_call(benchmark::State& state) {
  ShardedMap& map = filled_map<keys>();
  std::string_view key = hot_key;
  measured::calls(state, [&] {
    benchmark::DoNotOptimize(key);
    return map[key].call(charge, 42);
  });
}
BENCHMARK(registry_call<1'000>)->Apply(measured::on_all_processors);
BENCHMARK(mutex_sharded_call<1'000>)->Apply(measured::on_all_processors);
BENCHMARK(registry_call<100'000>)->Apply(measured::on_all_processors);
BENCHMARK(mutex_sharded_call<100'000>)->Apply(measured::on_all_processors);

/// A handle for each call.
void registry_handle(benchmark::State& state) {
  Registry& registry = filled_registry<1'000>();
  std::string_view key = hot_key;
  measured::calls(state, [&] {
    benchmark::DoNotOptimize(key);
    return registry[key]->call(charge, 42);
  });
}
BENCHMARK(registry_handle)->Apply(measured::on_all_processors);

// Making: 100,000 at a time.

constexpr int many = 100'000;

const std::vector<std::string>& keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> made;
    for (int i = 0; i != many; ++i) made.push_back(key_of(i));
    return made;
  }();
  return keys;
}

/// Measures what the making of one breaker costs, by making all of them; not what their end costs.
template <class Make>
void makings(benchmark::State& state, Make make) {
  static_cast<void>(keys());
  double cpu = 0;
  double wall = 0;
  for (auto _ : state) {
    const double cpu_before = measured::nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    const double wall_before = measured::nanoseconds(CLOCK_MONOTONIC);
    const auto made = make();
    cpu += measured::nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu_before;
    wall += measured::nanoseconds(CLOCK_MONOTONIC) - wall_before;
  }
  const double count = static_cast<double>(state.iterations()) * many;
  state.counters["cpu"] = cpu / count;
  state.counters["wall"] = wall / count;
}

void making_apart(benchmark::State& state) {
  makings(state, [] {
    std::vector<std::unique_ptr<Breaker>> breakers;
    breakers.reserve(many);
    for (const std::string& key : keys()) breakers.push_back(std::make_unique<Breaker>(config_of(key)));
    return breakers;
  });
}
BENCHMARK(making_apart);

void making_in_registry(benchmark::State& state) {
  makings(state, [] {
    auto registry = std::make_unique<Registry>(config_of);
    for (const std::string& key : keys()) static_cast<void>((*registry)[key]);
    return registry;
  });
}
BENCHMARK(making_in_registry);

}  // namespace
