// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The front end for coroutines, with tasks and awaiters written by hand.

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
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
using endings::Down;
using endings::Stranger;
using tasks::Eager;
using tasks::Event;
using tasks::Lazy;
using tasks::Ready;
using tasks::run;
using tasks::Strict;

/// A breaker that opens at the first failure it counts, for a minute.
template <class Tracker = TypeOf<Down>>
auto sensitive(const ManualEnvironment& env = ManualEnvironment{}, Tracker tracker = {}) {
  return AsyncCircuitBreaker{Config{.name = "db",
                                    .window = CountWindow{10},
                                    .tracker = tracker,
                                    .tripper = FailureRate{0.01},
                                    .retry = Cooldown{60s},
                                    .permit = AllowAll{},
                                    .environment = env,
                                    .as_written = true}};
}

/// Awaits an awaitable in a coroutine of its own.
template <class A>
Lazy<await_result_t<A>> await(A awaitable) {
  co_return co_await std::move(awaitable);
}

Lazy<int> lazily(int n) { co_return n; }
Eager<int> eagerly(int n) { co_return n; }
Ready<int> at_once(int n) { return {n}; }

}  // namespace

// ---- What awaiting gives --------------------------------------------------------------------------------------------

TEST_CASE("An awaited call gives what every kind of awaitable gives") {
  auto cb = sensitive();
  CHECK(run(await(calling(cb, lazily, 1))) == 1);
  CHECK(run(await(calling(cb, eagerly, 2))) == 2);
  CHECK(run(await(calling(cb, at_once, 3))) == 3);
  CHECK(run(await(cb.try_call(lazily, 4))).value() == 4);
#if defined(__cpp_exceptions)
  CHECK(run(await(cb.call_with_fallback(lazily, [](std::exception_ptr) { return 0; }, 5))) == 5);
#else
  CHECK(run(await(cb.call_with_fallback(lazily, [](const CallNotPermittedError&) { return 0; }, 5))) == 5);
#endif
  CHECK(counted(cb) == "5/0");
}

TEST_CASE("An awaited call gives values and references and nothing and what only moves") {
  auto cb = sensitive();
  int number = 4;
  int& same = run(await(calling(cb, [&]() -> Lazy<int&> { co_return number; })));
  CHECK(&same == &number);
  run(await(calling(cb, []() -> Lazy<void> { co_return; })));
  CHECK(run(await(cb.try_call([]() -> Lazy<void> { co_return; }))).has_value());
  const auto pointer =
      run(await(calling(cb, []() -> Lazy<std::unique_ptr<int>> { co_return std::make_unique<int>(5); })));
  CHECK(*pointer == 5);
  const auto moved =
      run(await(calling(cb, [](std::unique_ptr<int> p) -> Lazy<int> { co_return *p; }, std::make_unique<int>(6))));
  CHECK(moved == 6);
  CHECK(&*run(await(cb.try_call([&]() -> Lazy<int&> { co_return number; }))) == &number);
}

namespace {

/// Says by something that only tests as a bool that it is ready.
struct Tested {
  struct Yes {
    explicit operator bool() const noexcept { return true; }
  };
  Yes await_ready() const noexcept { return {}; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return 9; }
};
struct GivesConst {
  const Tested operator co_await() const noexcept { return {}; }  // NOLINT(readability-const-return-type)
};
const Tested tested() { return {}; }           // NOLINT(readability-const-return-type)
const GivesConst gives_const() { return {}; }  // NOLINT(readability-const-return-type)

}  // namespace

TEST_CASE("An awaited call takes awaiters that are const and answers that only test as a bool") {
  auto cb = sensitive();
  CHECK(run(await(calling(cb, tested))) == 9);
  CHECK(run(await(calling(cb, gives_const))) == 9);
#if defined(__cpp_exceptions)
  CHECK(run(await(cb.call_with_fallback(gives_const, [](const CallNotPermittedError&) { return Tested{}; }))) == 9);
#else
  CHECK(run(await(cb.call_with_fallback(gives_const, [](const CallNotPermittedError&) { return 0; }))) == 9);
#endif
  CHECK(counted(cb) == "3/0");
}

// ---- Admission ------------------------------------------------------------------------------------------------------

TEST_CASE("A refused call does not invoke the callable") {
  auto cb = sensitive();
  cb.force_open();
  bool invoked = false;
  const auto f = [&] {
    invoked = true;
    return Ready<int>{1};
  };
  CHECK(run(refuses_later(cb, f)));
  const auto result = run(await(cb.try_call(f)));
  CHECK_FALSE(result.has_value());
  CHECK(result.rejection().state == State::forced_open);
  CHECK_FALSE(invoked);
}

