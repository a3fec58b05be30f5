// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What the end of a call is to the breaker: counted, a success, or neutral.

#include <concepts>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/endings.hpp"
#include "support/seen.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

using endings::Down;
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
/// The same by calls of breakers, for one tracker of each kind.
template <class T>
Row row_in_calls(const T& tracker) {
  return {seen_in_calls(tracker, throws<Down>()), seen_in_calls(tracker, throws<NotFound>()),
          seen_in_calls(tracker, gives(lost)), seen_in_calls(tracker, gives(7)), seen_in_calls(tracker, gives(-7))};
}

constexpr Seen good = Seen::success;
constexpr Seen bad = Seen::failure;
constexpr Seen none = Seen::nothing;

/// Errors that are told as values and have a base, public or not.
struct Quota {
  int limit = 0;
};
struct Named {
  const char* name = "";
};
struct TooMany : Named, Quota {};
struct Hidden : private Quota {};

/// An error code whose category has a number instead of a name.
struct NumberedCode {
  struct Category {
    [[nodiscard]] int name() const { return 1; }
  };
  explicit operator bool() const { return true; }
  [[nodiscard]] int value() const { return 1; }
  [[nodiscard]] Category category() const { return {}; }
};

}  // namespace

namespace fluxgate {

template <std::derived_from<Named> E>
struct outcome_traits<E> {
  static bool failed(const E&) noexcept { return true; }
  static const E& error(const E& error) noexcept { return error; }
};
template <>
struct outcome_traits<Hidden> {
  static bool failed(const Hidden&) noexcept { return true; }
  static const Hidden& error(const Hidden& error) noexcept { return error; }
};

}  // namespace fluxgate

TEST_CASE("An error value is found by its bases") {
  const TooMany many{{"many"}, {3}};
  const auto above = [](int limit) { return Custom{[limit](const Quota& quota) { return quota.limit > limit; }}; };
  CHECK(seen_in_calls(TypeOf<Quota>{}, gives(many)) == bad);
  CHECK(seen_in_calls(above(2), gives(many)) == bad);
  // The base that is not at the error's own address, in every place of a tree.
  CHECK(seen(above(3), gives(many)) == none);
  CHECK(seen(~TypeOf<Quota>{}, gives(many)) == none);
  CHECK(seen(TypeOf<Down, Named>{}, gives(many)) == bad);
  CHECK(seen(TypeOf<Down>{} | above(2), gives(many)) == bad);
  CHECK(seen(negative & above(2), gives(many)) == bad);
  CHECK(seen(All{} & CountAsSuccess{TypeOf<Quota>{}}, gives(many)) == good);
  CHECK(seen(TypeOf<TooMany>{}, gives(many)) == bad);
  // As elsewhere in C++, a private base is none of the user's business.
  CHECK(seen(TypeOf<Quota>{}, gives(Hidden{})) == none);
  CHECK(seen(TypeOf<Hidden>{}, gives(Hidden{})) == bad);

  CircuitBreaker cb{Config{.tracker = TypeOf<Quota>{}}};
  cb.try_acquire().failure(many);
  cb.try_acquire().record(many);
  cb.try_acquire().failure(Hidden{});
  CHECK(cb.info().metrics == Metrics{2, 2});
}

TEST_CASE("What a tracker is silent about counts") {
  CHECK(row_in_calls(negative) == Row{bad, bad, bad, good, bad});
  CHECK(row(~negative) == Row{bad, bad, bad, bad, good});
  CHECK(row_in_calls(silent) == Row{bad, bad, bad, good, good});
  CHECK(row(negative & silent) == Row{bad, bad, bad, good, bad});
  CHECK(row(negative | silent) == Row{bad, bad, bad, good, bad});
}

