// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Fallbacks on failed results, which are returned and not thrown.

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/endings.hpp"
#include "support/seen.hpp"
#include "support/tasks.hpp"

namespace {

using namespace fluxgate;

using endings::Down;
struct Reason {
  int code;
};
struct DeepReason : Reason {};

/// A result with a value that can only be moved, and an error.
struct Page {
  std::unique_ptr<std::string> text;
  DeepReason cause{};

  static Page of(std::string text) { return {std::make_unique<std::string>(std::move(text)), {}}; }
  static Page without(int code) { return {nullptr, {{code}}}; }
  bool has_value() const { return text != nullptr; }
  const DeepReason& error() const { return cause; }
};
/// One whose error is made when it is asked for.
struct Number {
  int number;
  bool has_value() const { return number >= 0; }
  Reason error() const { return {-number}; }
};
/// One whose error is an exception.
struct Kept {
  int number = 0;
  std::exception_ptr exception{};
  bool has_value() const { return exception == nullptr; }
  const std::exception_ptr& error() const { return exception; }
};
/// One that failed without the exception that it might have kept.
struct Silent : Kept {
  Silent() : Kept{1} {}
  bool has_value() const { return false; }
};
/// One whose error is an exception of known type.
struct Broken {
  int number;
  Down down{};
  bool has_value() const { return number == 0; }
  const Down& error() const { return down; }
};
struct Response {
  int status;
};

[[maybe_unused]] const std::error_code lost = std::make_error_code(std::errc::connection_reset);
[[maybe_unused]] const std::error_code gone = std::make_error_code(std::errc::host_unreachable);

// Functions of few types, so that the compiler makes few calls of them.
template <class R>
using Call = std::function<R()>;
template <class R, class Error>
using Fallback = std::function<R(const Error&)>;
template <class R>
using Expectation = std::function<bool(const R&)>;

/// Checks that a call and an awaited one give what `as_expected` is true of.
template <class Tracker, class R, class Error>
void check_both(const Tracker& tracker, const Call<R>& f, const Fallback<R, Error>& fallback,
                const Expectation<R>& as_expected) {
  CAPTURE(tracker);
  CircuitBreaker cb{Config{.tracker = tracker, .as_written = true}};
  CHECK(as_expected(cb.call_with_fallback(f, fallback)));
#if defined(FLUXGATE_TEST_ANY)
  AsyncCircuitBreaker async{Config{.tracker = tracker, .as_written = true}};  // coroutines have none of any type
#else
  AsyncCircuitBreaker async{cb};
#endif
  const auto later = [&f] { return GivenLater<const Call<R>>{f}; };
  std::optional<R> result;
  const auto await = [&]() -> tasks::Eager<void> {
    R awaited = co_await async.call_with_fallback(later, fallback);
    result.emplace(std::move(awaited));
  };
  tasks::run(await());
  CHECK(as_expected(*result));
}

#if defined(__cpp_exceptions)
/// Checks the other ways that have a fallback: of all, each gives the same.
template <class Tracker, class R, class Error>
void check_others(const Tracker& tracker, const Call<R>& f, const Fallback<R, Error>& fallback,
                  const Expectation<R>& as_expected) {
  CAPTURE(tracker);
  CircuitBreaker cb{Config{.tracker = tracker, .as_written = true}};
#if defined(FLUXGATE_TEST_ANY)
  AsyncCircuitBreaker async{Config{.tracker = tracker, .as_written = true}};  // coroutines have none of any type
#else
  AsyncCircuitBreaker async{cb};
#endif
  const auto later = [&f] { return GivenLater<const Call<R>>{f}; };
  const auto strictly = [&f]() -> tasks::Strict<R> { co_return f(); };
  const auto fallback_later = [&fallback](const Error& error) { return tasks::Ready<R>{fallback(error)}; };
  const auto fallback_strictly = [&fallback](const Error& error) -> tasks::Strict<R> { co_return fallback(error); };

  CHECK(as_expected(guarded(cb, f, fallback)()));
  std::vector<R> results;
  const auto await_later = [&]() -> tasks::Eager<void> {
    R awaited = co_await async.call_with_fallback(later, fallback_later);
    results.push_back(std::move(awaited));
  };
  tasks::run(await_later());
  const auto await_strictly = [&]() -> tasks::Strict<void> {
    R first = co_await async.call_with_fallback(strictly, fallback);
    results.push_back(std::move(first));
    R second = co_await async.call_with_fallback(strictly, fallback_strictly);
    results.push_back(std::move(second));
  };
  tasks::run(await_strictly());
  CHECK(results.size() == 3);
  for (const R& result : results) {
    CAPTURE(&result - results.data());
    CHECK(as_expected(result));
  }
}
#endif

template <class Tracker, class F, class G, class R = std::invoke_result_t<const F&>>
void check(const Tracker& tracker, const F& f, const G& fallback,
           const std::type_identity_t<Expectation<R>>& as_expected) {
  check_both<Tracker, R, detail::HandledBy<G>>(tracker, f, fallback, as_expected);
}
#if defined(__cpp_exceptions)
/// In every way that has a fallback; for results and errors of each kind.
template <class Tracker, class F, class G, class R = std::invoke_result_t<const F&>>
void check_everywhere(const Tracker& tracker, const F& f, const G& fallback,
                      const std::type_identity_t<Expectation<R>>& as_expected) {
  check(tracker, f, fallback, as_expected);
  check_others<Tracker, R, detail::HandledBy<G>>(tracker, f, fallback, as_expected);
}
#endif

auto is(int number) {
  return [number](const auto& result) { return result.number == number; };
}
#if defined(__cpp_exceptions)
auto reads(const std::string& text) {
  return [text](const Page& page) { return page.text != nullptr && *page.text == text; };
}
#endif

}  // namespace

