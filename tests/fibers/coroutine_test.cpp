// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Coroutines of Boost.Coroutine that are abandoned in a call: they unwind by a type of their own.

#include <fluxgate/fluxgate.hpp>

#define BOOST_COROUTINES_NO_DEPRECATION_WARNING
#include <boost/coroutine/asymmetric_coroutine.hpp>

#include <stdexcept>

#include "support/catch.hpp"

using namespace fluxgate;

namespace {

template <class T>
void check_abandoned(T tracker) {
  CAPTURE(tracker);
  using Coroutine = boost::coroutines::asymmetric_coroutine<void>;
  CircuitBreaker cb{"db", tracker, FailureStreak{1}, CallStats{}};
  {
    const Coroutine::pull_type abandoned{[&](Coroutine::push_type& suspend) { cb.call([&] { suspend(); }); }};
  }
  CHECK(cb.call_counts().ignored == 1);
  CHECK(cb.state() == State::closed);
}

}  // namespace

TEST_CASE("A coroutine of Boost.Coroutine that is abandoned in a call is neutral under every tracker") {
  check_abandoned(All{});
  check_abandoned(TypeOf<std::runtime_error>{});
  check_abandoned([](const Failure&) { return true; });
}