TEST_CASE("Admission is decided when the call is awaited, not when it is written") {
  auto cb = sensitive();
#if defined(__cpp_exceptions)
  auto early = cb.call(at_once, 1);
  cb.force_open();
  CHECK_THROWS_AS(run(await(std::move(early))), CallNotPermittedError);
#else
  auto early = cb.try_call(at_once, 1);
  cb.force_open();
  CHECK_FALSE(run(await(std::move(early))).has_value());
#endif

  auto late = calling(cb, at_once, 2);
  cb.reset();
  CHECK(run(await(std::move(late))) == 2);
}

TEST_CASE("A call that is never awaited is never made") {
  auto cb = sensitive();
  bool invoked = false;
  {
    const auto unused = calling(cb, [&] {
      invoked = true;
      return Ready<int>{1};
    });
    (void)unused;
  }
  CHECK_FALSE(invoked);
  CHECK(counted(cb) == "0/0");
}

// ---- Outcome --------------------------------------------------------------------------------------------------------

TEST_CASE("An awaited result that its traits call failed counts") {
  auto cb = sensitive(ManualEnvironment{}, TypeOf<std::error_code>{});
  const auto lost = std::make_error_code(std::errc::connection_reset);
  CHECK(run(await(calling(cb, [&] { return Ready<std::error_code>{lost}; }))) == lost);
  CHECK(cb.state() == State::open);
}

TEST_CASE("OnResult looks at what awaiting gives") {
  auto cb = sensitive(ManualEnvironment{}, OnResult{[](const int& status) { return status >= 500; }});
  CHECK(run(await(calling(cb, lazily, 404))) == 404);
  CHECK(counted(cb) == "1/0");
  CHECK(run(await(calling(cb, lazily, 503))) == 503);
  CHECK(cb.state() == State::open);
}

namespace {

template <class Breaker>
Eager<int> wait_for(Breaker& cb, Event& event) {
  co_return co_await calling(cb, [&event]() -> Event& { return event; });
}

}  // namespace

TEST_CASE("A call's duration is from admission to resumption") {
  ManualEnvironment env;
  AsyncCircuitBreaker cb{Config{.slow_threshold = 2s, .environment = env}};
  Event event;
  auto written = calling(cb, [&]() -> Event& { return event; });
  env.advance(10s);  // before it is awaited: does not count
  auto waiting = await(std::move(written));
  waiting.start();
  REQUIRE(event.is_awaited());
  env.advance(1999ms);
  event.resume();
  REQUIRE(waiting.done());
  env.advance(10s);  // after it was resumed: neither
  CHECK(counted(cb) == "1/0");
  CHECK(cb.info().metrics.slow_count() == 0);

  Event slow;
  auto slowly = wait_for(cb, slow);
  env.advance(2s);
  slow.resume();
  CHECK(slowly.get() == 7);
  CHECK(cb.info().metrics.slow_count() == 1);
}

// ---- Suspension -----------------------------------------------------------------------------------------------------

namespace {

/// Answers await_suspend in each way there is; resumed by hand where it stays suspended.
template <class Answer>
struct Suspends {
  Answer answer;
  std::coroutine_handle<>* waiting;
  bool await_ready() const noexcept { return false; }
  auto await_suspend(std::coroutine_handle<> caller) const {
    *waiting = caller;
    return answer(caller);
  }
  int await_resume() const noexcept { return 3; }
};
template <class Answer>
Suspends(Answer, std::coroutine_handle<>*) -> Suspends<Answer>;

template <class Breaker, class Answer>
Eager<int> suspend(Breaker& cb, Answer answer, std::coroutine_handle<>& waiting) {
#if defined(__cpp_exceptions)
  co_return co_await cb.call([&] { return Suspends{answer, &waiting}; });
#else
  const auto result = co_await cb.try_call([&] { return Suspends{answer, &waiting}; });
  co_return result.value();
#endif
}

}  // namespace

