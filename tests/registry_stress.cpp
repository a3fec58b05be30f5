// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Threads that look up, add, evict, erase, and hold handles of one registry at once. Sanitizers see what is used too late.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/registry.hpp>

#include "support/barrier.hpp"
#include "support/catch.hpp"

namespace {

using namespace fluxgate;

constexpr int rounds = 20'000;
constexpr int capacity = 40;
constexpr int keys = 120;

auto make_config(const std::string& key) {
  return Config{.name = key,
                .window = CountWindow{4},
                .tripper = FailureStreak{2} | (HalfOpened{} & FailureStreak{1}),
                .retry = Always{},
                .permit = AllowAll{}};
}

std::string key_of(int number) { return "peer " + std::to_string(number); }

using Registry = CircuitBreakerRegistry<decltype(&make_config)>;

/// What one thread does; the answer is how often something was not as it must be.
class Worker {
 public:
  Worker(Registry& peers, unsigned seed) : peers_{peers}, random_{seed} {}

  void work() {
    for (int i = 0; i != rounds; ++i) step();
  }
  int faults() const { return faults_; }

 private:
  void step() {
    const int number = draw(keys);
    // Few keys are hot.
    const std::string key = key_of(draw(2) == 0 ? number % 5 : number);
    switch (draw(16)) {
      case 0: peers_.erase(key); break;
      case 1: hold(key); break;
      case 2: check(!peers_.find(key) || peers_.find(key).get() == nullptr || peers_.find(key).key() == key); break;
      case 3: peers_[key]->try_acquire().failure(); break;
      case 4: look_at_all(); break;
      default: call(key);
    }
  }

  void call(const std::string& key) {
    const auto called = peers_.try_call(key, [&key] { return key; });
    check(!called.has_value() || *called == key);
  }

  void hold(const std::string& key) {
    held_.push_back(peers_[key]);
    if (held_.size() > 6) held_.pop_front();
    for (const auto& handle : held_) check(handle->name() == handle.key());
    // While a handle is out its key has no other breaker, unless there was no room for it.
    const auto again = peers_.find(key);
    check(!again || again == held_.back() || peers_.counts().not_kept != 0);
  }

  void look_at_all() {
    if (draw(20) != 0) return;
    std::size_t seen = 0;
    peers_.for_each([&](const std::string& key, const auto& breaker) {
      ++seen;
      check(breaker.name() == key);
    });
    check(seen <= capacity);
  }

  int draw(int below) { return std::uniform_int_distribution<int>{0, below - 1}(random_); }
  void check(bool holds) { faults_ += holds ? 0 : 1; }

  Registry& peers_;
  std::mt19937 random_;
  std::deque<Registry::Handle> held_;
  int faults_ = 0;
};

}  // namespace

TEST_CASE("threads that look up, add, evict, erase and hold breakers keep a registry whole") {
  std::atomic<std::uint64_t> added{0};
  std::atomic<std::uint64_t> removed{0};
  Registry peers{make_config, Capacity{capacity} & AtMostOpen{0.5},
                 OnAdded{[&](const std::string&, auto&) { ++added; }},
                 OnRemoved{[&](const std::string& key, const auto& breaker) {
                   if (breaker.name() == key) ++removed;
                 }}};
  constexpr unsigned count = 4;
  Barrier start{count};
  std::vector<int> faults(count);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i != count; ++i) {
    threads.emplace_back([&, i] {
      Worker worker{peers, 1000 + i};
      start.wait();
      worker.work();
      faults[i] = worker.faults();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int found : faults) CHECK(found == 0);

  const RegistryCounts counts = peers.counts();
  CHECK(counts.size <= capacity);
  CHECK(counts.added == added);
  CHECK(counts.evicted + counts.erased == removed);
  CHECK(counts.added - counts.evicted - counts.erased == counts.size);
  CHECK(counts.evicted > 100);
  CHECK(counts.erased > 100);
  // No handle and no call is left: each breaker can be erased, and none refuses behind that.
  for (int i = 0; i != keys; ++i) peers.erase(key_of(i));
  CHECK(peers.size() == 0);
  for (int i = 0; i != 4; ++i) static_cast<void>(peers[key_of(i)]);
  for (int i = 0; i != 4; ++i) {
    CAPTURE(i);
    const auto handle = peers[key_of(i)];
    handle->try_acquire().failure();
    handle->try_acquire().failure();
    CHECK(handle->state() == (i < 2 ? State::open : State::closed));
  }
}
