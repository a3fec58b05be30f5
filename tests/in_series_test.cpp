// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Breakers in series, synchronous and awaited: which one refuses, what the others hear of that, and the outcome of a call.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/endings.hpp"
#include "support/exceptions.hpp"
#include "support/tasks.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using breakers::counted;
using endings::Anchor;
using endings::Down;
using endings::Stranger;
using tasks::Eager;
using tasks::Event;
using tasks::Lazy;
using tasks::run;
using tasks::Strict;
using Strings = std::vector<std::string>;

constexpr std::uint32_t all_places = 3;
constexpr auto one = [] { return 1; };

/// Counts its calls, and tests recovery by three probes.
auto make_probing(const ManualEnvironment& env, std::string name) {
  return CircuitBreaker{Config{.name = std::move(name),
                               .tripper = FailureStreak{1},
                               .retry = Cooldown{60s},
                               .permit = Probes{all_places, 1h},
                               .environment = env,
                               .stats = CallStats{}}};
}
using Probing = decltype(make_probing(std::declval<const ManualEnvironment&>(), {}));

/// In what condition a breaker is asked.
enum class Given : std::uint8_t { closed, open, free, taken };
constexpr std::array every_condition{Given::closed, Given::open, Given::free, Given::taken};
constexpr bool lets_through(Given given) { return given == Given::closed || given == Given::free; }

/// Three breakers, each in its condition, and what keeps it there.
struct Three {
  ManualEnvironment env;
  std::array<Given, 3> given;
  Probing a = make_probing(env, "a");
  Probing b = make_probing(env, "b");
  Probing c = make_probing(env, "c");
  std::vector<Probing::Admission> taken{};

  explicit Three(std::array<Given, 3> conditions) : given{conditions} {
    for (Probing* const each : all()) {
      if (condition_of(each) == Given::free || condition_of(each) == Given::taken) each->force_open(1s);
    }
    env.advance(1s);
    for (Probing* const each : all()) {
      if (condition_of(each) == Given::open) each->force_open();
      if (condition_of(each) == Given::free) REQUIRE(breakers::admits(*each));
      for (std::uint32_t i = 0; condition_of(each) == Given::taken && i != all_places; ++i) {
        taken.push_back(each->try_acquire());
        REQUIRE(taken.back());
      }
    }
  }

  std::array<Probing*, 3> all() { return {&a, &b, &c}; }
  Given condition_of(const Probing* breaker) const {
    return given[static_cast<std::size_t>(breaker == &b ? 1 : breaker == &c ? 2 : 0)];
  }
};

/// How many more probes a breaker admits.
std::uint32_t free_places(Probing& breaker) {
  std::vector<Probing::Admission> admissions;
  for (;;) {
    auto admission = breaker.try_acquire();
    if (!admission) return static_cast<std::uint32_t>(admissions.size());
    admissions.push_back(std::move(admission));
  }
}

CallCounts operator-(CallCounts now, const CallCounts& before) {
  now.admitted -= before.admitted;
  now.succeeded -= before.succeeded;
  now.failed -= before.failed;
  now.ignored -= before.ignored;
  now.refused -= before.refused;
  return now;
}

