// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What can be called, what comes back, and what a refusal says.

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/endings.hpp"
#include "support/exceptions.hpp"
#include "support/last_words.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

int twice(int n) { return 2 * n; }
int twice_surely(int n) noexcept { return 2 * n; }

struct Account {
  int balance = 0;
  int deposit(int amount) { return balance += amount; }
  int read() const { return balance; }
};

struct Adder {
  int sum = 0;
  int operator()(int n) { return sum += n; }
};

struct OnRvalueOnly {
  int operator()() && { return 5; }
};

/// Counts how it came to where it is.
struct Traveller {
  int copies = 0;
  int moves = 0;
  Traveller() = default;
  Traveller(const Traveller& other) : copies{other.copies + 1}, moves{other.moves} {}
  Traveller(Traveller&& other) noexcept : copies{other.copies}, moves{other.moves + 1} {}
  Traveller& operator=(const Traveller&) = default;
  Traveller& operator=(Traveller&&) = default;
  ~Traveller() = default;
};

using endings::Down;
struct WrongInput : std::logic_error {
  WrongInput() : std::logic_error{"wrong input"} {}
};

/// What a fallback can be.
int on_refusal(const CallNotPermittedError&) { return -1; }
int on_refusal_surely(const CallNotPermittedError&) noexcept { return -2; }
struct FallbackConst {
  int operator()(const CallNotPermittedError&) const& { return -3; }
};
struct FallbackLvalue {
  int calls = 0;
  int operator()(const CallNotPermittedError&) & { return -10 - ++calls; }
};
struct FallbackNoexcept {
  int operator()(const CallNotPermittedError&) const noexcept { return -5; }
};
struct FallbackRvalue {
  int operator()(CallNotPermittedError) && { return -6; }
};

using endings::Anchor;

const std::error_code lost = std::make_error_code(std::errc::connection_reset);

}  // namespace

TEST_CASE("Everything that std::invoke takes can be called") {
  CircuitBreaker cb{Config{}};
  Account account{10};
  const Account fixed{7};

  CHECK(called(cb, twice, 4) == 8);
  CHECK(called(cb, &twice, 4) == 8);
  CHECK(called(cb, &Account::deposit, account, 5) == 15);
  CHECK(called(cb, &Account::deposit, &account, 5) == 20);
  CHECK(called(cb, &Account::deposit, std::ref(account), 5) == 25);
  CHECK(called(cb, &Account::read, fixed) == 7);
  CHECK(called(cb, &Account::balance, fixed) == 7);
  CHECK(called(cb, std::function<int(int)>{twice}, 4) == 8);
  CHECK(called(cb, [](int a, int b) { return a - b; }, 5, 3) == 2);
  CHECK(called(cb, [held = std::make_unique<int>(3)] { return *held; }) == 3);
  CHECK(called(cb, OnRvalueOnly{}) == 5);
  CHECK(cb.info().metrics.total_count() == 11);
  CHECK(cb.info().metrics.failure_count() == 0);
}

TEST_CASE("A functor given by name is called itself and not a copy") {
  CircuitBreaker cb{Config{}};
  Adder adder;
  CHECK(called(cb, adder, 2) == 2);
  CHECK(cb.try_call(adder, 3).value() == 5);
  CHECK(adder.sum == 5);
}

TEST_CASE("A call to a member through a data pointer gives a reference to it") {
  CircuitBreaker cb{Config{}};
  Account account{1};
  called(cb, &Account::balance, account) = 9;
  CHECK(account.balance == 9);
  static_assert(std::is_same_v<decltype(cb.call(&Account::balance, account)), int&>);
}

TEST_CASE("A call that gives a reference is recorded once") {
  int value = 1;
  const auto refer = [&]() -> int& { return value; };
  const auto recorded = [&](auto tracker) {
    CAPTURE(tracker);
    CircuitBreaker cb{"refers", tracker};
    CHECK(&called(cb, refer) == &value);
    CHECK(&cb.try_call(refer).value() == &value);
#if defined(__cpp_exceptions)
    CHECK(&guarded(cb, refer)() == &value);
#else
    CHECK(&guarded(cb, refer, [&](const CallNotPermittedError&) -> int& { return value; })() == &value);
#endif
    CHECK(&cb.try_acquire().run(refer) == &value);
    return cb.info().metrics;
  };
  CHECK(recorded(All{}) == Metrics{4, 0});
  CHECK(recorded(TypeOf<Down>{}) == Metrics{4, 0});
  CHECK(recorded(OnResult{[](int number) { return number == 1; }}) == Metrics{4, 4});
}