TEST_CASE("What a tracker denies is neutral, and what it grants counts") {
  CHECK(row_in_calls(All{}) == Row{bad, bad, bad, good, good});
  CHECK(row(~All{}) == Row{none, none, none, good, good});
  CHECK(row(TypeOf<Down>{}) == Row{bad, none, none, good, good});
  CHECK(row(~TypeOf<Down>{}) == Row{none, bad, bad, good, good});
  CHECK(row(TypeOf<Down>{} | negative) == Row{bad, none, none, good, bad});
  CHECK(row(TypeOf<Down>{} & negative) == Row{bad, none, none, good, bad});
  CHECK(row_in_calls(~TypeOf<Down>{} | negative) == Row{none, bad, bad, good, bad});
  CHECK(row(All{} | negative) == Row{bad, bad, bad, good, bad});
  CHECK(row(~All{} & negative) == Row{none, none, none, good, bad});
  CHECK(row(Custom{[](const Down&) { return true; }} | negative) == Row{bad, none, none, good, bad});
  CHECK(row([](const Failure&) { return false; }) == Row{none, none, none, good, good});
}

TEST_CASE("CountAsSuccess makes a success of what its tracker speaks of") {
  CHECK(row_in_calls(All{} & CountAsSuccess{TypeOf<NotFound>{}}) == Row{bad, good, bad, good, good});
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
  CHECK(seen_in_calls(All{} & CountAsSuccess{is_missing}, gives(missing)) == good);
  CHECK(seen(All{} & CountAsSuccess{is_missing}, gives(std::tuple{missing, 7})) == good);
  CHECK(seen(All{} & CountAsSuccess{is_missing}, gives(lost)) == bad);
#if defined(__cpp_exceptions)
  CHECK(seen_in_calls(All{} & CountAsSuccess{Custom{[](const Down&) -> bool { throw 1; }}}, throws<Down>()) == none);
  // On both sides of an `|` what is thrown is a "no" of that side alone.
  const auto throwing = Custom{[](const Down&) -> bool { throw 1; }};
  const auto well = CountAsSuccess{TypeOf<Down>{}};
  CHECK(seen_in_calls(well | throwing, throws<Down>()) == good);
  CHECK(seen_in_calls(throwing | well, throws<Down>()) == good);
  CHECK(seen_in_calls(~(well | throwing), throws<Down>()) == good);
#endif
}

TEST_CASE("A probe that ends in a counted success is a good probe") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.tracker = All{} & CountAsSuccess{TypeOf<NotFound>{}},
                           .tripper = FailureStreak{1},
                           .retry = Always{},
                           .permit = Probes{1, 10s},
                           .environment = env}};
  CHECK(fails_with<Down>(cb));
  CHECK(cb.state() == State::open);
  CHECK(fails_with<NotFound>(cb));
  CHECK(cb.state() == State::closed);
}

TEST_CASE("An admission is told errors that count as successes") {
  CircuitBreaker cb{Config{.tracker = All{} & CountAsSuccess{TypeOf<NotFound>{} | is_missing}}};
  cb.try_acquire().failure(NotFound{});
  cb.try_acquire().failure(as_thrown(NotFound{}));
  cb.try_acquire().failure(missing);
  cb.try_acquire().record(missing);
  CHECK(cb.info().metrics == Metrics{4, 0});
  cb.try_acquire().failure(as_thrown(Down{}));
  cb.try_acquire().record(lost);
  CHECK(cb.info().metrics == Metrics{6, 2});
  cb.try_acquire().failure(std::exception_ptr{});
  CHECK(cb.info().metrics == Metrics{6, 2});
}