/// Asks three breakers in each of their conditions. `ask` makes a call through all of them and gives the rejection, if
/// there is one.
template <class Ask>
void check_every_order_of_refusals(Ask ask) {
  for (const Given first : every_condition) {
    for (const Given second : every_condition) {
      for (const Given third : every_condition) {
        CAPTURE(static_cast<int>(first), static_cast<int>(second), static_cast<int>(third));
        Three three{{first, second, third}};
        std::vector<CallCounts> before;
        for (const Probing* const each : three.all()) before.push_back(each->call_counts());
        bool made = false;
        const std::optional<Rejection> refused = ask(three, [&made] {
          made = true;
          return 1;
        });

        bool asked = true;
        for (std::size_t i = 0; i != 3; ++i) {
          CAPTURE(i);
          Probing& breaker = *three.all()[i];
          const bool lets = lets_through(three.given[i]);
          const CallCounts heard = breaker.call_counts() - before[i];
          const bool goes_on = asked && lets;
          CHECK(heard.admitted == (goes_on ? 1 : 0));
          CHECK(heard.refused == (asked && !lets ? 1 : 0));
          if (asked && !lets) {
            REQUIRE(refused);
            CHECK(refused->circuit_name == breaker.name());
            CHECK(refused->state == breaker.state());
          }
          asked = goes_on;
        }
        CHECK(made == asked);
        CHECK(refused.has_value() != asked);
        for (std::size_t i = 0; i != 3; ++i) {
          CAPTURE(i);
          Probing& breaker = *three.all()[i];
          const CallCounts heard = breaker.call_counts() - before[i];
          CHECK(heard.succeeded == (made ? 1 : 0));
          CHECK(heard.failed == 0);
          CHECK(heard.ignored == heard.admitted - heard.succeeded);
          // A success keeps its place; a call that was not made gives it back.
          if (three.given[i] == Given::free) CHECK(free_places(breaker) == all_places - (made ? 1 : 0));
          if (three.given[i] == Given::taken) CHECK(free_places(breaker) == 0);
        }
      }
    }
  }
}

template <class R>
std::optional<Rejection> rejection_in(const CallResult<R>& result) {
  return result ? std::nullopt : std::optional{result.rejection()};
}
/// What a refusal told its fallback, as a Rejection.
Rejection as_rejection(const CallNotPermittedError& error, std::string& name) {
  name = error.circuit_name();
  return {error.state(), error.retry_after(), name};
}

template <class A>
Lazy<await_result_t<A>> await(A awaitable) {
  co_return co_await std::move(awaitable);
}
Lazy<int> one_later() { co_return 1; }
Lazy<int> wait_for(Event& event) { co_return co_await event; }

/// Three breakers of different types, which judge calls in three ways: everything counts; only Down counts; Down is a
/// success.
template <class Use>
void with_judges(Use use) {
  CircuitBreaker everything{"everything", MinRequests{100} & FailureRate{1.0}};
  CircuitBreaker downs{"downs", TimeWindow{10s}, TypeOf<Down>{}, MinRequests{100} & FailureRate{1.0}};
  CircuitBreaker lenient{"lenient", CountWindow{5}, All{} & CountAsSuccess{TypeOf<Down>{}}, FailureStreak{9}};
  use(everything, downs, lenient);
}
/// What each has counted, as "calls/failures".
template <class... Breakers>
Strings counts(const Breakers&... breakers) {
  return {counted(breakers)...};
}

}  // namespace

TEST_CASE("In a series the first breaker that refuses is named, those before it take theirs back, no other is asked") {
  check_every_order_of_refusals(
      [](Three& three, auto f) { return rejection_in(in_series(three.a, three.b, three.c).try_call(f)); });
}

TEST_CASE("Admissions of a series are given back when one breaker refuses") {
  check_every_order_of_refusals([](Three& three, auto f) -> std::optional<Rejection> {
    auto admission = in_series(three.a, three.b, three.c).try_acquire();
    if (!admission) return admission.rejection();
    (void)admission.run(f);
    return {};
  });
}

TEST_CASE("A fallback hears which breaker of a series refused") {
  std::string name;
  check_every_order_of_refusals([&name](Three& three, auto f) {
    std::optional<Rejection> refused;
    (void)in_series(three.a, three.b, three.c).call_with_fallback(f, [&](const CallNotPermittedError& error) {
      refused = as_rejection(error, name);
      return 2;
    });
    return refused;
  });
}

TEST_CASE("A series in a series asks in the order in which its breakers are written") {
  check_every_order_of_refusals(
      [](Three& three, auto f) { return rejection_in(in_series(in_series(three.a, three.b), three.c).try_call(f)); });
  check_every_order_of_refusals([](Three& three, auto f) {
    const auto end = in_series(three.b, three.c);
    return rejection_in(in_series(three.a, end).try_call(f));
  });
  check_every_order_of_refusals([](Three& three, auto f) {
    return rejection_in(in_series(in_series(three.a, in_series(three.b), three.c)).try_call(f));
  });
}