TEST_CASE("Arguments are forwarded as they are") {
  CircuitBreaker cb{Config{}};
  CHECK(*called(cb, [](std::unique_ptr<int> p) { return p; }, std::make_unique<int>(4)) == 4);
  Traveller traveller;
  CHECK(&called(cb, [](Traveller& t) -> Traveller& { return t; }, traveller) == &traveller);
  CHECK(called(cb, [](const Traveller& t) { return t.copies + t.moves; }, traveller) == 0);
  CHECK(called(cb, [](Traveller&& t) { return t.copies + t.moves; }, std::move(traveller)) == 0);
}

TEST_CASE("Results come back as they are") {
  CircuitBreaker cb{Config{}};
  int value = 3;
  const auto reference = [&]() -> int& { return value; };
  const auto const_reference = [&]() -> const int& { return value; };
  const auto rvalue = [&]() -> int&& { return std::move(value); };
  const auto nothing = [] {};
  const auto owner = [] { return std::make_unique<int>(6); };

  static_assert(std::is_same_v<decltype(cb.call(reference)), int&>);
  static_assert(std::is_same_v<decltype(cb.call(const_reference)), const int&>);
  static_assert(std::is_same_v<decltype(cb.call(rvalue)), int&&>);
  static_assert(std::is_same_v<decltype(cb.call(nothing)), void>);
  CHECK(&called(cb, reference) == &value);
  CHECK(&called(cb, const_reference) == &value);
  CHECK(called(cb, rvalue) == 3);
  called(cb, nothing);
  CHECK(*called(cb, owner) == 6);
  CHECK(called(cb, [] { return Traveller{}; }).copies == 0);
}

TEST_CASE("Reading the side of a CallResult that is not there ends the program") {
  const auto refused = CallResult<int>{Rejection{State::open, 3s}};
  const auto held = CallResult<int>::from([] { return 1; });
  int number = 1;
  const auto referred = CallResult<int&>::from([&]() -> int& { return number; });
  // A child that goes on beyond the wrong side ends well.
  CHECK_FALSE(end_of([&] { (void)*held; }).aborted);
  CHECK_FALSE(end_of([&] { (void)refused.rejection(); }).aborted);
  CHECK(end_of([&] { (void)held.rejection(); }).aborted);
  CHECK(end_of([&] { (void)referred.rejection(); }).aborted);
  CHECK(end_of([&] { (void)refused.value(); }).aborted);
  CHECK(end_of([&] { (void)*refused; }).aborted);
  CHECK(end_of([&] { (void)refused.operator->(); }).aborted);
  CHECK(end_of([&] { CallResult<void>{Rejection{}}.value(); }).aborted);
}

TEST_CASE("A CallResult is assigned as what it holds is") {
  static_assert(std::is_trivially_copyable_v<CallResult<int>> ==
                std::is_trivially_copyable_v<std::variant<int, Rejection>>);
  static_assert(std::is_copy_assignable_v<CallResult<std::string>>);
  static_assert(std::is_nothrow_move_assignable_v<CallResult<std::string>>);
  static_assert(!std::is_copy_assignable_v<CallResult<std::unique_ptr<int>>>);
  static_assert(std::is_move_assignable_v<CallResult<std::unique_ptr<int>>>);
  static_assert(!std::is_copy_assignable_v<CallResult<std::reference_wrapper<int>>> ==
                !std::is_copy_assignable_v<std::variant<std::reference_wrapper<int>, Rejection>>);
  CallResult<std::string> result{Rejection{State::open, 3s}};
  result = CallResult<std::string>::from([] { return std::string{"fine"}; });
  CHECK(*result == "fine");
  const CallResult<std::string> other{Rejection{State::half_open, {}}};
  result = other;
  CHECK(result.rejection().state == State::half_open);
}

