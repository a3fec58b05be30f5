// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What counts as a failure: returned values, error values and exceptions, as the tracker sees them.

#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/seen.hpp"

namespace shop {

enum class Error { timeout, not_found };

/// A result type of a user's own.
struct Order {
  bool ok;
  Error code = Error::timeout;
};

/// A result whose traits give its error as a value.
struct Copying {};
/// Results whose traits miss what is asked for.
struct Throwing {};
struct Unfinished {};

}  // namespace shop

template <>
struct fluxgate::outcome_traits<shop::Order> {
  static bool failed(const shop::Order& order) noexcept { return !order.ok; }
  static const shop::Error& error(const shop::Order& order) noexcept { return order.code; }
};
template <>
struct fluxgate::outcome_traits<shop::Copying> {
  static bool failed(const shop::Copying&) noexcept { return true; }
  static shop::Error error(const shop::Copying&) noexcept { return {}; }
};
template <>
struct fluxgate::outcome_traits<shop::Throwing> {
  static bool failed(const shop::Throwing&) { return true; }
  static const shop::Error& error(const shop::Throwing&);
};
template <>
struct fluxgate::outcome_traits<shop::Unfinished> {
  static bool failed(const shop::Unfinished&) noexcept { return true; }
};

namespace {

using namespace fluxgate;

static_assert(HasOutcome<shop::Order> && HasOutcome<shop::Copying> && HasOutcome<std::error_code> &&
              HasOutcome<std::error_condition>);
static_assert(!HasOutcome<int> && !HasOutcome<std::string>);
static_assert(!HasOutcome<shop::Throwing> && !HasOutcome<shop::Unfinished>);

struct Response {
  int status;
};

struct Base : std::runtime_error {
  Base() : std::runtime_error{"base"} {}
};
struct Derived : Base {};
struct Tagged {
  virtual ~Tagged() = default;
};
struct Both : Tagged, Base {};
struct PrivatelyBase : private Base {};
struct Plain {
  int code = 0;
};
struct PlainDerived : Plain {};
struct Left {
  int left = 1;
};
struct Right {
  int right = 2;
};
struct Pair : Left, Right {};
struct HttpError : std::runtime_error {
  explicit HttpError(int s) : std::runtime_error{"http"}, status{s} {}
  bool server() const { return status >= 500; }
  int status;
};
bool is_server_error(const HttpError& error) noexcept { return error.server(); }

const std::error_code lost = std::make_error_code(std::errc::connection_reset);

constexpr auto is_seven = [](const Failure& failure) {
  const int* value = failure.result<int>();
  return value != nullptr && *value == 7 ? Answer::yes : Answer::silent;
};
/// The same as trackers that have the operators, the second with a name that OnResult uses for its own purpose.
struct Seven : TrackerOperand<Seven> {
  Answer operator()(const Failure& failure) const { return is_seven(failure); }
};
struct SevenWithResult : TrackerOperand<SevenWithResult> {
  using Result = std::string;
  Answer operator()(const Failure& failure) const { return is_seven(failure); }
};
struct Silent {
  Answer operator()(const Failure&) const { return Answer::silent; }
};

}  // namespace

TEST_CASE("A result type of the user's own fails by its traits") {
  using shop::Error;
  CHECK(seen_in_calls(All{}, gives(shop::Order{true})) == Seen::success);
  CHECK(seen_in_calls(All{}, gives(shop::Order{false})) == Seen::failure);
  CHECK(seen(TypeOf<Error>{}, gives(shop::Order{false})) == Seen::failure);
  CHECK(seen(TypeOf<Base>{}, gives(shop::Order{false})) == Seen::nothing);
  CHECK(seen_in_calls(~TypeOf<Error>{}, gives(shop::Order{false})) == Seen::nothing);
  CHECK(seen(~TypeOf<Base>{}, gives(shop::Order{false})) == Seen::failure);
  const auto timeouts = Custom{[](Error error) { return error == Error::timeout; }};
  CHECK(seen(timeouts, gives(shop::Order{false, Error::timeout})) == Seen::failure);
  CHECK(seen(timeouts, gives(shop::Order{false, Error::not_found})) == Seen::nothing);
  CHECK(seen(timeouts, gives(shop::Order{true})) == Seen::success);
  CHECK(seen(timeouts, throws<Base>()) == Seen::nothing);
}