TEST_CASE("An awaited call through a series asks as a synchronous one does") {
  check_every_order_of_refusals([](Three& three, auto f) {
    AsyncCircuitBreaker a{three.a};
    AsyncCircuitBreaker b{three.b};
    AsyncCircuitBreaker c{three.c};
    const auto later = [&f]() -> Lazy<int> { co_return f(); };
    return rejection_in(run(await(in_series(a, b, c).try_call(later))));
  });
}

TEST_CASE("Every breaker of a series hears of the outcome and judges by its own tracker") {
  with_judges([](auto& everything, auto& downs, auto& lenient) {
    auto all = in_series(everything, downs, lenient);
    CHECK(called(all, one) == 1);
    CHECK(counts(everything, downs, lenient) == Strings{"1/0", "1/0", "1/0"});
    CHECK(fails_with<Down>(all));
    CHECK(counts(everything, downs, lenient) == Strings{"2/1", "2/1", "2/0"});
    CHECK(fails_with<Stranger>(all));
    CHECK(counts(everything, downs, lenient) == Strings{"3/2", "2/1", "3/1"});
  });
}

TEST_CASE("Every breaker of a series hears of the outcome of an awaited call") {
  with_judges([](auto& everything, auto& downs, auto& lenient) {
    AsyncCircuitBreaker a{everything};
    AsyncCircuitBreaker b{downs};
    AsyncCircuitBreaker c{lenient};
    auto all = in_series(a, b, c);
    CHECK(run(await(calling(all, one_later))) == 1);
    CHECK(counts(a, b, c) == Strings{"1/0", "1/0", "1/0"});
    CHECK(run(fails_later<Down>(all)));
    CHECK(counts(a, b, c) == Strings{"2/1", "2/1", "2/0"});
    CHECK(run(fails_later<Stranger>(all)));
    CHECK(counts(a, b, c) == Strings{"3/2", "2/1", "3/1"});
  });
}

TEST_CASE("The breaker of a series that was asked last hears of the outcome first") {
  Strings heard;
  const auto note = [&heard](const char* name) {
    return All{} & Custom{[&heard, name](const std::exception&) {
             heard.emplace_back(name);
             return true;
           }};
  };
  CircuitBreaker a{"a", note("a")};
  CircuitBreaker b{"b", note("b")};
  CircuitBreaker c{"c", note("c")};
  auto all = in_series(in_series(a, b), c);
  CHECK(fails_with<Down>(all));
  CHECK(heard == Strings{"c", "b", "a"});
  heard.clear();
  all.try_acquire().failure(Down{});
  CHECK(heard == Strings{"c", "b", "a"});
}

TEST_CASE("A series gives results of every kind as one breaker does") {
  with_judges([](auto& everything, auto& downs, auto& lenient) {
    auto all = in_series(everything, downs, lenient);
    int number = 7;
    static_assert(std::is_same_v<decltype(all.try_call([&]() -> int& { return number; })), CallResult<int&>>);
    CHECK(&called(all, [&]() -> int& { return number; }) == &number);
    CHECK(*called(all, [] { return std::make_unique<int>(3); }) == 3);
    called(all, [] {});
    const auto twice = [](std::unique_ptr<int> argument) { return 2 * *argument; };
    CHECK(called(all, twice, std::make_unique<int>(4)) == 8);
    CHECK(counts(everything, downs, lenient) == Strings{"4/0", "4/0", "4/0"});
    CHECK(called(all, [] { return std::make_error_code(std::errc::timed_out); }) == std::errc::timed_out);
    CHECK(counts(everything, downs, lenient) == Strings{"5/1", "4/0", "5/1"});
    static_assert(noexcept(all.try_call([]() noexcept { return 1; })) && !noexcept(all.try_call([] { return 1; })));
  });
}

TEST_CASE("A result that one tracker of a series calls a failure goes to a fallback that takes it") {
  CircuitBreaker strict{"strict", All{} | OnResult{[](int result) { return result < 0; }}};
  CircuitBreaker plain{"plain"};
  const auto instead = [](const int& result) { return -result; };
  CHECK(
      in_series(plain, strict).call_with_fallback([] { return -3; }, [](const CallNotPermittedError&) { return 0; }) ==
      -3);
#if defined(__cpp_exceptions)
  CHECK(in_series(plain, strict).call_with_fallback([] { return -3; }, instead) == 3);
  CHECK(in_series(strict, plain).call_with_fallback([] { return 3; }, instead) == 3);
  CHECK(counts(plain, strict) == Strings{"3/0", "3/2"});
#else
  static_cast<void>(instead);
  CHECK(counts(plain, strict) == Strings{"1/0", "1/1"});
#endif
}