TEST_CASE("A result is constructed in the caller's place and not moved there") {
  CircuitBreaker all{Config{}};
  CircuitBreaker typed{Config{.tracker = TypeOf<Down>{}}};
  CircuitBreaker looking{Config{.tracker = OnResult{[](const Traveller& traveller) { return traveller.moves > 9; }}}};
  const auto travels = [](const Traveller& traveller) { return traveller.copies + traveller.moves; };
  const auto make = [] { return Traveller{}; };
  const auto fallback = [](const CallNotPermittedError&) { return Traveller{}; };
  const auto check = [&](auto& cb) {
    CHECK(travels(cb.call_with_fallback(make, fallback)) == 0);
#if defined(__cpp_exceptions)
    CHECK(travels(cb.call(make)) == 0);
    CHECK(travels(cb.call_with_fallback(make, [](const Down&) { return Traveller{}; })) == 0);
    CHECK(travels(guarded(cb, make)()) == 0);
#endif
    CHECK(travels(cb.try_acquire().run(make)) == 0);
    const CallResult<Traveller> held = cb.try_call(make);
    CHECK(held->copies == 0);
    CHECK(held->moves == 1);
    cb.force_open();
    CHECK(travels(cb.call_with_fallback(make, fallback)) == 0);
  };
  check(all);
  check(typed);
  check(looking);
}

TEST_CASE("A held reference leads to what it refers to by value and star and arrow") {
  CircuitBreaker cb{Config{}};
  Account account{4};
  const Account fixed{5};

  CallResult<Account&&> rvalue = cb.try_call([&]() -> Account&& { return std::move(account); });
  static_assert(std::is_same_v<decltype(rvalue.operator->()), Account*>);
  static_assert(std::is_same_v<decltype(rvalue.value()), Account&&>);
  CHECK(rvalue.operator->() == &account);
  CHECK(rvalue->balance == 4);
  CHECK(std::as_const(rvalue)->balance == 4);

  CallResult<Account&> lvalue = cb.try_call([&]() -> Account& { return account; });
  lvalue->deposit(1);
  CHECK(account.balance == 5);
  CHECK(std::as_const(lvalue).operator->() == &account);

  CallResult<const Account&> constant = cb.try_call([&]() -> const Account& { return fixed; });
  static_assert(std::is_same_v<decltype(constant.operator->()), const Account*>);
  CHECK(&constant.value() == &fixed);
  CHECK(constant->read() == 5);
}

TEST_CASE("A try_call is noexcept exactly when the callable is") {
  CircuitBreaker cb{Config{}};
  static_assert(noexcept(cb.try_call(twice_surely, 1)));
  static_assert(noexcept(cb.try_call([]() noexcept {})));
  static_assert(!noexcept(cb.try_call(twice, 1)));
  static_assert(!noexcept(cb.call(twice_surely, 1)));
  static_assert(noexcept(cb.try_acquire()));
  static_assert(noexcept(cb.state()));
  CHECK(cb.try_call(twice_surely, 4).value() == 8);
}

TEST_CASE("A refusal that time does not end has no retry_after") {
  ManualEnvironment env;
  CircuitBreaker never{Config{.tripper = FailureStreak{1}, .retry = Never{}, .environment = env}};
  never.try_acquire().failure();
  CHECK(never.try_call(twice, 1).rejection() == Rejection{State::open, std::nullopt, never.name()});

  CircuitBreaker random{
      Config{.tripper = FailureStreak{1}, .retry = Always{}, .permit = Random{0.5}, .environment = env}};
  env.set_uniform(0.5);
  random.try_acquire().failure();
  CHECK(random.try_call(twice, 1).rejection() == Rejection{State::half_open, std::nullopt, random.name()});

  random.force_open();
  CHECK(random.try_call(twice, 1).rejection() == Rejection{State::forced_open, std::nullopt, random.name()});
  random.force_open(30s);
  CHECK(random.try_call(twice, 1).rejection() == Rejection{State::forced_open, 30s, random.name()});
}

TEST_CASE("A guarded callable with a fallback") {
  CircuitBreaker cb{Config{}};
  const auto fixed = guarded(cb, twice, [](const CallNotPermittedError&) { return -1; });
  auto changing = guarded(cb, Adder{}, [calls = 0](const CallNotPermittedError&) mutable { return --calls; });
  CHECK(fixed(4) == 8);
  CHECK(changing(4) == 4);
  cb.force_open();
  CHECK(fixed(4) == -1);
  CHECK(changing(4) == -1);
  CHECK(changing(4) == -2);
}