TEST_CASE("An error code and an error condition fail when they are set") {
  CHECK(seen(All{}, gives(std::error_code{})) == Seen::success);
  CHECK(seen_in_calls(All{}, gives(lost)) == Seen::failure);
  CHECK(seen(All{}, gives(std::error_condition{})) == Seen::success);
  CHECK(seen(All{}, gives(std::make_error_condition(std::errc::io_error))) == Seen::failure);
  CHECK(seen(TypeOf<std::error_code>{}, gives(lost)) == Seen::failure);
  CHECK(seen(TypeOf<std::error_condition>{}, gives(lost)) == Seen::nothing);
  const auto resets = Custom{[](const std::error_code& code) { return code == std::errc::connection_reset; }};
  CHECK(seen(resets, gives(lost)) == Seen::failure);
  CHECK(seen(resets, gives(std::make_error_code(std::errc::io_error))) == Seen::nothing);
}

TEST_CASE("A reference to a result is judged like the result") {
  CHECK(seen_in_calls(All{}, []() -> const std::error_code& { return lost; }) == Seen::failure);
  static Response response{503};
  const auto errors = OnResult{[](const Response& r) { return r.status >= 500; }};
  CHECK(seen_in_calls(errors, []() -> Response& { return response; }) == Seen::failure);
}

TEST_CASE("OnResult judges returned values") {
  const auto errors = OnResult{[](const Response& response) { return response.status >= 500; }};
  CHECK(seen_in_calls(errors, gives(Response{503})) == Seen::failure);
  CHECK(seen_in_calls(errors, gives(Response{200})) == Seen::success);
  CHECK(seen(errors, gives(503)) == Seen::success);
  CHECK(seen_in_calls(errors, [] {}) == Seen::success);
  CHECK(seen_in_calls(errors | All{}, throws<Base>()) == Seen::failure);
  CHECK(seen(errors | All{}, gives(Response{503})) == Seen::failure);
  CHECK(seen(errors | All{}, gives(Response{200})) == Seen::success);
  CHECK(seen(~errors, gives(Response{200})) == Seen::failure);
  CHECK(seen(~errors, gives(Response{503})) == Seen::success);
}

TEST_CASE("OnResult can look at a result that its traits judge too") {
  const auto failed = OnResult{[](const std::error_code& code) { return code == std::errc::connection_reset; }};
  CHECK(seen_in_calls(failed, gives(lost)) == Seen::failure);
  CHECK(seen(failed, gives(std::make_error_code(std::errc::io_error))) == Seen::nothing);
  CHECK(seen(failed, gives(std::error_code{})) == Seen::success);
}

TEST_CASE("The opposite of TypeOf leaves returned values alone") {
  CHECK(seen_in_calls(~TypeOf<Base>{}, gives(7)) == Seen::success);
  CHECK(seen_in_calls(~TypeOf<Base>{}, [] {}) == Seen::success);
  CHECK(seen(~TypeOf<Base>{}, gives(Response{503})) == Seen::success);
  CHECK(seen_in_calls(~TypeOf<Base>{}, throws<Base>()) == Seen::nothing);
  CHECK(seen(~TypeOf<Base>{}, throws<Plain>()) == Seen::failure);
  CHECK(seen(~All{}, gives(7)) == Seen::success);
  CHECK(seen(~All{}, throws<Base>()) == Seen::nothing);
  CHECK(seen(~TypeOf<Base>{}, gives(std::error_code{})) == Seen::success);
}