TEST_CASE("A refusal by a breaker inside the call is neutral for a series") {
  with_judges([](auto& everything, auto& downs, auto& lenient) {
    CircuitBreaker inner{"inner"};
    inner.force_open();
    auto all = in_series(everything, downs, lenient);
    const auto result = all.try_call([&] { return inner.try_call(one); });
    CHECK(result->rejection().circuit_name == "inner");
    CHECK(counts(everything, downs, lenient) == Strings{"0/0", "0/0", "0/0"});
  });
}

TEST_CASE("A tracker that names refusals sees which breaker refused in a CallResult") {
  std::string seen;
  CircuitBreaker outer{"outer", Custom{[&seen](const CallNotPermittedError& error) {
                         seen = error.circuit_name();
                         return true;
                       }}};
  CircuitBreaker first{"first"};
  CircuitBreaker second{"second"};
  second.force_open();
  CHECK_FALSE(*outer.try_call([&] { return in_series(first, second).try_call(one); }));
  CHECK(seen == "second");
}

TEST_CASE("An admission of a series reports to all its breakers, once") {
  with_judges([](auto& everything, auto& downs, auto& lenient) {
    const auto all = in_series(everything, downs, lenient);
    auto admission = all.try_acquire();
    admission.success();
    CHECK_FALSE(admission);
    admission.failure();
    CHECK(counts(everything, downs, lenient) == Strings{"1/0", "1/0", "1/0"});
    all.try_acquire().failure();
    CHECK(counts(everything, downs, lenient) == Strings{"2/1", "2/1", "2/1"});
    all.try_acquire().failure(Down{});
    CHECK(counts(everything, downs, lenient) == Strings{"3/2", "3/2", "3/1"});
    all.try_acquire().record(std::make_error_code(std::errc::timed_out));
    CHECK(counts(everything, downs, lenient) == Strings{"4/3", "3/2", "4/2"});
    all.try_acquire().ignore();
    (void)all.try_acquire();
    CHECK(counts(everything, downs, lenient) == Strings{"4/3", "3/2", "4/2"});
    CHECK(all.try_acquire().run([](int number) { return 2 * number; }, 4) == 8);
    CHECK(counts(everything, downs, lenient) == Strings{"5/3", "4/2", "5/2"});
    downs.force_open();
    CHECK(all.try_acquire().run(one) == 1);
    CHECK(counts(everything, downs, lenient) == Strings{"5/3", "0/0", "5/2"});
  });
}

TEST_CASE("An admission of a series keeps its places when it is moved, and gives them back when it is assigned to") {
  Three three{{Given::free, Given::free, Given::closed}};
  Three others{{Given::free, Given::closed, Given::open}};
  auto first = in_series(three.a, three.b, three.c).try_acquire();
  REQUIRE(first);
  auto second = std::move(first);
  CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move)
  REQUIRE(second);
  CHECK(free_places(three.a) == all_places - 1);
  CHECK(free_places(three.b) == all_places - 1);
  second = in_series(others.a, others.b, others.c).try_acquire();
  CHECK_FALSE(second);
  CHECK(second.rejection().circuit_name == "c");
  CHECK(free_places(three.a) == all_places);
  CHECK(free_places(three.b) == all_places);
  CHECK(free_places(others.a) == all_places);
  {
    const auto third = in_series(three.b, others.a).try_acquire();
    CHECK(free_places(three.b) == all_places - 1);
    CHECK(free_places(others.a) == all_places - 1);
  }
  CHECK(free_places(three.b) == all_places);
  CHECK(free_places(others.a) == all_places);
}

TEST_CASE("A series would admit a call if all its breakers would, and asking changes nothing") {
  for (const Given first : every_condition) {
    for (const Given second : every_condition) {
      CAPTURE(static_cast<int>(first), static_cast<int>(second));
      Three three{{first, second, Given::closed}};
      const CallCounts before = three.a.call_counts();
      CHECK(in_series(three.a, three.b).would_admit() == (lets_through(first) && lets_through(second)));
      CHECK(three.a.call_counts() == before);
    }
  }
}

