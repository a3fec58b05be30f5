// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls in stackful coroutines: abandoned ones, and several that take turns on a thread.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

// Behind the library on purpose: a handler of Boost's unwinding finds its type wherever the unit includes it.
#include <boost/context/fiber.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <utility>

#include "support/catch.hpp"
#include "support/endings.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

/// A stackful coroutine: `body` runs whenever it is resumed, until it suspends.
class Fiber {
 public:
  explicit Fiber(std::function<void(Fiber&)> body)
      : here_{[this, body = std::move(body)](boost::context::fiber&& back) {
          there_ = std::move(back);
          body(*this);
          return std::move(there_);
        }} {}
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  void resume() { here_ = std::move(here_).resume(); }
  void suspend() { there_ = std::move(there_).resume(); }
  /// Unwinds what it was doing.
  void abandon() { here_ = {}; }

 private:
  boost::context::fiber there_;
  boost::context::fiber here_;
};

using endings::Anchor;
using endings::Down;

template <class T, class Call>
void check_abandoned(T tracker, const Call& call) {
  CAPTURE(tracker);
  ManualEnvironment environment;
  CircuitBreaker cb{Config{.tracker = std::move(tracker),
                           .tripper = FailureStreak{1},
                           .retry = Cooldown{1s},
                           .permit = Probes{1, 1h},
                           .environment = environment,
                           .stats = CallStats{},
                           .as_written = true}};
  const auto abandon_one = [&] {
    bool destroyed = false;
    struct Local {
      bool& destroyed;
      ~Local() { destroyed = true; }
    };
    bool returned = false;
    Fiber fiber{[&](Fiber& self) {
      const Local local{destroyed};
      call(cb, self);
      returned = true;
    }};
    fiber.resume();
    fiber.abandon();
    CHECK(destroyed);
    CHECK_FALSE(returned);
  };
  abandon_one();
  CHECK(cb.state() == State::closed);
  CHECK(cb.call_counts().ignored == 1);
  cb.force_open(1s);
  environment.advance(2s);
  abandon_one();
  CHECK(cb.state() == State::half_open);
  CHECK(cb.call_counts().ignored == 2);
  CHECK(cb.try_acquire());
}

template <class Call>
void check_abandoned(const Call& call) {
  check_abandoned(All{}, call);
  check_abandoned(TypeOf<Down>{}, call);
  check_abandoned(All{} & ~TypeOf<Down>{}, call);
  check_abandoned(Custom{[](const std::exception_ptr&) { return true; }}, call);
  check_abandoned([](const Failure&) { return true; }, call);
}

}  // namespace

TEST_CASE("A stackful coroutine that is abandoned in a call is neutral in every form") {
  check_abandoned([](auto& cb, Fiber& self) { cb.call([&] { self.suspend(); }); });
  check_abandoned([](auto& cb, Fiber& self) {
    (void)cb.try_call([&] {
      self.suspend();
      return 1;
    });
  });
  check_abandoned([](auto& cb, Fiber& self) {
    (void)cb.call([&] {
      self.suspend();
      return Anchor{};
    });
  });
  check_abandoned(
      [](auto& cb, Fiber& self) { cb.call_with_fallback([&] { self.suspend(); }, [](const std::exception_ptr&) {}); });
  check_abandoned([](auto& cb, Fiber& self) { cb.try_acquire().run([&] { self.suspend(); }); });
  check_abandoned([](auto& cb, Fiber& self) {
    const auto admission = cb.try_acquire();
    self.suspend();
  });
  check_abandoned([](auto& cb, Fiber& self) { guarded(cb, [&] { self.suspend(); })(); });
}

TEST_CASE("A call is judged by its own end, whatever other fibers of its thread unwind meanwhile") {
  const auto check = [](auto& cb, bool begins_while_unwinding) {
    // A fiber that stays in the middle of unwinding until it is resumed.
    Fiber unwinding{[](Fiber& self) {
      struct Suspended {
        Fiber& fiber;
        ~Suspended() { fiber.suspend(); }
      };
      try {
        const Suspended suspended{self};
        throw Down{};
      } catch (const Down&) {
      }
    }};
    Fiber successful{[&](Fiber& self) {
      (void)cb.call([&] {
        self.suspend();
        return Anchor{};
      });
    }};
    Fiber failing{[&](Fiber& self) {
      try {
        (void)cb.call([&]() -> Anchor {
          self.suspend();
          throw Down{};
        });
      } catch (const Down&) {
      }
    }};
    if (begins_while_unwinding) unwinding.resume();
    successful.resume();
    failing.resume();
    unwinding.resume();  // begins to unwind, or ends
    successful.resume();
    failing.resume();
    if (!begins_while_unwinding) unwinding.resume();
  };
  for (const bool begins_while_unwinding : {false, true}) {
    CAPTURE(begins_while_unwinding);
    CircuitBreaker all{Config{.tripper = FailureStreak{100}}};
    check(all, begins_while_unwinding);
    CHECK(all.info().metrics == Metrics{2, 1});
    CircuitBreaker typed{Config{.tracker = TypeOf<Down>{}, .tripper = FailureStreak{100}}};
    check(typed, begins_while_unwinding);
    CHECK(typed.info().metrics == Metrics{2, 1});
  }
}

TEST_CASE("An exception counts whatever other fibers of its thread unwind meanwhile") {
  CircuitBreaker cb{Config{.tripper = FailureStreak{100}, .stats = CallStats{}}};
  Fiber unwinding{[](Fiber& self) {
    struct Suspended {
      Fiber& fiber;
      ~Suspended() { fiber.suspend(); }
    };
    try {
      const Suspended suspended{self};
      throw Down{};
    } catch (const Down&) {
    }
  }};
  const auto fail = [&] { CHECK_THROWS_AS(cb.call([] { throw Down{}; }), Down); };
  fail();
  unwinding.resume();
  fail();
  unwinding.resume();
  fail();
  CHECK(cb.call_counts().failed == 3);
}