TEST_CASE("A fallback on a base of refusals handles results that failed with an error of that base") {
  const auto by_text = [](const std::runtime_error& e) { return Broken{e.what() == std::string{"down"} ? 8 : 9}; };
  check(All{}, gives(Broken{1}), by_text, is(8));
  check(~All{}, gives(Broken{1}), [](const std::exception&) { return Broken{8}; }, is(8));
  check(All{}, gives(Broken{1}), [](const CallNotPermittedError&) { return Broken{8}; }, is(1));
  check(All{}, gives(Broken{0}), by_text, is(0));

  CircuitBreaker cb{Config{}};
  cb.force_open();
  CHECK(cb.call_with_fallback(gives(Broken{1}), by_text).number == 9);  // the refusal
}

#if defined(__cpp_exceptions)

TEST_CASE("A fallback on the error type of a result handles results that failed") {
  const auto instead = [](const DeepReason& cause) { return Page::of("instead of " + std::to_string(cause.code)); };
  check_everywhere(All{}, [] { return Page::without(5); }, instead, reads("instead of 5"));
  check_everywhere(All{}, [] { return Page::of("fine"); }, instead, reads("fine"));
  // Whether or not the tracker counts it.
  check(~All{}, [] { return Page::without(5); }, instead, reads("instead of 5"));
  check(TypeOf<Down>{}, [] { return Page::without(5); }, instead, reads("instead of 5"));
}

TEST_CASE("A fallback on a base of the error type handles results that failed") {
  const auto instead = [](const Reason& cause) { return Page::of("instead of " + std::to_string(cause.code)); };
  check(All{}, [] { return Page::without(5); }, instead, reads("instead of 5"));
  check(All{}, [] { return Page::of("fine"); }, instead, reads("fine"));
}

TEST_CASE("A fallback on a result's error that is made for the question handles it") {
  const auto twice = [](const Reason& cause) { return Number{2 * cause.code}; };
  check_everywhere(All{}, gives(Number{-7}), twice, is(14));
  check_everywhere(All{}, gives(Number{7}), twice, is(7));
}

TEST_CASE("A fallback on the result itself handles results that failed") {
  const auto instead = [](const Page& page) { return Page::of("instead of " + std::to_string(page.cause.code)); };
  check(All{}, [] { return Page::without(5); }, instead, reads("instead of 5"));
  check(All{}, [] { return Page::of("fine"); }, instead, reads("fine"));
  const auto other = [](const std::error_code& code) { return code == lost ? gone : lost; };
  check_everywhere(All{}, gives(lost), other, [](const std::error_code& code) { return code == gone; });
  check_everywhere(All{}, gives(std::error_code{}), other, [](const std::error_code& code) { return !code; });
}

TEST_CASE("A fallback on the result itself handles what the tracker calls a failure") {
  const auto bad = OnResult{[](const Response& response) { return response.status >= 500; }};
  const auto cached = [](const Response& response) { return Response{response.status == 503 ? 203 : 0}; };
  check_everywhere(bad, gives(Response{503}), cached, [](const Response& response) { return response.status == 203; });
  check_everywhere(bad, gives(Response{200}), cached, [](const Response& response) { return response.status == 200; });
  check(All{}, gives(Response{503}), cached, [](const Response& response) { return response.status == 503; });
}

TEST_CASE("A fallback on an exception type handles a result that keeps such an exception") {
  const auto failing = [] { return Kept{1, std::make_exception_ptr(Down{})}; };
  check(All{}, failing, [](const Down&) { return Kept{2}; }, is(2));
  check(All{}, failing, [](const std::exception& e) { return Kept{std::string{e.what()} == "down" ? 2 : 3}; }, is(2));
  check_everywhere(All{}, failing, [](const std::exception_ptr& e) { return Kept{e != nullptr ? 2 : 3}; }, is(2));
  check(All{}, failing, [](const std::logic_error&) { return Kept{2}; }, is(1));
  check_everywhere(All{}, gives(Kept{1}), [](const std::exception_ptr&) { return Kept{2}; }, is(1));
  const auto texts = [](const char* text) { return Kept{text == nullptr ? 3 : 2}; };
  check(All{}, [] { return Kept{1, std::make_exception_ptr(static_cast<const char*>("down"))}; }, texts, is(2));
}

