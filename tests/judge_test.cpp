// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What the end of a call is to the breaker: counted, a success, or neutral.

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>
#include <version>

#if defined(__cpp_lib_expected)
#include <expected>
#endif

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "catch.hpp"
#include "seen.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

struct Down : std::runtime_error {
  Down() : std::runtime_error{"down"} {}
};
struct NotFound : std::runtime_error {
  NotFound() : std::runtime_error{"not found"} {}
};

const std::error_code lost = std::make_error_code(std::errc::connection_reset);
const std::error_code missing = std::make_error_code(std::errc::no_such_file_or_directory);

const auto negative = OnResult{[](int number) { return number < 0; }};
const auto is_missing = Custom{[](const std::error_code& code) { return code == missing; }};
const auto silent = [](const Failure&) { return Answer::silent; };

/// What becomes of a thrown Down and of a thrown NotFound, of a failed value, of 7 and of -7.
using Row = std::tuple<Seen, Seen, Seen, Seen, Seen>;
template <class T>
Row row(const T& tracker) {
  return {seen(tracker, throws<Down>()), seen(tracker, throws<NotFound>()), seen(tracker, gives(lost)),
          seen(tracker, gives(7)), seen(tracker, gives(-7))};
}

constexpr Seen good = Seen::success;
constexpr Seen bad = Seen::failure;
constexpr Seen none = Seen::nothing;

}  // namespace

TEST_CASE("What a tracker is silent about counts") {
  CHECK(row(negative) == Row{bad, bad, bad, good, bad});
  CHECK(row(~negative) == Row{bad, bad, bad, bad, good});
  CHECK(row(silent) == Row{bad, bad, bad, good, good});
  CHECK(row(negative & silent) == Row{bad, bad, bad, good, bad});
  CHECK(row(negative | silent) == Row{bad, bad, bad, good, bad});
}

TEST_CASE("What a tracker denies is neutral, and what it grants counts") {
  CHECK(row(All{}) == Row{bad, bad, bad, good, good});
  CHECK(row(~All{}) == Row{none, none, none, good, good});
  CHECK(row(TypeOf<Down>{}) == Row{bad, none, none, good, good});
  CHECK(row(~TypeOf<Down>{}) == Row{none, bad, bad, good, good});
  CHECK(row(TypeOf<Down>{} | negative) == Row{bad, none, none, good, bad});
  CHECK(row(TypeOf<Down>{} & negative) == Row{bad, none, none, good, bad});
  CHECK(row(~TypeOf<Down>{} | negative) == Row{none, bad, bad, good, bad});
  CHECK(row(All{} | negative) == Row{bad, bad, bad, good, bad});
  CHECK(row(~All{} & negative) == Row{none, none, none, good, bad});
  CHECK(row(Custom{[](const Down&) { return true; }} | negative) == Row{bad, none, none, good, bad});
  CHECK(row([](const Failure&) { return false; }) == Row{none, none, none, good, good});
}

TEST_CASE("CountAsSuccess makes a success of what its tracker speaks of") {
  CHECK(row(All{} & CountAsSuccess{TypeOf<NotFound>{}}) == Row{bad, good, bad, good, good});
  CHECK(row(CountAsSuccess{TypeOf<NotFound>{}} & All{}) == Row{bad, good, bad, good, good});
  CHECK(row(CountAsSuccess{TypeOf<NotFound>{}}) == Row{bad, good, bad, good, good});
  CHECK(row(CountAsSuccess{TypeOf<NotFound>{}} & ~TypeOf<Down>{}) == Row{none, good, bad, good, good});
  CHECK(row(~TypeOf<NotFound>{} & CountAsSuccess{TypeOf<NotFound>{}}) == Row{bad, none, bad, good, good});
  CHECK(row(TypeOf<Down>{} | CountAsSuccess{TypeOf<NotFound>{}}) == Row{bad, good, none, good, good});
  CHECK(row(All{} | CountAsSuccess{TypeOf<NotFound>{}}) == Row{bad, bad, bad, good, good});
  CHECK(row(CountAsSuccess{TypeOf<NotFound, Down>{}} & negative) == Row{good, good, bad, good, bad});
  CHECK(row(negative & CountAsSuccess{OnResult{[](int number) { return number == -7; }}}) ==
        Row{bad, bad, bad, good, good});
  CHECK(row(CountAsSuccess{CountAsSuccess{TypeOf<NotFound>{}}}) == Row{bad, good, bad, good, good});
  CHECK(row(All{} & CountAsSuccess{[](const Failure& failure) { return failure.error<NotFound>() != nullptr; }}) ==
        Row{bad, good, bad, good, good});
  CHECK(seen(All{} & CountAsSuccess{is_missing}, gives(missing)) == good);
  CHECK(seen(All{} & CountAsSuccess{is_missing}, gives(std::tuple{missing, 7})) == good);
  CHECK(seen(All{} & CountAsSuccess{is_missing}, gives(lost)) == bad);
  CHECK(seen(All{} & CountAsSuccess{Custom{[](const Down&) -> bool { throw 1; }}}, throws<Down>()) == none);
}