TEST_CASE("A guarded callable that works on rvalues only is called as one") {
  CircuitBreaker cb{Config{}};
#if defined(__cpp_exceptions)
  using Once = decltype(guarded(cb, OnRvalueOnly{}));
  static_assert(std::is_invocable_v<Once>);
  static_assert(!std::is_invocable_v<Once&> && !std::is_invocable_v<const Once&>);
  CHECK(guarded(cb, OnRvalueOnly{})() == 5);
  auto kept = guarded(cb, OnRvalueOnly{});
  CHECK(std::move(kept)() == 5);
#endif
  CHECK(guarded(cb, OnRvalueOnly{}, on_refusal)() == 5);
  cb.force_open();
  CHECK(guarded(cb, OnRvalueOnly{}, on_refusal)() == -1);
  CHECK(guarded(cb, OnRvalueOnly{}, FallbackRvalue{})() == -6);
}

TEST_CASE("A const guarded callable is not callable where its fallback must change") {
  CircuitBreaker cb{Config{}};
  auto changing = guarded(cb, twice, [calls = 0](const CallNotPermittedError&) mutable { return --calls; });
  static_assert(std::is_invocable_v<decltype(changing)&, int>);
  static_assert(!std::is_invocable_v<const decltype(changing)&, int>);
  auto fixed = guarded(cb, twice, on_refusal);
  static_assert(std::is_invocable_v<const decltype(fixed)&, int>);
  auto adding = guarded(cb, Adder{}, on_refusal);
  static_assert(std::is_invocable_v<decltype(adding)&, int> && !std::is_invocable_v<const decltype(adding)&, int>);
  CHECK(changing(4) == 8);
  CHECK(std::as_const(fixed)(4) == 8);
  CHECK(adding(4) == 4);
}

TEST_CASE("A fallback can be a function or a pointer or a reference or a functor of any qualifier") {
  CircuitBreaker cb{Config{}};
  cb.force_open();
  const auto lambda = [](const CallNotPermittedError&) { return -7; };
  FallbackLvalue counting;
  const FallbackConst constant;

  CHECK(cb.call_with_fallback(twice, on_refusal, 1) == -1);
  CHECK(cb.call_with_fallback(twice, &on_refusal, 1) == -1);
  CHECK(cb.call_with_fallback(twice, on_refusal_surely, 1) == -2);
  CHECK(cb.call_with_fallback(twice, &on_refusal_surely, 1) == -2);
  CHECK(cb.call_with_fallback(twice, std::ref(lambda), 1) == -7);
  CHECK(cb.call_with_fallback(twice, std::ref(on_refusal), 1) == -1);
  CHECK(cb.call_with_fallback(twice, std::function<int(const CallNotPermittedError&)>{lambda}, 1) == -7);
  CHECK(cb.call_with_fallback(twice, constant, 1) == -3);
  CHECK(cb.call_with_fallback(twice, FallbackConst{}, 1) == -3);
  CHECK(cb.call_with_fallback(twice, counting, 1) == -11);
  CHECK(cb.call_with_fallback(twice, std::ref(counting), 1) == -12);
  CHECK(counting.calls == 2);
  CHECK(cb.call_with_fallback(twice, FallbackNoexcept{}, 1) == -5);
  CHECK(cb.call_with_fallback(twice, FallbackRvalue{}, 1) == -6);
  CHECK(cb.call_with_fallback(
            twice, [owner = std::make_unique<int>(-8)](const CallNotPermittedError&) { return *owner; }, 1) == -8);
  CHECK(guarded(cb, twice, on_refusal)(1) == -1);
  CHECK(guarded(cb, twice, std::ref(counting))(1) == -13);
}

TEST_CASE("A fallback for a call that gives a reference gives what the caller may keep") {
  CircuitBreaker cb{Config{}};
  int value = 1;
  int spare = 2;
  const auto give = [&]() -> int& { return value; };
  const auto give_spare = [&](const CallNotPermittedError&) -> int& { return spare; };
  static_assert(std::is_same_v<decltype(cb.call_with_fallback(give, give_spare)), int&>);
  CHECK(&cb.call_with_fallback(give, give_spare) == &value);
  cb.force_open();
  CHECK(&cb.call_with_fallback(give, give_spare) == &spare);
  CHECK(&cb.call_with_fallback([&]() -> const int& { return value; }, give_spare) == &spare);
}