TEST_CASE("An awaiter whose await_suspend gives nothing or a bool or a handle is passed on") {
  auto cb = sensitive();
  std::coroutine_handle<> waiting;

  auto with_void = suspend(cb, [](std::coroutine_handle<>) {}, waiting);
  CHECK_FALSE(with_void.done());
  waiting.resume();
  CHECK(with_void.get() == 3);

  auto with_true = suspend(cb, [](std::coroutine_handle<>) { return true; }, waiting);
  CHECK_FALSE(with_true.done());
  waiting.resume();
  CHECK(with_true.get() == 3);

  auto with_false = suspend(cb, [](std::coroutine_handle<>) { return false; }, waiting);
  CHECK(with_false.done());

  auto with_own_handle = suspend(cb, [](std::coroutine_handle<> caller) { return caller; }, waiting);
  CHECK(with_own_handle.done());

  auto with_noop =
      suspend(cb, [](std::coroutine_handle<>) { return std::coroutine_handle<>{std::noop_coroutine()}; }, waiting);
  CHECK_FALSE(with_noop.done());
  waiting.resume();
  CHECK(with_noop.get() == 3);
  CHECK(counted(cb) == "5/0");
}

namespace {

template <class Breaker>
Lazy<int> sum_of(Breaker& cb, int times) {
  int sum = 0;
#if defined(__cpp_exceptions)
  for (int i = 0; i != times; ++i) sum += co_await cb.call(lazily, 1);
#else
  for (int i = 0; i != times; ++i) {
    const auto result = co_await cb.try_call(lazily, 1);
    sum += result.value();
  }
#endif
  co_return sum;
}

}  // namespace

TEST_CASE("A long row of calls that end at once does not grow the stack") {
  auto cb = sensitive();
  // g++ has no tail calls at -O0, with a breaker or without one.
#if defined(__clang__)
  constexpr int times = 200'000;
#else
  constexpr int times = 5'000;
#endif
  CHECK(run(sum_of(cb, times)) == times);
}

TEST_CASE("A call may be resumed on another thread, while await_suspend still runs there") {
  auto cb = sensitive();
  for (int i = 0; i != 200; ++i) {
    CAPTURE(i);
    std::thread other;
    std::coroutine_handle<> waiting;
    auto task = suspend(
        cb, [&](std::coroutine_handle<> caller) { other = std::thread{[caller] { caller.resume(); }}; }, waiting);
    other.join();
    CHECK(task.get() == 3);
  }
  CHECK(cb.info().metrics.total_count() == 10);
}

// ---- Cancellation ---------------------------------------------------------------------------------------------------

TEST_CASE("A coroutine destroyed while it waits is neutral and gives its place back") {
  ManualEnvironment env;
  AsyncCircuitBreaker cb{Config{.window = CountWindow{10},
                                .tripper = FailureRate{0.5},
                                .retry = Cooldown{60s},
                                .permit = Probes{1, 10s},
                                .environment = env}};
  CHECK(run(fails_later<Down>(cb)));
  env.advance(60s);

  Event event;
  {
    const auto probe = wait_for(cb, event);
    REQUIRE(cb.state() == State::half_open);
    REQUIRE(event.is_awaited());
    CHECK(run(refuses_later(cb, at_once, 1)));  // the one place is taken
  }
  CHECK(counted(cb) == "0/0");
  CHECK(run(await(calling(cb, at_once, 1))) == 1);
  CHECK(cb.state() == State::closed);
}

// ---- Fallbacks ------------------------------------------------------------------------------------------------------

TEST_CASE("A fallback works where the call gives a reference or nothing") {
  auto cb = sensitive();
  cb.force_open();
  int spare = 1;
  int number = 2;
  const auto refer = [&]() -> Lazy<int&> { co_return number; };
  int& got = run(await(cb.call_with_fallback(refer, [&](const CallNotPermittedError&) -> int& { return spare; })));
  CHECK(&got == &spare);
#if defined(__cpp_exceptions)
  int& got_later =
      run(await(cb.call_with_fallback(refer, [&](const CallNotPermittedError&) { return Ready<int&>{spare}; })));
  CHECK(&got_later == &spare);
#endif
  bool told = false;
  run(await(
      cb.call_with_fallback([]() -> Lazy<void> { co_return; }, [&](const CallNotPermittedError&) { told = true; })));
  CHECK(told);
#if defined(__cpp_exceptions)
  run(await(cb.call_with_fallback([]() -> Lazy<void> { co_return; },
                                  [](const CallNotPermittedError&) -> Lazy<void> { co_return; })));
#endif
}

// ---- One core, two front ends ---------------------------------------------------------------------------------------

