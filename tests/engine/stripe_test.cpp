// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Which stripe a thread counts on, and when it moves on.

#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/stripe.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// Which threads a thread meets while it counts, and what it does about that.
struct Meetings {
  unsigned ahead = 0;                 ///< bit i: another thread comes first at the i-th exchange from here on
  std::vector<const void*> places{};  ///< where the exchanges were
  int left = 0;                       ///< how often it has left its stripe
};
Meetings met;

template <class T>
class MeetingAtomic : public std::atomic<T> {
 public:
  using std::atomic<T>::atomic;

  bool compare_exchange_weak(T& expected, T next, std::memory_order success, std::memory_order failure) noexcept {
    if constexpr (std::same_as<T, detail::Tally>) {
      met.places.push_back(this);
      if (met.ahead % 2 != 0) this->store(this->load().plus(1));
      met.ahead /= 2;
    }
    return this->compare_exchange_strong(expected, next, success, failure);
  }
};

struct MeetingAtomics : detail::StdAtomics {
  template <class T>
  using Atomic = MeetingAtomic<T>;

  template <std::size_t stripes>
  static void leave_stripe() noexcept {
    ++met.left;
    detail::StdAtomics::leave_stripe<stripes>();
  }
};

template <class W, class Tr, class R, class P, class E>
auto make_core(Config<W, All, Tr, R, P, E> config) {
  return std::make_unique<detail::Core<W, Tr, R, P, E, NoStats, MeetingAtomics>>(std::move(config));
}

}  // namespace

TEST_CASE("threads take turns with the stripes, and each stays on its own") {
  const auto turns = [](auto stripes) {
    std::multiset<std::size_t> found;
    for (std::size_t threads = 0; threads != 2 * stripes; ++threads) {
      CAPTURE(threads);
      std::pair<std::size_t, std::size_t> asked;
      std::thread{[&] {
        asked = {detail::stripe_of_this_thread<stripes()>(), detail::stripe_of_this_thread<stripes()>()};
      }}.join();
      CHECK(asked.first == asked.second);
      found.insert(asked.first);
    }
    return found;
  };
  CHECK(turns(std::integral_constant<std::size_t, 3>{}) == std::multiset<std::size_t>{0, 0, 1, 1, 2, 2});
  CHECK(turns(std::integral_constant<std::size_t, 6>{}) ==
        std::multiset<std::size_t>{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
}

TEST_CASE("a thread that meets another on its stripe moves on, and round") {
  std::vector<std::size_t> found;
  std::thread{[&] {
    for (int meetings = 0; meetings != 4; ++meetings) {
      found.push_back(detail::StdAtomics::stripe<4>());
      detail::StdAtomics::leave_stripe<4>();
    }
    found.push_back(detail::StdAtomics::stripe<4>());
  }}.join();
  CHECK(std::set<std::size_t>(found.begin(), found.end()).size() == 4);
  CHECK(found.front() == found.back());
}

TEST_CASE("a thread moves on, once, where a success of its own meets another at the count, and else stays") {
  struct Row {
    const char* what;
    bool failed;
    unsigned ahead;
    int leaves;
    Metrics metrics;  ///< two successes are there before, and whoever is met adds one to what it is met at
  };
  const auto counted = [](std::uint64_t total, std::uint64_t failures, std::uint64_t slow, nanoseconds duration) {
    return Metrics{total, failures, duration, {{{0s, 0}, {1s, slow}}}};
  };
  const std::array rows{
      Row{"a success alone", false, 0, 0, counted(3, 0, 1, 3s)},
      Row{"a success meets another", false, 0b1, 1, counted(4, 0, 1, 3s)},
      Row{"a success meets two more", false, 0b11, 1, counted(5, 0, 1, 3s)},
      Row{"a success meets another at the slow calls, which have no stripes", false, 0b10, 0, counted(3, 0, 2, 3s)},
      Row{"a success meets another at the duration, which has none", false, 0b100, 0, counted(3, 0, 1, 3s + 1us)},
      Row{"a failure alone", true, 0, 0, counted(3, 1, 1, 3s)},
      Row{"a failure meets another, and failures have no stripes", true, 0b1, 0, counted(4, 2, 1, 3s)},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    ManualEnvironment env;
    const auto core = make_core(Config{.window = TimeWindow{1h, 1h},
                                       .tripper = MinRequests{10} & SlowRate{0.5, 1s} & AvgLatency{1h},
                                       .environment = env});
    const auto place_of_call = [&](bool failed, nanoseconds duration) {
      met.places.clear();
      const detail::Ticket ticket = core->admit();
      env.advance(duration);
      core->record(ticket, failed);
      return met.places.front();
    };
    place_of_call(false, 0s);  // clears the bucket first
    const void* const before = place_of_call(false, 0s);
    met.left = 0;
    met.ahead = row.ahead;
    place_of_call(row.failed, 3s);
    CHECK(met.ahead == 0);
    CHECK(core->info().metrics == row.metrics);
    const bool moved = place_of_call(false, 0s) != before;
    CHECK(moved == (row.leaves != 0));
    CHECK(met.left == row.leaves);
  }
}