TEST_CASE("A CallResult is judged by what it holds") {
  CircuitBreaker inner{Config{.tripper = Manual{}}};
  const auto by_inner = [&](auto f) { return [&inner, f] { return inner.try_call(f); }; };
  CHECK(seen_of(All{}, inner.try_call(gives(7))) == good);
  CHECK(seen_of(All{}, inner.try_call([] {})) == good);
  CHECK(seen_of(All{}, inner.try_call(gives(std::error_code{}))) == good);
  CHECK(seen_of(All{}, inner.try_call(gives(lost))) == bad);
  CHECK(seen_of(TypeOf<std::error_code>{}, inner.try_call(gives(lost))) == bad);
  CHECK(seen_of(~TypeOf<std::error_code>{}, inner.try_call(gives(lost))) == none);
  CHECK(seen_of(All{}, inner.try_call([]() -> const std::error_code& { return lost; })) == bad);
#if defined(__cpp_exceptions)
  CHECK(seen_of(All{}, inner.try_call(gives(std::make_exception_ptr(Down{})))) == bad);
#endif
  CHECK(seen_in_calls(All{}, by_inner(gives(7))) == good);
  CHECK(seen_in_calls(~TypeOf<std::error_code>{}, by_inner(gives(lost))) == none);
  CHECK(seen_in_calls(All{}, by_inner(throws<Down>())) == bad);
  CHECK(seen_in_calls(All{}, by_inner(by_inner(gives(lost)))) == bad);
}

TEST_CASE("A CallResult is judged where an optional or another result holds it") {
  CircuitBreaker inner{Config{.tripper = Manual{}}};
  const auto held = [&](const auto& f) { return std::optional{inner.try_call(f)}; };
  CHECK(seen_of(All{}, held(gives(7))) == good);
  CHECK(seen_of(All{}, held(gives(lost))) == bad);
  CHECK(seen_of(~TypeOf<std::error_code>{}, held(gives(lost))) == none);
  CHECK(seen_of(negative, held(gives(-7))) == bad);
  CHECK(seen_of(All{}, std::optional<CallResult<int>>{}) == good);
  inner.force_open();
  CHECK(seen_of(All{}, held(gives(7))) == none);
  CHECK(seen_of(negative, held(gives(-7))) == none);
  CHECK(seen_of(All{}, CallResult<CallResult<int>>::from([&] { return inner.try_call(gives(7)); })) == none);
  CHECK(seen_of(All{} | TypeOf<CallNotPermittedError>{}, held(gives(7))) == bad);
  CHECK(seen_in_calls(All{}, [&] { return held(gives(7)); }) == none);
}

TEST_CASE("A refusal in a CallResult is neutral unless the tracker names it") {
  CircuitBreaker inner{Config{.name = "inner"}};
  inner.force_open();
  const auto is_forced = Custom{[](const CallNotPermittedError& e) { return e.state() == State::forced_open; }};
  const auto is_open = Custom{[](const CallNotPermittedError& e) { return e.state() == State::open; }};
  const auto anything = [](const Failure&) { return true; };
  const auto any_exception = Custom{[](const std::exception_ptr&) { return true; }};
  const auto no_refusal = [](const Failure& f) { return f.error<CallNotPermittedError>() == nullptr; };
  const auto check = [&](const auto& refused) {
    INFO(detail::type_name<decltype(refused)>());
    CHECK(seen_of(All{}, refused) == none);
    CHECK(seen_of(negative, refused) == none);
    CHECK(seen_of(TypeOf<Down>{}, refused) == none);
    CHECK(seen_of(~TypeOf<Down>{}, refused) == none);
    CHECK(seen_of(TypeOf<std::runtime_error>{}, refused) == none);
    CHECK(seen_of(CountAsSuccess{All{}}, refused) == none);
    CHECK(seen_of(any_exception, refused) == none);
    CHECK(seen_of(any_exception | TypeOf<CallNotPermittedError>{}, refused) == bad);
    CHECK(seen_of(TypeOf<CallNotPermittedError>{}, refused) == bad);
    CHECK(seen_of(All{} | TypeOf<CallNotPermittedError>{}, refused) == bad);
    CHECK(seen_of(~TypeOf<CallNotPermittedError>{}, refused) == none);
    CHECK(seen_of(CountAsSuccess{TypeOf<CallNotPermittedError>{}}, refused) == good);
    CHECK(seen_of(is_forced, refused) == bad);
    CHECK(seen_of(is_open, refused) == none);
    CHECK(seen_of(anything, refused) == bad);
    CHECK(seen_of(no_refusal, refused) == none);
  };
  const auto check_in_calls = [](const auto& refused) {
    INFO(detail::type_name<decltype(refused)>());
    CHECK(seen_in_calls(All{}, refused) == none);
    CHECK(seen_in_calls(~TypeOf<Down>{}, refused) == none);
    CHECK(seen_in_calls(TypeOf<CallNotPermittedError>{}, refused) == bad);
    CHECK(seen_in_calls(CountAsSuccess{TypeOf<CallNotPermittedError>{}}, refused) == good);
  };
  check(inner.try_call(gives(7)));
  check(inner.try_call([] {}));
  check(inner.try_call(gives(lost)));
  check(std::pair{inner.try_call(gives(7)), 1});
  check_in_calls([&] { return inner.try_call(gives(7)); });
  check(Failed<CallNotPermittedError>{CallNotPermittedError{{State::forced_open, {}, "inner"}}});
#if defined(__cpp_exceptions)
  std::exception_ptr kept;
  try {
    inner.call([] {});
  } catch (...) {
    kept = std::current_exception();
  }
  check(kept);
  check_in_calls(gives(kept));
  check(std::tuple{kept, 7});
  check(std::make_exception_ptr(CallNotPermittedError{{State::forced_open, {}, "inner"}}));
#endif
}