TEST_CASE("An admission tells its outcome once") {
  CircuitBreaker cb{Config{}};
  using Admission = decltype(cb.try_acquire());
  static_assert(!std::is_copy_constructible_v<Admission>);
  static_assert(std::is_nothrow_move_constructible_v<Admission> && std::is_nothrow_move_assignable_v<Admission>);

  Admission admission = cb.try_acquire();
  REQUIRE(admission);
  admission.success();
  CHECK_FALSE(admission);
  admission.failure();
  admission.success();
  admission.failure(lost);
  admission.record(lost);
  admission.ignore();
  CHECK(cb.info().metrics == Metrics{1, 0});
}

TEST_CASE("A moved admission tells its outcome once") {
  CircuitBreaker cb{Config{}};
  auto first = cb.try_acquire();
  auto second = std::move(first);
  CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): what is left behind is asked about
  CHECK(second);
  first.failure();
  second.success();
  CHECK(cb.info().metrics == Metrics{1, 0});

  auto third = cb.try_acquire();
  auto fourth = cb.try_acquire();
  third = std::move(fourth);
  third.failure();
  CHECK(cb.info().metrics == Metrics{2, 1});

  auto old = cb.try_acquire();
  cb.reset();
  old = cb.try_acquire();
  old.failure();  // as of the admission that it was given, which the reset did not see
  CHECK(cb.info().metrics == Metrics{1, 1});
}

TEST_CASE("An admission without a word is neutral and gives its place back") {
  ManualEnvironment env;
  CircuitBreaker cb{
      Config{.tripper = FailureStreak{1}, .retry = Always{}, .permit = Probes{1, 1h}, .environment = env}};
  cb.try_acquire().failure();
  REQUIRE(cb.state() == State::open);
  {
    const auto held = cb.try_acquire();
    CHECK(held);
    CHECK_FALSE(cb.try_acquire());
  }
  auto ignored = cb.try_acquire();
  REQUIRE(ignored);
  ignored.ignore();
  auto replaced = cb.try_acquire();
  REQUIRE(replaced);
  replaced = cb.try_acquire();  // refused while the place is taken; the assignment frees it
  CHECK_FALSE(replaced);
  CHECK(cb.info().metrics == Metrics{0, 0});
  cb.try_acquire().success();
  CHECK(cb.state() == State::closed);
}

TEST_CASE("An admission judges errors and results as the tracker does") {
  CircuitBreaker cb{Config{.tracker = TypeOf<Down, std::error_code>{} |
                                      OnResult{[](int status) { return status >= 500; }} |
                                      OnResult{[](const std::string& text) { return text.empty(); }}}};
  cb.try_acquire().failure(as_thrown(Down{}));
  CHECK(cb.info().metrics == Metrics{1, 1});
  cb.try_acquire().failure(as_thrown(WrongInput{}));
  cb.try_acquire().failure(as_thrown(42));
  cb.try_acquire().failure(std::exception_ptr{});
  cb.try_acquire().failure(std::string{"an error of another type"});
  CHECK(cb.info().metrics == Metrics{1, 1});
  cb.try_acquire().failure(lost);
  CHECK(cb.info().metrics == Metrics{2, 2});
  cb.try_acquire().record(lost);
  cb.try_acquire().record(std::error_code{});
  CHECK(cb.info().metrics == Metrics{4, 3});
  cb.try_acquire().record(503);
  cb.try_acquire().record(200);
  cb.try_acquire().record(std::string{"fine"});
  CHECK(cb.info().metrics == Metrics{7, 4});
  cb.try_acquire().failure();  // whatever the tracker says
  CHECK(cb.info().metrics == Metrics{8, 5});
}