TEST_CASE("A fallback handles thrown and returned errors of one type") {
  bool throwing = false;
  const auto fail = [&throwing] {
    if (throwing) throw lost;
    return gone;
  };
  const auto fallback = [](const std::error_code& code) {
    return std::make_error_code(code == lost ? std::errc::io_error : std::errc::timed_out);
  };
  check_everywhere(All{}, fail, fallback, [](const std::error_code& code) { return code == std::errc::timed_out; });
  throwing = true;
  check_everywhere(All{}, fail, fallback, [](const std::error_code& code) { return code == std::errc::io_error; });
}

TEST_CASE("A fallback handles the error in a tuple and in a CallResult") {
  using Tuple = std::tuple<std::error_code, int>;
  const auto instead = [](const std::error_code& code) { return Tuple{code == lost ? std::error_code{} : gone, 2}; };
  check(All{}, gives(Tuple{lost, 1}), instead, [](const Tuple& tuple) { return tuple == Tuple{std::error_code{}, 2}; });
  check(All{}, gives(Tuple{std::error_code{}, 1}), instead,
        [](const Tuple& tuple) { return tuple == Tuple{std::error_code{}, 1}; });

  CircuitBreaker inner{Config{}};
  const auto ask = [&inner] { return inner.try_call([] { return 1; }); };
  const auto otherwise = [](const Rejection& rejection) {
    return CallResult<int>::from([&] { return rejection.state == State::forced_open ? 2 : 3; });
  };
  check(All{}, ask, otherwise, [](const CallResult<int>& result) { return result.value() == 1; });
  inner.force_open();
  check(All{}, ask, otherwise, [](const CallResult<int>& result) { return result.value() == 2; });
  const auto on_refusal = [](const CallNotPermittedError&) { return CallResult<int>::from([] { return 2; }); };
  check(All{}, ask, on_refusal, [](const CallResult<int>& result) { return !result; });
}

TEST_CASE("A fallback leaves the errors that it does not take to the caller") {
  check_everywhere(All{}, gives(Number{-7}), [](const std::error_code&) { return Number{2}; }, is(-7));
  check(All{}, gives(Number{-7}), [](const std::exception_ptr&) { return Number{2}; }, is(-7));
  check(All{}, gives(Number{-7}), [](const CallNotPermittedError&) { return Number{2}; }, is(-7));
}

TEST_CASE("A failed result is recorded before its fallback runs, and once") {
  CircuitBreaker cb{Config{.tripper = FailureStreak{1}}};
  State during{};
  const auto number = cb.call_with_fallback(gives(Number{-7}), [&](const Reason&) {
    during = cb.state();
    return Number{1};
  });
  CHECK(number.number == 1);
  CHECK(during == State::open);
  CHECK(cb.info().metrics.total_count() == 0);
}

TEST_CASE("What a fallback on a result throws is not caught by it") {
  CircuitBreaker cb{Config{}};
  int runs = 0;
  const auto fallback = [&](const Reason& cause) -> Number {
    ++runs;
    throw cause;
  };
  CHECK_THROWS_AS(cb.call_with_fallback(gives(Number{-7}), fallback), Reason);
  CHECK(runs == 1);
}

TEST_CASE("A fallback is not asked about what it gave itself") {
  const auto broken = [] { return Kept{2, std::make_exception_ptr(Down{})}; };
  int runs = 0;
  const auto on_all = [&](const std::exception_ptr&) {
    ++runs;
    return broken();
  };
  const auto on_code = [&](const std::error_code&) {
    ++runs;
    return gone;
  };
  CircuitBreaker cb{Config{}};
  CHECK(cb.call_with_fallback([]() -> Kept { throw Down{}; }, on_all).number == 2);
  CHECK(runs == 1);
  CHECK(cb.call_with_fallback([]() -> std::error_code { throw lost; }, on_code) == gone);
  CHECK(runs == 2);
  cb.force_open();
  CHECK(cb.call_with_fallback(gives(Kept{1}), on_all).number == 2);
  CHECK(runs == 3);
}

TEST_CASE("A fallback on an exception leaves a result that failed without one to the caller") {
  check_everywhere(All{}, gives(Silent{}), [](const Down&) { return Silent{}; }, is(1));
}

TEST_CASE("A tracker is asked once about a result whose failure its traits tell") {
  int asked = 0;
  const auto counting = OnResult{[&asked](const std::error_code&) { return ++asked != 0; }};
  CircuitBreaker cb{Config{.tracker = counting}};
  CHECK(cb.call_with_fallback(gives(lost), [](const std::error_code&) { return gone; }) == gone);
  CHECK(asked == 1);
}

TEST_CASE("A fallback may take a reference that a call returned") {
  CircuitBreaker cb{Config{}};
  static std::error_code failed = lost;
  static std::error_code spare;
  const auto instead = [](const std::error_code&) -> std::error_code& { return spare; };
  CHECK(&cb.call_with_fallback([]() -> std::error_code& { return failed; }, instead) == &spare);
  CHECK(&cb.call_with_fallback([]() -> std::error_code& { return spare; }, instead) == &spare);
}

#endif
