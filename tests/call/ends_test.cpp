// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls that end with what cannot be moved, or by a refusal of another breaker.

#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/counts.hpp"
#include "support/endings.hpp"
#include "support/tasks.hpp"

using namespace fluxgate;

namespace {

using endings::Anchor;
using endings::Down;

}  // namespace

TEST_CASE("What cannot be moved counts by how the call ended, also while another exception unwinds the thread") {
  CircuitBreaker cb{Config{.tripper = FailureStreak{100}}};
  CircuitBreaker picky{Config{.tracker = TypeOf<Down>{}, .tripper = FailureStreak{100}}};
  struct OnUnwinding {
    std::function<void()> action;
    ~OnUnwinding() { action(); }
  };
  const auto act = [&](auto& breaker) {
    (void)breaker.call([] { return Anchor{}; });
    try {
      (void)breaker.call([]() -> Anchor { throw Down{}; });
      FAIL("did not throw");
    } catch (const Down&) {
    }
    try {
      (void)breaker.call([]() -> Anchor { throw 1; });
      FAIL("did not throw");
    } catch (int) {
    }
  };
  try {
    const OnUnwinding on_unwinding{[&] {
      act(cb);
      act(picky);
    }};
    throw Down{};
  } catch (const Down&) {
  }
  CHECK(cb.info().metrics == Metrics{3, 2});
  CHECK(picky.info().metrics == Metrics{2, 1});
  act(cb);
  act(picky);
  CHECK(cb.info().metrics == Metrics{6, 4});
  CHECK(picky.info().metrics == Metrics{4, 2});
}

namespace {

struct OwnRefusal : CallNotPermittedError {
  explicit OwnRefusal(const CallNotPermittedError& error) : CallNotPermittedError{error} {}
  const char* what() const noexcept override { return "own"; }
};

/// Makes calls that `inner` refuses, in every form, and gives how many.
template <class Breaker>
int refuse_in_every_form(Breaker& outer) {
  CircuitBreaker inner{Config{.name = "inner", .as_written = true}};
  inner.force_open();
  const auto nested = [&] { inner.call([] {}); };
  const auto derived = [&] {
    try {
      inner.call([] {});
    } catch (const CallNotPermittedError& error) {
      throw OwnRefusal{error};
    }
  };
  const auto immovable = [&]() -> Anchor {
    nested();
    return {};
  };
  CHECK_THROWS_AS(outer.call(nested), CallNotPermittedError);
  CHECK_THROWS_AS(outer.call(derived), OwnRefusal);
  CHECK_THROWS_AS(outer.try_call(nested), CallNotPermittedError);
  CHECK_THROWS_AS(outer.call(immovable), CallNotPermittedError);
  CHECK_THROWS_AS(guarded(outer, nested)(), CallNotPermittedError);
  CHECK_THROWS_AS(outer.try_acquire().run(nested), CallNotPermittedError);
  int told = 0;
  CHECK_THROWS_AS(outer.call_with_fallback(nested, [&](const CallNotPermittedError&) { ++told; }),
                  CallNotPermittedError);
  CHECK(told == 0);
  outer.call_with_fallback(nested, [&](const std::exception_ptr&) { ++told; });
  outer.call_with_fallback(nested, [&](const std::runtime_error&) { ++told; });
  CHECK(told == 2);
  const CallNotPermittedError error{{State::open, {}, "other"}};
  outer.try_acquire().failure(std::make_exception_ptr(error));
  outer.try_acquire().failure(std::make_exception_ptr(OwnRefusal{error}));
  outer.try_acquire().failure(error);
  outer.try_acquire().failure(OwnRefusal{error});

#if defined(FLUXGATE_TEST_ANY)
  return 13;  // coroutines have no breaker of any type
#else
  AsyncCircuitBreaker async{outer};
  const auto thrown = [&]() -> tasks::Ready<int> {
    nested();
    return {0};
  };
  const auto awaited = [&]() -> tasks::Lazy<int> {
    nested();
    co_return 0;
  };
  const auto await = [&](auto f) -> tasks::Lazy<int> {
    try {
      co_return co_await async.call(f);
    } catch (const CallNotPermittedError&) {
      co_return -1;
    }
  };
  CHECK(tasks::run(await(thrown)) == -1);
  CHECK(tasks::run(await(awaited)) == -1);
  const auto fall_back = [&]() -> tasks::Lazy<int> {
    const auto fallback = [](const std::exception_ptr&) { return tasks::Ready<int>{-2}; };
    co_return co_await async.call_with_fallback(awaited, fallback);
  };
  CHECK(tasks::run(fall_back()) == -2);
  return 16;
#endif
}

template <class T>
void check_refusals_count(T tracker, bool count) {
  CAPTURE(tracker, count);
  CircuitBreaker outer{
      Config{.tracker = std::move(tracker), .tripper = FailureStreak{100}, .stats = CallStats{}, .as_written = true}};
  const int calls = refuse_in_every_form(outer);
  CHECK(outer.info().metrics ==
        (count ? Metrics(static_cast<std::uint64_t>(calls), static_cast<std::uint64_t>(calls)) : Metrics{}));
  CHECK(counts_of(outer).ignored == (count ? 0U : static_cast<std::uint64_t>(calls)));
}

}  // namespace

TEST_CASE("A refusal by another breaker is neutral unless the tracker names it") {
  check_refusals_count(All{}, false);
  check_refusals_count(TypeOf<std::runtime_error>{}, false);
  check_refusals_count(TypeOf<std::exception>{}, false);
  check_refusals_count(All{} & ~TypeOf<int>{}, false);
  check_refusals_count(Custom{[](const std::exception&) { return true; }}, false);
  check_refusals_count(TypeOf<CallNotPermittedError>{}, true);
  check_refusals_count(TypeOf<Down, CallNotPermittedError>{}, true);
  check_refusals_count(Custom{[](const CallNotPermittedError&) { return true; }}, true);
  check_refusals_count([](const Failure&) { return true; }, true);
}