TEST_CASE("A guarded callable holds a series, and is itself copied and called as const") {
  const auto make = [](auto& a, auto& b) {
    return guarded(in_series(a, b), one,
                   [](const CallNotPermittedError& error) { return static_cast<int>(error.circuit_name().size()); });
  };
  CircuitBreaker a{"a"};
  CircuitBreaker b{"long"};
  const auto call = make(a, b);
  const auto copy = call;
  CHECK(call() == 1);
  CHECK(copy() == 1);
  CHECK(counts(a, b) == Strings{"2/0", "2/0"});
  b.force_open();
  CHECK(copy() == 4);
  CHECK(counts(a, b) == Strings{"2/0", "0/0"});
}

TEST_CASE("A call that is awaited after the series object has gone still asks its breakers") {
  AsyncCircuitBreaker a{"a"};
  AsyncCircuitBreaker b{"b"};
  auto later = in_series(a, b).try_call(one_later);
  CHECK(counts(a, b) == Strings{"0/0", "0/0"});
  CHECK(run(await(std::move(later))).value() == 1);
  CHECK(counts(a, b) == Strings{"1/0", "1/0"});
}

TEST_CASE("A coroutine that is destroyed while it waits in a series gives all places back") {
  Three three{{Given::free, Given::closed, Given::free}};
  AsyncCircuitBreaker a{three.a};
  AsyncCircuitBreaker b{three.b};
  AsyncCircuitBreaker c{three.c};
  Event event;
  const auto wait = [&event] { return wait_for(event); };
  const auto waits = [&]() -> Eager<int> { co_return (co_await in_series(a, b, c).try_call(wait)).value(); };
  {
    const Eager<int> waiting = waits();
    REQUIRE(event.is_awaited());
    CHECK(free_places(three.a) == all_places - 1);
    CHECK(free_places(three.c) == all_places - 1);
  }
  CHECK(free_places(three.a) == all_places);
  CHECK(free_places(three.c) == all_places);
  CHECK(three.b.call_counts().admitted == 1);
  CHECK(three.b.call_counts().ignored == 1);
  CHECK(counts(a, b, c) == Strings{"0/0", "0/0", "0/0"});
}

TEST_CASE("Coroutines that await only their own kind, and fallbacks that are awaited, go through a series") {
  AsyncCircuitBreaker a{"a"};
  AsyncCircuitBreaker b{"b"};
  auto both = in_series(a, b);
  const auto strict = []() -> Strict<int> { co_return 5; };
  static_assert(std::is_same_v<decltype(both.try_call(strict)), Strict<CallResult<int>>>);
  CHECK(run(both.try_call(strict)).value() == 5);
  CHECK(counts(a, b) == Strings{"1/0", "1/0"});
  b.force_open();
  CHECK(run(both.try_call(strict)).rejection().circuit_name == "b");
  const auto now = [](const CallNotPermittedError& error) { return error.circuit_name() == "b" ? 6 : 0; };
  CHECK(run(await(both.call_with_fallback(one_later, now))) == 6);
  CHECK(run(await(guarded(both, one_later, now)())) == 6);
#if defined(__cpp_exceptions)
  const auto later = [](const CallNotPermittedError& error) -> Lazy<int> {
    co_return error.circuit_name() == "b" ? 7 : 0;
  };
  CHECK(run(await(both.call_with_fallback(one_later, later))) == 7);
#endif
}

#if defined(__cpp_exceptions)

