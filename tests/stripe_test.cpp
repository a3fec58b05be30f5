// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Which stripe a thread counts on.

#include <barrier>
#include <cstddef>
#include <set>
#include <thread>
#include <vector>

#include <fluxgate/engine/stripe.hpp>

#include "catch.hpp"

namespace {

using namespace fluxgate;

/// The stripes, of so many, of threads that are alive at once.
template <std::size_t stripes>
std::multiset<std::size_t> stripes_of(std::size_t threads) {
  std::vector<std::size_t> found(threads);
  {
    std::barrier all_have_asked{static_cast<std::ptrdiff_t>(threads)};
    std::vector<std::jthread> running;
    for (std::size_t& stripe : found) {
      running.emplace_back([&] {
        stripe = detail::stripe_of_this_thread<stripes>();
        all_have_asked.arrive_and_wait();
        if (stripe != detail::stripe_of_this_thread<stripes>()) stripe = stripes;
      });
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace

TEST_CASE("threads share no stripe while there are enough of them") {
  for (int round = 0; round != 20; ++round) {
    CHECK(stripes_of<5>(5) == std::multiset<std::size_t>{0, 1, 2, 3, 4});
  }
}

TEST_CASE("threads that end give their stripes back") {
  // Started one after the other, these would take turns.
  for (int round = 0; round != 20; ++round) {
    std::size_t stripe = 0;
    std::jthread{[&] { stripe = detail::stripe_of_this_thread<3>(); }}.join();
    CHECK(stripe == 0);
  }
}

TEST_CASE("more threads than stripes spread evenly") {
  CHECK(stripes_of<2>(6) == std::multiset<std::size_t>{0, 0, 0, 1, 1, 1});
}