TEST_CASE("TypeOf sees what derives from its types") {
  CHECK(seen(TypeOf<Base>{}, throws<Base>()) == Seen::failure);
  CHECK(seen(TypeOf<Base>{}, throws<Derived>()) == Seen::failure);
  CHECK(seen(TypeOf<Derived>{}, throws<Base>()) == Seen::nothing);
  CHECK(seen_in_calls(TypeOf<std::exception>{}, throws_anew<Derived>()) == Seen::failure);
  CHECK(seen(TypeOf<std::logic_error>{}, throws<Derived>()) == Seen::nothing);
  CHECK(seen(TypeOf<std::logic_error, Base>{}, throws<Derived>()) == Seen::failure);
  CHECK(seen(TypeOf<Base>{} & ~TypeOf<Derived>{}, throws<Derived>()) == Seen::nothing);
  CHECK(seen(TypeOf<Base>{} & ~TypeOf<Derived>{}, throws<Base>()) == Seen::failure);
}

TEST_CASE("TypeOf sees each base of an exception with several") {
  CHECK(seen(TypeOf<Base>{}, throws<Both>()) == Seen::failure);
  CHECK(seen_in_calls(TypeOf<Tagged>{}, throws_anew<Both>()) == Seen::failure);
  CHECK(seen(TypeOf<Both>{}, throws<Both>()) == Seen::failure);
  CHECK(seen(TypeOf<Tagged>{}, throws<Base>()) == Seen::nothing);
}

TEST_CASE("A private base is not seen") {
  CHECK(seen(TypeOf<Base>{}, throws<PrivatelyBase>()) == Seen::nothing);
  CHECK(seen(TypeOf<PrivatelyBase>{}, throws<PrivatelyBase>()) == Seen::failure);
  CHECK(seen_in_calls(All{}, throws<PrivatelyBase>()) == Seen::failure);
}

TEST_CASE("Exceptions that are no std exceptions are seen by type") {
  const auto throws_42 = throws(42);
  CHECK(seen(All{}, throws_42) == Seen::failure);
  CHECK(seen(TypeOf<int>{}, throws_42) == Seen::failure);
  CHECK(seen_in_calls(TypeOf<int>{}, throws_anew(42)) == Seen::failure);
  CHECK(seen(TypeOf<long>{}, throws_42) == Seen::nothing);
  CHECK(seen(TypeOf<std::exception>{}, throws_42) == Seen::nothing);
  CHECK(seen(TypeOf<int>{}, throws<Base>()) == Seen::nothing);
  CHECK(seen(TypeOf<Plain>{}, throws<Plain>()) == Seen::failure);
  CHECK(seen(TypeOf<Plain>{}, throws<PlainDerived>()) == Seen::failure);
  CHECK(seen(TypeOf<PlainDerived>{}, throws<Plain>()) == Seen::nothing);
  CHECK(seen(Custom{[](int n) { return n == 42; }}, throws_42) == Seen::failure);
  CHECK(seen(Custom{[](int n) { return n == 41; }}, throws_42) == Seen::nothing);
  CHECK(seen_in_calls(Custom{[](const Plain& plain) { return plain.code == 0; }}, throws<PlainDerived>()) ==
        Seen::failure);
}

TEST_CASE("A predicate can be a function or a member or a named functor") {
  struct Functor {
    bool operator()(const HttpError& error) const& noexcept { return error.server(); }
  };
  const auto check = [](const auto& tracker) {
    INFO(detail::type_name<decltype(tracker)>());
    CHECK(seen(tracker, throws(HttpError{503})) == Seen::failure);
    CHECK(seen(tracker, throws(HttpError{404})) == Seen::nothing);
    CHECK(seen(tracker, throws<Base>()) == Seen::nothing);
  };
  check(Custom{is_server_error});
  CHECK(seen_in_calls(Custom{is_server_error}, throws(HttpError{503})) == Seen::failure);
  check(Custom{&is_server_error});
  check(Custom{&HttpError::server});
  check(Custom{Functor{}});
  const auto on_success = OnResult{&Response::status};
  CHECK(seen(on_success, gives(Response{1})) == Seen::failure);
  CHECK(seen(on_success, gives(Response{0})) == Seen::success);
}