TEST_CASE("An attached breaker shares state and counts with the one that it is attached to") {
  CircuitBreaker sync{Config{.name = "shared", .tracker = TypeOf<Down>{}, .tripper = FailureStreak{2}}};
  AsyncCircuitBreaker async{sync};
  CHECK(async.name() == "shared");
  CHECK(fails_with<Down>(sync));
  CHECK(run(fails_later<Down>(async)));
  CHECK(sync.state() == State::open);
  CHECK(async.state() == State::open);
  CHECK(refuses(sync, [] {}));
  async.reset();
  CHECK(sync.state() == State::closed);
  CHECK(run(await(calling(async, lazily, 1))) == 1);
  CHECK(counted(sync) == "1/0");
}

TEST_CASE("Commands of the front end for coroutines are told to listeners unless they are silent") {
  std::vector<State> told;
  AsyncCircuitBreaker cb{"own", Listener{[&told](const Signal& signal) { told.push_back(signal.new_state); }}};
  cb.disable();
  cb.metrics_only();
  cb.force_open();
  cb.force_open(1s);
  cb.reset();
  CHECK(told ==
        std::vector{State::disabled, State::metrics_only, State::forced_open, State::forced_open, State::closed});
  told.clear();
  cb.disable(Notify::no);
  cb.metrics_only(Notify::no);
  cb.force_open(Notify::no);
  cb.force_open(1s, Notify::no);
  cb.reset(Notify::no);
  CHECK(told.empty());
}

TEST_CASE("The control of both front ends is the same") {
  AsyncCircuitBreaker cb{"own", CountWindow{200}};
  cb.disable();
  CHECK(cb.state() == State::disabled);
  cb.metrics_only(Notify::no);
  CHECK(cb.state() == State::metrics_only);
  cb.force_open();
  CHECK(cb.state() == State::forced_open);
  CHECK_FALSE(cb.try_acquire());
  cb.force_open(10s);
  CHECK(cb.try_acquire().rejection().retry_after.has_value());
  cb.reset();
  auto admission = cb.try_acquire();
  REQUIRE(admission);
  admission.success();
  CHECK(cb.info().name == "own");
  CHECK(counted(cb) == "1/0");
}

// ---- Spellings ------------------------------------------------------------------------------------------------------

namespace {

/// Owns memory that a sanitizer sees leak or die twice, and counts itself.
class Counted {
 public:
  explicit Counted(int value) : value_{std::make_unique<int>(value)} { ++alive; }
  Counted(const Counted& other) : value_{std::make_unique<int>(other.value())} { ++alive; }
  Counted(Counted&& other) noexcept : value_{std::move(other.value_)} { ++alive; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive; }
  int value() const { return *value_; }

  static inline int alive = 0;

 private:
  std::unique_ptr<int> value_;
};

}  // namespace