TEST_CASE("Info tells name and state and when it began and what was counted") {
  ManualEnvironment env;
  const auto start = env.wall_now();
  CircuitBreaker cb{Config{
      .name = "pay", .tripper = FailureStreak{2}, .retry = Cooldown{60s}, .permit = AllowAll{}, .environment = env}};
  CHECK(cb.name() == "pay");
  CHECK(cb.info().name == "pay");
  CHECK(cb.info().state == State::closed);
  CHECK(cb.info().changed_at == start);
  CHECK(cb.info().reopens == 0);

  env.advance(10s);
  cb.try_acquire().failure();
  CHECK(cb.info().metrics == Metrics{1, 1});
  cb.try_acquire().failure();
  env.advance(5s);
  CHECK(cb.info().state == State::open);
  CHECK(cb.info().changed_at == start + 10s);

  env.advance(60s);
  cb.try_acquire().failure();
  cb.try_acquire().failure();
  CHECK(cb.info().state == State::open);
  CHECK(cb.info().reopens == 1);
  cb.reset();
  CHECK(cb.info().state == State::closed);
  CHECK(cb.info().reopens == 0);
  CHECK(cb.info().metrics == Metrics{});
}

TEST_CASE("A command moves to its state from every state") {
  ManualEnvironment env;
  std::vector<std::string> told;
  CircuitBreaker cb{Config{.listeners = {[&](const Signal& signal) {
                             told.push_back(std::string{to_string(signal.new_state)} + " by " + signal.reason);
                             CHECK(signal.cause == Cause::manual);
                           }},
                           .environment = env}};
  cb.disable();
  CHECK(cb.state() == State::disabled);
  CHECK(called(cb, twice, 2) == 4);
  CHECK(fails_with<Down>(cb));
  CHECK(cb.info().metrics == Metrics{});
  cb.metrics_only();
  CHECK(cb.state() == State::metrics_only);
  CHECK(fails_with<Down>(cb));
  CHECK(cb.info().metrics == Metrics{1, 1});
  cb.force_open();
  CHECK(cb.state() == State::forced_open);
  CHECK(refuses(cb, twice, 2));
  cb.reset();
  CHECK(cb.state() == State::closed);
  CHECK(told == std::vector<std::string>{"disabled by disable()", "metrics_only by metrics_only()",
                                         "forced_open by force_open()", "closed by reset()"});
  cb.disable(Notify::no);
  cb.metrics_only(Notify::no);
  cb.force_open(Notify::no);
  cb.force_open(1s, Notify::no);
  cb.reset(Notify::no);
  CHECK(told.size() == 4);
}

#if !defined(FLUXGATE_TEST_ANY)
TEST_CASE("A breaker is neither copied nor moved") {
  using Breaker = CircuitBreaker<>;
  static_assert(!std::is_copy_constructible_v<Breaker> && !std::is_move_constructible_v<Breaker>);
  static_assert(!std::is_copy_assignable_v<Breaker> && !std::is_move_assignable_v<Breaker>);
  SUCCEED();
}
#endif

#if defined(__cpp_exceptions)

namespace {
/// Throws while it is moved or copied, where it is told to.
struct Throwing {
  int number = 0;
  bool throws = false;

  Throwing(int made, bool to_throw) : number{made}, throws{to_throw} {}
  Throwing(const Throwing& other) : number{other.number}, throws{other.throws} {
    if (throws) throw Down{};
  }
  Throwing& operator=(const Throwing& other) {
    if (other.throws) throw Down{};
    number = other.number;
    return *this;
  }
};
}  // namespace

TEST_CASE("An assignment that throws leaves a CallResult what it was") {
  const Rejection rejection{State::open, 3s};
  const auto refused = [&] { return CallResult<std::optional<Throwing>>{rejection}; };
  using Result = CallResult<std::optional<Throwing>>;
  Result bad = Result::from([] { return std::optional<Throwing>{std::in_place, 2, false}; });
  (*bad)->throws = true;

  Result result = refused();
  CHECK_THROWS_AS(result = bad, Down);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.rejection() == rejection);
  CHECK_THROWS_AS(result = std::move(bad), Down);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.rejection() == rejection);

  result = Result::from([] { return std::optional<Throwing>{std::in_place, 1, false}; });
  CHECK_THROWS_AS(result = bad, Down);
  REQUIRE(result.has_value());
  CHECK((*result)->number == 1);
  result = refused();
  CHECK(result.rejection() == rejection);
}