TEST_CASE("An error code is that of a refusal by its category and its value") {
  const auto code = [](int value, const std::error_category& category) {
    return gives(std::error_code{value, category});
  };
  const TypeOf<std::error_code> codes;
  CHECK(seen(codes, code(1, fluxgate_category())) == none);
  CHECK(seen(codes, code(2, fluxgate_category())) == bad);
  CHECK(seen(codes, code(1, std::generic_category())) == bad);
  CHECK(seen(codes, code(1, std::system_category())) == bad);
}

TEST_CASE("An error code of a category without a name in letters is no refusal") {
  const TypeOf<NumberedCode> codes;
  CHECK(seen(codes, gives(NumberedCode{})) == bad);
  CHECK(seen(~codes, gives(NumberedCode{})) == none);
  CHECK(seen(codes & ~TypeOf<CallNotPermittedError>{}, gives(NumberedCode{})) == bad);
}

TEST_CASE("A refusal that is told by an error code is neutral unless the tracker names refusals") {
  const std::error_code refused = Errc::call_not_permitted;
  const auto is_refused = Custom{[](const std::error_code& code) { return code == Errc::call_not_permitted; }};
  const auto any_code = OnResult{[](const std::error_code& code) { return code == Errc::call_not_permitted; }};
  const auto is_open = Custom{[](const CallNotPermittedError& e) { return e.state() == State::open; }};
  const auto sees_both = [](const Failure& failure) {
    return failure.error<CallNotPermittedError>() != nullptr && failure.error<std::error_code>() != nullptr;
  };
  const auto check = [&](const auto& result, Seen by_all = none) {
    INFO(detail::type_name<decltype(result)>());
    CHECK(seen_of(All{}, result) == by_all);
    CHECK(seen_of(negative, result) == none);
    CHECK(seen_of(TypeOf<Down>{}, result) == none);
    CHECK(seen_of(~TypeOf<Down>{}, result) == none);
    CHECK(seen_of(TypeOf<std::error_code>{}, result) == none);
    CHECK(seen_of(is_refused, result) == none);
    CHECK(seen_of(any_code, result) == none);
    CHECK(seen_of(CountAsSuccess{All{}}, result) == none);
    CHECK(seen_of(TypeOf<CallNotPermittedError>{}, result) == bad);
    CHECK(seen_of(All{} | TypeOf<CallNotPermittedError>{}, result) == bad);
    CHECK(seen_of(All{} & ~TypeOf<CallNotPermittedError>{}, result) == none);
    CHECK(seen_of(CountAsSuccess{TypeOf<CallNotPermittedError>{}}, result) == good);
    CHECK(seen_of(is_open, result) == bad);
  };
#if defined(FLUXGATE_TEST_ANY)
  constexpr Seen alone = none;
#else
  constexpr Seen alone = bad;  // alone and under All: only where integrations/asio.hpp is included
#endif
  check(refused, alone);
  check(std::pair{refused, 7});
  check(std::tuple{refused, 7, 7});
  check(Errc::call_not_permitted);
  check(refused.default_error_condition());
  CHECK(seen_of(sees_both, refused) == bad);
  CHECK(seen_of(sees_both, std::pair{refused, 7}) == bad);
  CHECK(seen_of(is_refused | TypeOf<CallNotPermittedError>{}, refused) == bad);
#if defined(FLUXGATE_TEST_ANY)
  CHECK(seen(All{}, gives(refused)) == alone);
#else
  CHECK(seen_in_calls(All{}, gives(refused)) == alone);
#endif
  CHECK(seen_in_calls(All{}, gives(std::pair{refused, 7})) == none);
  CHECK(seen_in_calls(~TypeOf<Down>{}, gives(refused)) == none);
  CHECK(seen_in_calls(TypeOf<CallNotPermittedError>{}, gives(refused)) == bad);
  const std::error_code of_another_category{1, std::generic_category()};
  CHECK(seen_in_calls(All{}, gives(of_another_category)) == bad);
  CHECK(seen_of(All{}, std::error_code{2, fluxgate_category()}) == bad);
  CircuitBreaker cb{Config{}};
  cb.try_acquire().failure(refused);
  cb.try_acquire().failure(Errc::call_not_permitted);
  cb.try_acquire().record(std::pair{refused, 7});
  CHECK(cb.info().metrics == Metrics{0, 0});
}

