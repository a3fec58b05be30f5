// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Which stripe a thread counts on.

#include <cstddef>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/stripe.hpp>

#include "catch.hpp"

using namespace fluxgate;

TEST_CASE("threads take turns with the stripes, and each stays on its own") {
  std::multiset<std::size_t> found;
  for (int threads = 0; threads != 6; ++threads) {
    std::pair<std::size_t, std::size_t> asked;
    std::thread{[&] { asked = {detail::stripe_of_this_thread<3>(), detail::stripe_of_this_thread<3>()}; }}.join();
    CHECK(asked.first == asked.second);
    found.insert(asked.first);
  }
  CHECK(found == std::multiset<std::size_t>{0, 0, 1, 1, 2, 2});
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