TEST_CASE("A result that cannot be moved comes back as a success unless it is thrown instead") {
  CircuitBreaker cb{Config{}};
  const Anchor anchor = cb.call([] { return Anchor{}; });
  CHECK(anchor.depth == 3);
  CHECK(cb.try_call([] { return Traveller{}; })->copies == 0);
}

TEST_CASE("An exception of the callable passes unchanged through every form") {
  CircuitBreaker all{Config{}};
  CircuitBreaker typed{Config{.tracker = TypeOf<WrongInput>{}}};
  const Down* thrown = nullptr;
  const auto fail = [&]() -> int {
    try {
      throw Down{};
    } catch (const Down& down) {
      thrown = &down;
      throw;
    }
  };
  const auto check = [&](auto&& act) {
    try {
      act();
      FAIL("nothing was thrown");
    } catch (const Down& caught) {
      CHECK(&caught == thrown);
    }
  };
  check([&] { all.call(fail); });
  check([&] { (void)all.try_call(fail); });
  check([&] { typed.call(fail); });
  check([&] { (void)typed.try_call(fail); });
  CHECK(all.info().metrics == Metrics{2, 2});
  CHECK(typed.info().metrics == Metrics{0, 0});
}

TEST_CASE("A refusal by call says which breaker and state and how long") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.name = "pay", .tripper = FailureStreak{1}, .retry = Cooldown{60s}, .environment = env}};
  CHECK_THROWS_AS(cb.call([]() -> int { throw Down{}; }), Down);
  env.advance(20s);
  bool invoked = false;
  try {
    cb.call([&] { invoked = true; });
    FAIL("not refused");
  } catch (const CallNotPermittedError& error) {
    CHECK(error.circuit_name() == "pay");
    CHECK(error.state() == State::open);
    CHECK(error.retry_after() == 40s);
    CHECK(std::string{error.what()} == "circuit breaker 'pay' is open: call not permitted");
    const CallNotPermittedError copy{error};
    CHECK(copy.circuit_name() == "pay");
  }
  CHECK_FALSE(invoked);
  CHECK(cb.try_call(twice, 1).rejection() == Rejection{State::open, 40s, cb.name()});
  CHECK(cb.try_acquire().rejection() == Rejection{State::open, 40s, cb.name()});
  for (const std::size_t length : {0U, 1U, 191U, 192U, 193U, 1000U}) {
    CAPTURE(length);
    const std::string name(length, 'n');
    const CallNotPermittedError error{{State::metrics_only, {}, name}};  // of all states the longest
    CHECK(error.circuit_name() == name);
    CHECK(error.what() == "circuit breaker '" + name + "' is metrics_only: call not permitted");
  }
  static_assert(std::is_base_of_v<std::runtime_error, CallNotPermittedError>);
  static_assert(std::is_nothrow_copy_constructible_v<CallNotPermittedError>);
}

TEST_CASE("A guarded callable takes and returns what the callable does") {
  CircuitBreaker cb{Config{.name = "pay"}};
  const auto fixed = guarded(cb, twice);
  CHECK(fixed(4) == 8);

  auto adding = guarded(cb, Adder{});
  CHECK(adding(2) == 2);
  CHECK(adding(2) == 4);
  static_assert(std::is_invocable_v<decltype(adding)&, int>);
  static_assert(!std::is_invocable_v<const decltype(adding)&, int>);
  static_assert(!std::is_invocable_v<decltype(adding)&, std::string>);

  auto moving = guarded(cb, [held = std::make_unique<int>(3)](std::unique_ptr<int> p) { return *held + *p; });
  CHECK(moving(std::make_unique<int>(1)) == 4);

  int value = 1;
  auto referring = guarded(cb, [&]() -> int& { return value; });
  CHECK(&referring() == &value);

  cb.force_open();
  CHECK_THROWS_AS(fixed(4), CallNotPermittedError);
  CHECK_THROWS_AS(adding(1), CallNotPermittedError);
}

TEST_CASE("A fallback on refusals gets refusals only") {
  CircuitBreaker cb{Config{.name = "pay"}};
  const auto fallback = [](const CallNotPermittedError& error) { return std::string{error.circuit_name()}; };
  const auto work = [](bool fails) -> std::string {
    if (fails) throw Down{};
    return "ok";
  };
  CHECK(cb.call_with_fallback(work, fallback, false) == "ok");
  CHECK_THROWS_AS(cb.call_with_fallback(work, fallback, true), Down);
  cb.force_open();
  CHECK(cb.call_with_fallback(work, fallback, true) == "pay");
  CHECK(cb.call_with_fallback(work, [](CallNotPermittedError) { return "by value"; }, true) == "by value");
}