TEST_CASE("An exception that carries the error code of a refusal is one to every tracker that looks at exceptions") {
  const auto thrown = throws(std::system_error{Errc::call_not_permitted});
  const auto other = throws(std::system_error{lost});
  const auto is_refused = Custom{[](const std::system_error& e) { return e.code() == Errc::call_not_permitted; }};
  CHECK(seen_in_calls(~TypeOf<Down>{}, thrown) == none);
  CHECK(seen_in_calls(~TypeOf<Down>{}, other) == bad);
  CHECK(seen(TypeOf<std::system_error>{}, thrown) == none);
  CHECK(seen(TypeOf<std::system_error>{}, other) == bad);
  CHECK(seen(is_refused, thrown) == none);
  CHECK(seen(negative, thrown) == none);
  CHECK(seen(All{}, thrown) == none);
  CHECK(seen(All{}, other) == bad);
  CHECK(seen_in_calls(TypeOf<CallNotPermittedError>{}, thrown) == bad);
  CHECK(seen(TypeOf<CallNotPermittedError>{} & is_refused, thrown) == bad);
  CHECK(seen(CountAsSuccess{TypeOf<CallNotPermittedError>{}}, thrown) == good);
#if defined(__cpp_exceptions)
  CHECK(seen_of(All{}, thrown.error) == none);
#endif
  CircuitBreaker cb{Config{}};
  cb.try_acquire().failure(std::system_error{Errc::call_not_permitted});
  CHECK(cb.info().metrics == Metrics{0, 0});
}

TEST_CASE("A probe that was refused inside leaves its place to another call") {
  ManualEnvironment env;
  CircuitBreaker inner{Config{}};
  CircuitBreaker outer{
      Config{.tripper = FailureStreak{1}, .retry = Always{}, .permit = Probes{1, 10s}, .environment = env}};
  CHECK(fails_with<Down>(outer));
  inner.force_open();
  CHECK(!called(outer, [&] { return inner.try_call([] { return 1; }); }));
  CHECK(outer.state() == State::half_open);
  inner.reset();
  CHECK(called(outer, [&] { return inner.try_call([] { return 1; }); }));
  CHECK(outer.state() == State::closed);
}
