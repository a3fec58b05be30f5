// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The operators by their names.

#include <algorithm>
#include <concepts>
#include <stdexcept>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

using namespace fluxgate;

constexpr MinRequests a{5};
constexpr FailureRate b{0.5};
constexpr FailureStreak c{3};
constexpr Closed d{};

// The same in type and value, however the parts were joined before.
static_assert(all_of(a) == a && any_of(a) == a);
static_assert(all_of(a, b, c) == (a & b & c));
static_assert(all_of(a & b, c) == (a & b & c));
static_assert(all_of(a, b& c) == (a & b & c));
static_assert(all_of(a & (b & c)) == (a & b & c));
static_assert(all_of(a & b, c& d) == (a & b & c & d));
static_assert(all_of(all_of(a, all_of(b, c)), d) == (a & b & c & d));
static_assert(any_of(a, b | (c | d)) == (a | b | c | d));
static_assert(any_of(a | b, c | d) == (a | b | c | d));
// What is joined by the other operator stays a part.
static_assert(all_of(a, b | c, d) == (a & (b | c) & d));
static_assert(any_of(a & b, c& d) == ((a & b) | (c & d)));
// Trackers have an opposite; arguments may bring the algorithms of the standard library in.
static_assert(none_of(TypeOf<std::runtime_error>{}) == ~TypeOf<std::runtime_error>{});
static_assert(none_of(TypeOf<std::runtime_error>{}, TypeOf<std::runtime_error>{}, TypeOf<std::logic_error>{}) ==
              ~(TypeOf<std::runtime_error>{} | TypeOf<std::runtime_error>{} | TypeOf<std::logic_error>{}));
static_assert(all_of(Random{0.5}, Probes{3, std::chrono::seconds{1}}) ==
              (Random{0.5} & Probes{3, std::chrono::seconds{1}}));

TEST_CASE("callables are joined by name beside a policy, wherever it stands") {
  const auto yes = [](const CallContext&) { return true; };
  const auto no = [](const CallContext&) { return false; };
  CHECK(all_of(yes, yes, d)(CallContext{}));
  CHECK_FALSE(all_of(yes, no, d)(CallContext{}));
  CHECK(any_of(no, no, d)(CallContext{}));
  CHECK(describe(all_of(yes, any_of(no, b), d)) == "((custom & (custom | FailureRate{0.5})) & Closed{})");
}

TEST_CASE("a tree that is joined by name trips a breaker") {
  CircuitBreaker breaker{"mail", all_of(MinRequests{2}, any_of(FailureRate{0.9}, FailureStreak{7}))};
  const auto fail = [&breaker] { CHECK(fails_with(breaker, std::runtime_error{"down"})); };
  fail();
  CHECK(breaker.state() == State::closed);
  fail();
  CHECK(breaker.state() == State::open);
}

}  // namespace