TEST_CASE("An exception object told to an admission is seen as a thrown one would be") {
  CircuitBreaker cb{Config{.tracker = TypeOf<Base>{}}};
  const auto counted = [&] { return cb.info().metrics.failure_count(); };
  cb.try_acquire().failure(Derived{});
  CHECK(counted() == 1);
  cb.try_acquire().failure(Base{});
  CHECK(counted() == 2);
  const Derived derived;
  const std::exception& as_caught = derived;
#if defined(__cpp_rtti)
  cb.try_acquire().failure(as_caught);
#else
  cb.try_acquire().failure(as_caught);  // of the type that it has here
  CHECK(counted() == 2);
  cb.try_acquire().failure(derived);
#endif
  CHECK(counted() == 3);
  cb.try_acquire().failure(std::runtime_error{"other"});
  cb.try_acquire().failure(PrivatelyBase{});
  cb.try_acquire().failure(7);
  CHECK(cb.info().metrics == Metrics{3, 3});
}

TEST_CASE("A tracker of the user's own is asked about failures and with an Answer about values") {
  CHECK(seen_in_calls([](const Failure&) { return true; }, gives(7)) == Seen::success);
  CHECK(seen([](const Failure&) { return true; }, throws<Base>()) == Seen::failure);
  CHECK(seen([](const Failure&) { return false; }, throws<Base>()) == Seen::nothing);
  const auto sevens = [](const Failure& failure) {
    const int* value = failure.result<int>();
    return value != nullptr && *value == 7 ? Answer::yes : Answer::silent;
  };
  CHECK(seen_in_calls(sevens, gives(7)) == Seen::failure);
  CHECK(seen(sevens, gives(8)) == Seen::success);
  CHECK(seen_in_calls(TypeOf<Base>{} | sevens, gives(7)) == Seen::failure);
}

TEST_CASE("A tracker with operators is asked about values like one without") {
  const auto check = [](const auto& sevens) {
    CHECK(seen(sevens, gives(7)) == Seen::failure);
    CHECK(seen(sevens, gives(8)) == Seen::success);
    CHECK(seen(sevens, gives(std::string{"7"})) == Seen::success);
    CHECK(seen(sevens, throws<Base>()) == Seen::failure);
    CHECK(seen(~sevens, gives(7)) == Seen::success);
    CHECK(seen(sevens | All{}, gives(7)) == Seen::failure);
    CHECK(seen(OnResult{[](const Response&) { return false; }} | sevens, gives(7)) == Seen::failure);
    CHECK(seen(TypeOf<Base>{} & sevens, gives(7)) == Seen::failure);
  };
  check(Seven{});
  check(SevenWithResult{});
}

TEST_CASE("A tracker that wants to see values is not asked for the impossible") {
  static volatile int changing = 7;
  static int numbers[3] = {1, 2, 3};
  CircuitBreaker cb{Config{.tracker = Silent{}}};
  CHECK(called(cb, []() -> volatile int& { return changing; }) == 7);
  CHECK(called(cb, []() -> const int& { return numbers[2]; }) == 3);
  int(&array)[3] = called(cb, []() -> int(&)[3] { return numbers; });
  CHECK(&array == &numbers);
  bool (&function)(const HttpError&) noexcept =
      called(cb, []() -> decltype((is_server_error)) { return is_server_error; });
  CHECK(&function == &is_server_error);
  CHECK(called(cb, []() -> const std::string { return "fixed"; }) == "fixed");
  CHECK(&cb.try_call([]() -> volatile int& { return changing; }).value() == &changing);
  CHECK(cb.info().metrics == Metrics{6, 0});
}

#if defined(__cpp_exceptions)