TEST_CASE("A probe that ends in a counted success is a good probe") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.tracker = All{} & CountAsSuccess{TypeOf<NotFound>{}},
                           .tripper = FailureStreak{1},
                           .retry = Always{},
                           .permit = Probes{1, 10s},
                           .environment = env}};
  CHECK_THROWS_AS(cb.call(throws<Down>()), Down);
  CHECK(cb.state() == State::open);
  CHECK_THROWS_AS(cb.call(throws<NotFound>()), NotFound);
  CHECK(cb.state() == State::closed);
}

TEST_CASE("An admission is told errors that count as successes") {
  CircuitBreaker cb{Config{.tracker = All{} & CountAsSuccess{TypeOf<NotFound>{} | is_missing}}};
  cb.try_acquire().failure(NotFound{});
  cb.try_acquire().failure(std::make_exception_ptr(NotFound{}));
  cb.try_acquire().failure(missing);
  cb.try_acquire().record(missing);
  CHECK(cb.info().metrics == Metrics{4, 0});
  cb.try_acquire().failure(std::make_exception_ptr(Down{}));
  cb.try_acquire().record(lost);
  CHECK(cb.info().metrics == Metrics{6, 2});
  cb.try_acquire().failure(std::exception_ptr{});
  CHECK(cb.info().metrics == Metrics{6, 2});
}

TEST_CASE("A CallResult is judged by what it holds") {
  CircuitBreaker inner{Config{.tripper = Manual{}}};
  const auto by_inner = [&](auto f) { return [&inner, f] { return inner.try_call(f); }; };
  CHECK(seen(All{}, by_inner(gives(7))) == good);
  CHECK(seen(All{}, by_inner([] {})) == good);
  CHECK(seen(All{}, by_inner(gives(std::error_code{}))) == good);
  CHECK(seen(All{}, by_inner(gives(lost))) == bad);
  CHECK(seen(TypeOf<std::error_code>{}, by_inner(gives(lost))) == bad);
  CHECK(seen(~TypeOf<std::error_code>{}, by_inner(gives(lost))) == none);
  CHECK(seen(All{}, by_inner([]() -> const std::error_code& { return lost; })) == bad);
  CHECK(seen(All{}, by_inner(gives(std::make_exception_ptr(Down{})))) == bad);
  CHECK(seen(All{}, by_inner(throws<Down>())) == bad);
  CHECK(seen(All{}, by_inner(by_inner(gives(lost)))) == bad);
}

TEST_CASE("A refusal in a CallResult is neutral unless the tracker names it") {
  CircuitBreaker inner{Config{.name = "inner"}};
  inner.force_open();
  const auto check = [](auto refused) {
    CHECK(seen(All{}, refused) == none);
    CHECK(seen(negative, refused) == none);
    CHECK(seen(TypeOf<Down>{}, refused) == none);
    CHECK(seen(~TypeOf<Down>{}, refused) == none);
    CHECK(seen(TypeOf<std::runtime_error>{}, refused) == none);
    CHECK(seen(CountAsSuccess{All{}}, refused) == none);
    CHECK(seen(TypeOf<CallNotPermittedError>{}, refused) == bad);
    CHECK(seen(All{} | TypeOf<CallNotPermittedError>{}, refused) == bad);
    CHECK(seen(~TypeOf<CallNotPermittedError>{}, refused) == none);
    CHECK(seen(CountAsSuccess{TypeOf<CallNotPermittedError>{}}, refused) == good);
    CHECK(seen(Custom{[](const CallNotPermittedError& e) { return e.state() == State::forced_open; }}, refused) == bad);
    CHECK(seen(Custom{[](const CallNotPermittedError& e) { return e.state() == State::open; }}, refused) == none);
    CHECK(seen([](const Failure&) { return true; }, refused) == bad);
    CHECK(seen([](const Failure& f) { return f.error<CallNotPermittedError>() == nullptr; }, refused) == none);
  };
  check([&] { return inner.try_call([] { return 7; }); });
  check([&] { return inner.try_call([] {}); });
  check([&] { return inner.try_call([] { return lost; }); });
  check([&] { return std::pair{inner.try_call([] { return 7; }), 1}; });
  const auto kept = [&] {
    try {
      return std::make_exception_ptr(inner.call([] { return 7; }));
    } catch (...) {
      return std::current_exception();
    }
  };
  check(kept);
  check([&] { return std::tuple{kept(), 7}; });
  check([] { return std::make_exception_ptr(CallNotPermittedError{"inner", {State::forced_open, {}}}); });
#if defined(__cpp_lib_expected)
  using Kept = std::expected<int, std::exception_ptr>;
  check([&] { return Kept{std::unexpect, kept()}; });
  using Refused = std::expected<int, CallNotPermittedError>;
  check([&] { return Refused{std::unexpect, CallNotPermittedError{"inner", {State::forced_open, {}}}}; });
#endif
}

TEST_CASE("A probe that was refused inside leaves its place to another call") {
  ManualEnvironment env;
  CircuitBreaker inner{Config{}};
  CircuitBreaker outer{
      Config{.tripper = FailureStreak{1}, .retry = Always{}, .permit = Probes{1, 10s}, .environment = env}};
  CHECK_THROWS_AS(outer.call(throws<Down>()), Down);
  inner.force_open();
  CHECK(!outer.call([&] { return inner.try_call([] { return 1; }); }));
  CHECK(outer.state() == State::half_open);
  inner.reset();
  CHECK(outer.call([&] { return inner.try_call([] { return 1; }); }));
  CHECK(outer.state() == State::closed);
}