TEST_CASE("A fallback on an exception type gets that type and those that derive from it") {
  CircuitBreaker cb{Config{}};
  const auto throws = [](int what) -> int {
    if (what == 1) throw Down{};
    if (what == 2) throw WrongInput{};
    if (what == 3) throw 42;
    return 0;
  };
  const auto on_down = [](const Down&) { return -1; };
  const auto on_runtime = [](const std::runtime_error&) { return -2; };
  const auto on_int = [](int n) { return n; };
  CHECK(cb.call_with_fallback(throws, on_down, 0) == 0);
  CHECK(cb.call_with_fallback(throws, on_down, 1) == -1);
  CHECK(cb.call_with_fallback(throws, on_runtime, 1) == -2);
  CHECK(cb.call_with_fallback(throws, on_int, 3) == 42);
  CHECK_THROWS_AS(cb.call_with_fallback(throws, on_down, 2), WrongInput);
  CHECK(cb.info().metrics == Metrics{5, 4});
  cb.force_open();
  CHECK_THROWS_AS(cb.call_with_fallback(throws, on_down, 0), CallNotPermittedError);
  CHECK_THROWS_AS(cb.call_with_fallback(throws, on_int, 0), CallNotPermittedError);
  CHECK(cb.call_with_fallback(throws, on_runtime, 0) == -2);
}

TEST_CASE("A fallback on a text gets one that is thrown again") {
  CircuitBreaker cb{Config{}};
  const auto kept = std::make_exception_ptr(static_cast<const char*>("down"));
  const auto fallback = [](const char* text) { return std::string{text}; };
  CHECK(cb.call_with_fallback([]() -> std::string { throw "down"; }, fallback) == "down");
  CHECK(cb.call_with_fallback([&]() -> std::string { std::rethrow_exception(kept); }, fallback) == "down");
}

TEST_CASE("A fallback on an exception pointer gets everything") {
  CircuitBreaker cb{Config{}};
  std::exception_ptr seen;
  const auto fallback = [&](std::exception_ptr error) {
    seen = error;
    return -1;
  };
  CHECK(cb.call_with_fallback(twice, fallback, 2) == 4);
  CHECK(seen == nullptr);
  CHECK(cb.call_with_fallback([]() -> int { throw 42; }, fallback) == -1);
  CHECK_THROWS_AS(std::rethrow_exception(seen), int);
  cb.force_open();
  CHECK(cb.call_with_fallback(twice, fallback, 2) == -1);
  CHECK_THROWS_AS(std::rethrow_exception(seen), CallNotPermittedError);
}

TEST_CASE("The failure is recorded before the fallback runs") {
  CircuitBreaker cb{Config{.tripper = FailureStreak{1}}};
  State seen{};
  cb.call_with_fallback([] { throw Down{}; }, [&](const Down&) { seen = cb.state(); });
  CHECK(seen == State::open);
}

TEST_CASE("A refusal by another breaker inside the callable is no refusal by this one") {
  CircuitBreaker inner{Config{.name = "inner"}};
  CircuitBreaker outer{Config{.name = "outer"}};
  inner.force_open();
  const auto nested = [&] { return inner.call(twice, 1); };
  CHECK_THROWS_AS(outer.call_with_fallback(nested, [](const CallNotPermittedError&) { return -1; }),
                  CallNotPermittedError);
  CHECK(outer.info().metrics == Metrics{});
}

#endif

// That no OnResult can look at it is meant here.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

TEST_CASE("A result that no OnResult can look at is recorded all the same") {
  CircuitBreaker cb{"db", All{} | OnResult{[](const std::string& text) { return text.empty(); }}};
  auto admission = cb.try_acquire();
  admission.record(7);
  admission.record(7);
  CHECK(cb.info().metrics == Metrics{1, 0});
  cb.try_acquire().record(std::make_error_code(std::errc::timed_out));
  CHECK(cb.info().metrics == Metrics{2, 1});
}

#pragma GCC diagnostic pop