TEST_CASE("A predicate sees a thrown pointer converted to its parameter") {
  static Pair pair;
  static Left left;
  const auto rights = Custom{[](Right* right) { return right == &pair && right->right == 2; }};
  CHECK(seen(rights, throws(&pair)) == Seen::failure);
  CHECK(seen_in_calls(rights, [] { throw &pair; }) == Seen::failure);
  CHECK(seen(rights, throws(static_cast<Right*>(&pair))) == Seen::failure);
  CHECK(seen(rights, throws(&left)) == Seen::nothing);
  CHECK(seen(Custom{[](const Right* right) { return right == &pair; }}, throws(&pair)) == Seen::failure);
  CHECK(seen(Custom{[](const void* at) { return at == &pair; }}, throws(&pair)) == Seen::failure);
  CHECK(seen(rights & Custom{[](const Left* base) { return base == &pair && base->left == 1; }}, throws(&pair)) ==
        Seen::failure);
  CHECK(seen(TypeOf<Right*>{}, throws(&pair)) == Seen::failure);
  CHECK(seen(TypeOf<Pair*>{}, throws(static_cast<Right*>(&pair))) == Seen::nothing);
}

TEST_CASE("A predicate sees a thrown text and a thrown nothing and a thrown member") {
  const auto says_lost = Custom{[](const char* text) { return std::string_view{text} == "lost"; }};
  CHECK(seen_in_calls(says_lost, [] { throw "lost"; }) == Seen::failure);
  CHECK(seen(says_lost, throws<const char*>("found")) == Seen::nothing);
  CHECK(seen(says_lost, throws(std::string{"lost"})) == Seen::nothing);
  CHECK(seen(Custom{[](Right* right) { return right == nullptr; }}, throws(nullptr)) == Seen::failure);
  CHECK(seen(TypeOf<std::nullptr_t>{}, throws(nullptr)) == Seen::failure);
  CHECK(seen(Custom{[](int Pair::* member) { return member == &Pair::right; }}, throws(&Pair::right)) ==
        Seen::nothing);  // it is a member of Right
  CHECK(seen(Custom{[](int Right::* member) { return member == &Right::right; }}, throws(&Right::right)) ==
        Seen::failure);
}

TEST_CASE("A predicate on an exception pointer sees every exception and no error value") {
  int asked = 0;
  const auto on_42 = Custom{[&asked](const std::exception_ptr& error) {
    ++asked;
    try {
      std::rethrow_exception(error);
    } catch (int n) {
      return n == 42;
    } catch (...) {
      return false;
    }
  }};
  CHECK(seen_in_calls(on_42, throws(42)) == Seen::failure);
  CHECK(seen(on_42, throws(41)) == Seen::nothing);
  CHECK(seen(on_42, throws<Base>()) == Seen::nothing);
#if defined(FLUXGATE_TEST_ANY)
  constexpr int times = 8;  // seen() asks both
#else
  constexpr int times = 5;
#endif
  CHECK(asked == times);
  CHECK(seen(on_42, gives(lost)) == Seen::nothing);
  CHECK(seen(on_42, gives(7)) == Seen::success);
  CHECK(asked == times);
}

TEST_CASE("A predicate that throws does not accuse and its exception goes nowhere") {
  const auto custom = Custom{[](const Base&) -> bool { throw 1; }};
  const auto on_result = OnResult{[](const Response&) -> bool { throw 1; }};
  const auto own = [](const Failure&) -> bool { throw 1; };
  CHECK(seen_in_calls(custom, throws<Base>()) == Seen::nothing);
  CHECK(seen_in_calls(own, throws<Base>()) == Seen::nothing);
  CHECK(seen_in_calls(on_result, gives(Response{503})) == Seen::success);

  CircuitBreaker cb{Config{.tracker = custom}};
  CHECK_THROWS_AS(cb.call(throws<Derived>()), Derived);
  CircuitBreaker results{Config{.tracker = on_result}};
  CHECK(results.call(gives(Response{503})).status == 503);
}

#endif