TEST_CASE("A coroutine destroyed while it waits destroys what it keeps once") {
  REQUIRE(Counted::alive == 0);
  {
    auto cb = sensitive();
    Event event;
    const auto f = [&event](const Counted&) -> Event& { return event; };
    auto task = await(calling(cb, f, Counted{1}));
    task.start();
    REQUIRE(event.is_awaited());
    CHECK(Counted::alive > 0);
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("A guarded call may await a guarded call of the same breaker") {
  auto cb = sensitive();
  const auto outer = [&]() -> Lazy<int> { co_return co_await calling(cb, lazily, 5); };
  CHECK(run(await(calling(cb, outer))) == 5);
  CHECK(counted(cb) == "2/0");
}

#if defined(__cpp_exceptions)

namespace {

template <class Error = Down>
Lazy<int> fail(int) {
  throw Error{};
  co_return 0;
}
template <class Error = Down>
Eager<int> fail_eagerly(int) {
  throw Error{};
  co_return 0;
}
/// Fails before there is anything to await.
template <class Error = Down>
Ready<int> fail_early(int) {
  throw Error{};
}

/// The message of what `work` throws, "nothing" if it does not.
template <class Work>
std::string thrown_by(Work&& work) {
  try {
    work();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace

namespace {

/// Gives something that can neither be copied nor moved.
struct Fixed {
  explicit Fixed(int n) : number{n} {}
  Fixed(const Fixed&) = delete;
  Fixed& operator=(const Fixed&) = delete;
  int number;
};
struct GivesFixed {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  Fixed await_resume() const { return Fixed{8}; }
};
template <class Breaker>
Lazy<int> number_of_fixed(Breaker& cb) {
  const Fixed fixed = co_await cb.call([] { return GivesFixed{}; });
  co_return fixed.number;
}

}  // namespace

TEST_CASE("An awaited call gives what cannot be moved where it is wanted") {
  auto cb = sensitive();
  CHECK(run(number_of_fixed(cb)) == 8);
  CHECK(counted(cb) == "1/0");
}

namespace {

/// Gives an rvalue reference into itself, as tasks do that are moved from when they are awaited.
struct GivesRvalue {
  std::unique_ptr<int> pointer;
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  std::unique_ptr<int>&& await_resume() noexcept { return std::move(pointer); }
};
GivesRvalue give_rvalue() { return {std::make_unique<int>(5)}; }
template <class Breaker>
Lazy<int> sum_of_rvalues(Breaker& cb) {
  const std::unique_ptr<int> called = co_await cb.call(give_rvalue);
  const auto tried = co_await cb.try_call(give_rvalue);
  const auto fallen =
      co_await cb.call_with_fallback(give_rvalue, [](const CallNotPermittedError&) { return std::unique_ptr<int>{}; });
  const auto fallen_later =
      co_await cb.call_with_fallback(give_rvalue, [](const CallNotPermittedError&) { return give_rvalue(); });
  co_return *called + **tried + *fallen + *fallen_later;
}

}  // namespace

TEST_CASE("An rvalue reference into what was awaited is moved from before that is gone") {
  auto cb = sensitive();
  static_assert(std::is_same_v<await_result_t<decltype(cb.call(give_rvalue))>, std::unique_ptr<int>&&>);
  static_assert(std::is_same_v<await_result_t<decltype(cb.try_call(give_rvalue))>, CallResult<std::unique_ptr<int>>>);
  CHECK(run(sum_of_rvalues(cb)) == 20);
  cb.force_open();
  CHECK(*run(await(cb.call_with_fallback(give_rvalue, [](const CallNotPermittedError&) { return give_rvalue(); }))) ==
        5);
}

TEST_CASE("What the inner awaitable throws counts as the tracker says and passes unchanged") {
  for (const bool eager : {false, true}) {
    CAPTURE(eager);
    auto cb = sensitive();
    CHECK(thrown_by([&] {
            eager ? run(await(cb.call(fail_eagerly<Stranger>, 0))) : run(await(cb.call(fail<Stranger>, 0)));
          }) == "stranger");
    CHECK(counted(cb) == "0/0");
    CHECK(thrown_by([&] { eager ? run(await(cb.call(fail_eagerly<>, 0))) : run(await(cb.call(fail<>, 0))); }) ==
          "down");
    CHECK(cb.state() == State::open);
  }
}

TEST_CASE("With All every exception counts and none is caught on the way") {
  auto cb = sensitive(ManualEnvironment{}, All{});
  CHECK(thrown_by([&] { run(await(cb.call(fail<Stranger>, 0))); }) == "stranger");
  CHECK(cb.state() == State::open);
}

// ---- Set-up that throws ---------------------------------------------------------------------------------------------

namespace {

enum class At { invoke, co_await_operator, ready, suspend_void, suspend_bool, suspend_handle, resume };

/// Throws Down at one step of being awaited.
template <At at>
struct Throws {
  struct Awaiter {
    bool await_ready() const {
      if (at == At::ready) throw Down{};
      return at == At::resume;
    }
    auto await_suspend(std::coroutine_handle<> caller) const {
      if (at != At::resume) throw Down{};
      if constexpr (at == At::suspend_bool) {
        return true;
      } else if constexpr (at == At::suspend_handle) {
        return caller;
      }
    }
    int await_resume() const { throw Down{}; }
  };
  Awaiter operator co_await() const {
    if (at == At::co_await_operator) throw Down{};
    return {};
  }
};

template <At at>
Throws<at> throw_at() {
  if (at == At::invoke) throw Down{};
  return {};
}

template <At at>
void check_throwing() {
  CAPTURE(static_cast<int>(at));
  {
    auto cb = sensitive();
    CHECK(thrown_by([&] { run(await(cb.call(throw_at<at>))); }) == "down");
    CHECK(cb.state() == State::open);
  }
  {
    auto cb = sensitive();
    CHECK(thrown_by([&] { (void)run(await(cb.try_call(throw_at<at>))); }) == "down");
    CHECK(cb.state() == State::open);
  }
  {
    auto cb = sensitive(ManualEnvironment{}, TypeOf<Stranger>{});
    CHECK(run(await(cb.call_with_fallback(throw_at<at>, [](const Down&) { return 1; }))) == 1);
    CHECK(run(await(cb.call_with_fallback(throw_at<at>, [](const Down&) { return Ready<int>{2}; }))) == 2);
    CHECK(counted(cb) == "0/0");
  }
}

}  // namespace

TEST_CASE("An exception at any step of being awaited is the call's outcome") {
  check_throwing<At::invoke>();
  check_throwing<At::co_await_operator>();
  check_throwing<At::ready>();
  check_throwing<At::suspend_void>();
  check_throwing<At::suspend_bool>();
  check_throwing<At::suspend_handle>();
  check_throwing<At::resume>();
}

namespace {

template <class Error>
Lazy<int> later(const Error&, int value) {
  co_return value;
}

}  // namespace

TEST_CASE("A fallback on refusals gets refusals by this breaker only") {
  auto cb = sensitive();
  auto other = sensitive();
  other.force_open();
  const auto nested = [&]() -> Lazy<int> { co_return co_await other.call(at_once, 1); };
  const auto plain = [](const CallNotPermittedError&) { return -1; };
  const auto awaited = [](const CallNotPermittedError& refusal) { return later(refusal, -2); };

  CHECK_THROWS_AS(run(await(cb.call_with_fallback(nested, plain))), CallNotPermittedError);
  CHECK_THROWS_AS(run(await(cb.call_with_fallback(nested, awaited))), CallNotPermittedError);
  CHECK(thrown_by([&] { run(await(cb.call_with_fallback(fail<Stranger>, plain, 0))); }) == "stranger");
  CHECK(thrown_by([&] { run(await(cb.call_with_fallback(fail<Stranger>, awaited, 0))); }) == "stranger");
  CHECK(run(await(cb.call_with_fallback(lazily, awaited, 6))) == 6);
  cb.force_open();
  CHECK(run(await(cb.call_with_fallback(lazily, plain, 0))) == -1);
  CHECK(run(await(cb.call_with_fallback(lazily, awaited, 0))) == -2);
}

TEST_CASE("A fallback of an awaited call on an exception type gets that type and the rest passes") {
  auto cb = sensitive(ManualEnvironment{}, TypeOf<std::logic_error>{});
  const auto plain = [](const Down&) { return -1; };
  const auto awaited = [](const Down& error) { return later(error, -2); };
  CHECK(run(await(cb.call_with_fallback(fail<>, plain, 0))) == -1);
  CHECK(run(await(cb.call_with_fallback(fail<>, awaited, 0))) == -2);
  CHECK(thrown_by([&] { run(await(cb.call_with_fallback(fail<Stranger>, plain, 0))); }) == "stranger");
  CHECK(thrown_by([&] { run(await(cb.call_with_fallback(fail<Stranger>, awaited, 0))); }) == "stranger");
  cb.force_open();
  CHECK_THROWS_AS(run(await(cb.call_with_fallback(lazily, plain, 0))), CallNotPermittedError);
  CHECK_THROWS_AS(run(await(cb.call_with_fallback(lazily, awaited, 0))), CallNotPermittedError);
}

TEST_CASE("A fallback of an awaited call on a text gets it") {
  auto cb = sensitive();
  const auto fail_with_chars = []() -> Lazy<std::string> {
    throw "down";
    co_return "";
  };
  const auto plain = [](const char* text) { return std::string{text}; };
  const auto awaited = [](const char* text) { return Ready<std::string>{text}; };
  CHECK(run(await(cb.call_with_fallback(fail_with_chars, plain))) == "down");
  CHECK(run(await(cb.call_with_fallback(fail_with_chars, awaited))) == "down");
}

TEST_CASE("A fallback of an awaited call on an exception pointer gets everything") {
  auto cb = sensitive();
  const auto message = [](const std::exception_ptr& error) {
    return thrown_by([&] { std::rethrow_exception(error); });
  };
  std::string heard;
  const auto plain = [&](std::exception_ptr error) {
    heard = message(error);
    return 1;
  };
  const auto awaited = [&](std::exception_ptr error) {
    heard = message(error);
    return Ready<int>{2};
  };
  CHECK(run(await(cb.call_with_fallback(fail<Stranger>, plain, 0))) == 1);
  CHECK(heard == "stranger");
  cb.force_open();
  CHECK(run(await(cb.call_with_fallback(lazily, awaited, 0))) == 2);
  CHECK(heard == "circuit breaker 'db' is forced_open: call not permitted");
}

namespace {

/// Reads the error when it runs, which is after the fallback has returned.
template <class Error>
Lazy<std::string> read_later(const Error& error) {
  co_return error.what();
}
Lazy<std::string> fail_with_text() {
  throw Down{};
  co_return "";
}

}  // namespace

TEST_CASE("An awaited fallback can read its error for as long as it runs") {
  auto cb = sensitive();
  CHECK(run(await(cb.call_with_fallback(fail_with_text, [](const Down& e) { return read_later(e); }))) == "down");
  CHECK(run(await(cb.call_with_fallback(fail_with_text, [](const CallNotPermittedError& refusal) {
          return read_later(refusal);
        }))) == "circuit breaker 'db' is open: call not permitted");
}

TEST_CASE("Where the fallback is awaited, what is referred to is awaited itself and no copy of it") {
  auto cb = sensitive();
  Event event;
  const auto refer_to_event = [&]() -> Event& { return event; };
  auto called = await(cb.call_with_fallback(refer_to_event, [](const Down&) { return Ready<int>{0}; }));
  called.start();
  REQUIRE(event.is_awaited());
  event.resume();
  CHECK(called.get() == 7);

  auto fallen = await(cb.call_with_fallback(fail<>, [&](const Down&) -> Event& { return event; }, 0));
  fallen.start();
  REQUIRE(event.is_awaited());
  event.resume();
  CHECK(fallen.get() == 7);
}

TEST_CASE("The failure is recorded before the fallback is asked") {
  auto cb = sensitive();
  State seen{};
  (void)run(await(cb.call_with_fallback(
      fail<>,
      [&](const Down&) {
        seen = cb.state();
        return 0;
      },
      0)));
  CHECK(seen == State::open);

  cb.reset();
  (void)run(await(cb.call_with_fallback(
      fail<>,
      [&](const Down&) {
        seen = cb.state();
        return Ready<int>{0};
      },
      0)));
  CHECK(seen == State::open);
}

TEST_CASE("An awaited fallback may itself fail") {
  auto cb = sensitive();
  CHECK(thrown_by([&] {
          run(await(cb.call_with_fallback(fail<>, [](const Down&) { return fail<Stranger>(0); }, 0)));
        }) == "stranger");
}

TEST_CASE("A call with an awaited fallback can be kept and replaced by another before it is awaited") {
  auto cb = sensitive();
  const auto called = [&](int n) {
    return cb.call_with_fallback(lazily, [](const Down&) { return Ready<int>{0}; }, int{n});
  };
  auto kept = called(1);
  kept = called(2);
  CHECK(run(await(std::move(kept))) == 2);
  CHECK(counted(cb) == "1/0");
}

namespace {

class Adds {
 public:
  explicit Adds(int number) : number_{std::make_unique<int>(number)} {}
  Ready<int> operator()(int n) const { return {*number_ + n}; }

 private:
  std::unique_ptr<int> number_;
};

}  // namespace

TEST_CASE("A guarded callable gives the awaitable") {
  auto cb = sensitive();
  const auto number = guarded(cb, lazily);
  CHECK(run(await(number(3))) == 3);
  CHECK(run(await(guarded(cb, Adds{4})(1))) == 5);  // the awaitable outlives the guarded callable
  const auto with_fallback = guarded(cb, fail<>, [](const CallNotPermittedError&) { return -1; });
  CHECK_THROWS_AS(run(await(with_fallback(0))), Down);
  CHECK(run(await(with_fallback(0))) == -1);
}

// ---- Strict coroutine types -----------------------------------------------------------------------------------------

namespace {

Strict<int> strictly(int n) { co_return n; }
template <class Breaker>
Strict<int> use_strictly(Breaker& cb) {
  const int called = co_await cb.call(strictly, 1);
  const CallResult<int> tried = co_await cb.try_call(strictly, 20);
  const int fallen = co_await cb.call_with_fallback(strictly, [](const CallNotPermittedError&) { return 0; }, 300);
  cb.force_open();
  const int plainly = co_await cb.call_with_fallback(strictly, [](const CallNotPermittedError&) { return 4'000; }, 0);
  const int strictly_later =
      co_await cb.call_with_fallback(strictly, [](const CallNotPermittedError&) { return strictly(50'000); }, 0);
  const CallResult<int> refused = co_await cb.try_call(strictly, 20);
  co_return called + *tried + fallen + plainly + strictly_later + (refused ? 0 : 600'000);
}
Strict<int> fail_strictly() {
  throw Down{};
  co_return 0;
}
Strict<int&> refer_strictly(int& n) { co_return n; }
Strict<void> nothing_strictly() { co_return; }

}  // namespace

TEST_CASE("Where a promise awaits its own kind only, the call is a coroutine of that kind") {
  auto cb = sensitive();
  static_assert(std::is_same_v<decltype(cb.call(strictly, 1)), Strict<int>>);
  static_assert(std::is_same_v<decltype(cb.try_call(strictly, 1)), Strict<CallResult<int>>>);
  CHECK(run(use_strictly(cb)) == 654'321);
  cb.reset();
  int number = 1;
  CHECK(&run(cb.call(refer_strictly, std::ref(number))) == &number);
  run(cb.call(nothing_strictly));
  CHECK(counted(cb) == "2/0");
  CHECK(thrown_by([&] { run(cb.call(fail_strictly)); }) == "down");
  CHECK(cb.state() == State::open);
}

namespace {

Lazy<int> value_of(Counted counted) { co_return counted.value(); }
Lazy<int> value_of_reference(const Counted& counted) { co_return counted.value(); }
struct Client {
  Counted base{100};
  Lazy<int> get(Counted counted) { co_return base.value() + counted.value(); }
  Lazy<int> read(int n) const { co_return base.value() + n; }
};
/// A functor that owns something; its constructor keeps it from being an aggregate.
class Functor {
 public:
  explicit Functor(int value) : counted_{value} {}
  Lazy<int> operator()(int n) const { co_return counted_.value() + n; }

 private:
  Counted counted_;
};

template <class Breaker>
Lazy<int> spell_everything(Breaker& cb) {
  int sum = 0;
  const Counted here{1};
  Client client;
  const Functor functor{10};
  // Captureless and capturing by reference.
  sum += co_await cb.call([](int n) { return lazily(n); }, 1);
  sum += co_await cb.call([&] { return value_of_reference(here); });
  sum += co_await cb.call([&](Counted counted) { return value_of(std::move(counted)); }, Counted{2});
  // Functions and pointers to them.
  sum += co_await cb.call(value_of, Counted{3});
  sum += co_await cb.call(&value_of, here);
  sum += co_await cb.call(value_of_reference, here);
  // Functors, by name and as a temporary.
  sum += co_await cb.call(functor, 1);
  sum += co_await cb.call(Functor{20}, 1);
  // Members, of an object by name and by address.
  sum += co_await cb.call(&Client::get, client, Counted{4});
  sum += co_await cb.call(&Client::get, &client, Counted{5});
  sum += co_await cb.call(&Client::read, std::as_const(client), 1);
  // Bound arguments.
  sum += co_await cb.call(std::bind_front(value_of, Counted{6}));
  sum += co_await cb.call(std::bind_front(&Client::get, &client), Counted{7});
  // A closure that owns something, by name.
  const auto owning = [counted = Counted{8}] { return value_of(counted); };
  sum += co_await cb.call(owning);
  auto moving = [counted = Counted{9}]() mutable { return value_of(std::move(counted)); };
  sum += co_await cb.call(moving);
  // Two statements.
  auto written = cb.call(value_of, Counted{10});
  sum += co_await std::move(written);
  // Each form.
  sum += *co_await cb.try_call(value_of, Counted{11});
  sum += co_await cb.call_with_fallback(value_of, [](const CallNotPermittedError&) { return 0; }, Counted{12});
  sum += co_await cb.call_with_fallback(value_of, [](const CallNotPermittedError&) { return lazily(0); }, Counted{13});
  co_return sum;
}

template <class Breaker>
Lazy<int> fail_everywhere(Breaker& cb) {
  int caught = 0;
  // As a callable that throws before it has made an awaitable, and as one that throws inside.
  try {
    co_await cb.call([](Counted) -> Ready<int> { throw Stranger{}; }, Counted{1});
  } catch (const Stranger&) {
    ++caught;
  }
  try {
    co_await cb.call(
        [](Counted) -> Lazy<int> {
          throw Stranger{};
          co_return 0;
        },
        Counted{2});
  } catch (const Stranger&) {
    ++caught;
  }
  cb.force_open();
  try {
    co_await cb.call(value_of, Counted{3});
  } catch (const CallNotPermittedError&) {
    ++caught;
  }
  const auto refused = co_await cb.try_call(value_of, Counted{4});
  co_return caught + (refused ? 0 : 1);
}

}  // namespace

TEST_CASE("What users naturally write neither leaks nor destroys twice") {
  REQUIRE(Counted::alive == 0);
  {
    auto cb = sensitive();
    const int sum = 1 + 1 + 2 + 3 + 1 + 1 + 11 + 21 + 104 + 105 + 101 + 6 + 107 + 8 + 9 + 10 + 11 + 12 + 13;
    CHECK(run(spell_everything(cb)) == sum);
    CHECK(cb.info().metrics.total_count() == 10);
    CHECK(run(fail_everywhere(cb)) == 4);
  }
  CHECK(Counted::alive == 0);
}

#endif