TEST_CASE("A series that is const makes calls, too") {
  CircuitBreaker a{"a"};
  CircuitBreaker b{"b"};
  const auto both = in_series(a, b);
  const auto failing = []() -> int { throw Down{}; };
  CHECK(both.call([](int number) { return number; }, 2) == 2);
  CHECK(both.try_call(one).value() == 1);
  CHECK(both.call_with_fallback(failing, [](const Down&) { return 3; }) == 3);
  CHECK(counts(a, b) == Strings{"3/1", "3/1"});
  static_assert(noexcept(both.try_call([]() noexcept { return 1; })) && !noexcept(both.try_call(failing)));
  int number = 0;
  CHECK(&both.call([&]() -> int& { return number; }) == &number);

  AsyncCircuitBreaker c{"c"};
  AsyncCircuitBreaker d{"d"};
  const auto awaited = in_series(c, d);
  CHECK(run(await(awaited.call(one_later))) == 1);
  CHECK(run(await(awaited.try_call(one_later))).value() == 1);
  CHECK(counts(c, d) == Strings{"2/0", "2/0"});
}

TEST_CASE("A refusal that a series throws names the breaker that refused") {
  CircuitBreaker a{"a"};
  CircuitBreaker b{"b", FailureStreak{3}};
  b.force_open(30s);
  try {
    in_series(a, b).call(one);
    FAIL("the call was made");
  } catch (const CallNotPermittedError& error) {
    CHECK(error.circuit_name() == "b");
    CHECK(error.state() == State::forced_open);
    CHECK(std::string{error.what()} == "circuit breaker 'b' is forced_open: call not permitted");
  }
  CHECK(counts(a, b) == Strings{"0/0", "0/0"});
}

TEST_CASE("A tracker of a series that throws has no say, and the others hear of the outcome") {
  CircuitBreaker a{"a", TypeOf<Stranger>{}};
  CircuitBreaker b{"b", Custom{[](const Down&) -> bool { throw Stranger{}; }}};
  CircuitBreaker c{"c"};
  CircuitBreaker d{"d", OnResult{[](int) -> bool { throw Stranger{}; }}};
  CHECK_THROWS_AS(in_series(a, b, c).call([] { throw Down{}; }), Down);
  CHECK(counts(a, b, c) == Strings{"0/0", "0/0", "1/1"});
  in_series(c, b, a).try_acquire().failure(Down{});
  CHECK(counts(a, b, c) == Strings{"0/0", "0/0", "2/2"});
  CHECK(in_series(c, d, a).call(one) == 1);
  CHECK(counts(a, d, c) == Strings{"1/0", "1/0", "3/2"});
}

TEST_CASE("A series keeps a result that cannot be moved where it is") {
  with_judges([](auto& everything, auto& downs, auto& lenient) {
    const Anchor anchor = in_series(everything, downs, lenient).call([] { return Anchor{}; });
    CHECK(anchor.depth == 3);
    CHECK(counts(everything, downs, lenient) == Strings{"1/0", "1/0", "1/0"});
  });
}

TEST_CASE("A fallback handles what a call through a series throws, after all have heard of it") {
  with_judges([](auto& everything, auto& downs, auto& lenient) {
    auto all = in_series(everything, downs, lenient);
    const auto fail = []() -> int { throw Down{}; };
    Strings then;
    CHECK(all.call_with_fallback(fail, [&](const Down&) {
      then = counts(everything, downs, lenient);
      return 2;
    }) == 2);
    CHECK(then == Strings{"1/1", "1/1", "1/0"});
    CHECK(all.call_with_fallback(fail, [](const std::exception_ptr&) { return 3; }) == 3);
    CHECK_THROWS_AS(all.call_with_fallback(fail, [](const Stranger&) { return 4; }), Down);
    CHECK(all.call_with_fallback([] { return std::make_error_code(std::errc::timed_out); },
                                 [](const std::error_code&) { return std::error_code{}; }) == std::error_code{});
    downs.force_open();
    CHECK(all.call_with_fallback(fail, [](const std::runtime_error&) { return 5; }) == 5);
    CHECK(all.call_with_fallback(fail, [](const std::exception_ptr&) { return 6; }) == 6);
  });
}

#endif

// That no OnResult can look at it is meant here.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

TEST_CASE("A result that no OnResult of a series can look at is recorded all the same") {
  CircuitBreaker first{"first"};
  CircuitBreaker second{"second", All{} | OnResult{[](const std::string& text) { return text.empty(); }}};
  auto both = in_series(first, second);
  both.try_acquire().record(7);
  CHECK(counted(first) == "1/0");
  CHECK(counted(second) == "1/0");
}

#pragma GCC diagnostic pop
