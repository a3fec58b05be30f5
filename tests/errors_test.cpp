// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

struct Reworded : CallNotPermittedError {
  std::string words;
  Reworded(const CallNotPermittedError& error, std::string text)
      : CallNotPermittedError{error}, words{std::move(text)} {}
  const char* what() const noexcept override { return words.c_str(); }
};

const CallNotPermittedError refusal{{State::half_open, 5s, "payment"}};

void check_data(const CallNotPermittedError& error) {
  CAPTURE(error);
  CHECK(error.circuit_name() == "payment");
  CHECK(error.state() == State::half_open);
  CHECK(error.retry_after() == 5s);
}

}  // namespace

TEST_CASE("A refusal keeps its data whatever a derived class says in what") {
  for (const char* words : {"", "down", "the payment service is unavailable, and this text is longer than the other"}) {
    CAPTURE(words);
    const Reworded reworded{refusal, words};
    check_data(reworded);
    const CallNotPermittedError sliced{reworded};
    check_data(sliced);
    CHECK(std::string_view{sliced.what()} == refusal.what());
#if defined(__cpp_exceptions)
    const std::exception_ptr pointer = std::make_exception_ptr(reworded);
    try {
      std::rethrow_exception(pointer);
    } catch (const CallNotPermittedError& caught) {
      check_data(caught);
      CHECK(std::string_view{caught.what()} == words);
    }
#endif
  }
}

TEST_CASE("A refusal keeps its data in copies, moves and assignments") {
  CallNotPermittedError first{refusal};
  const CallNotPermittedError second{std::move(first)};
  check_data(second);
  check_data(first);  // NOLINT(bugprone-use-after-move): a move is a copy
  CallNotPermittedError other{{State::open, {}, "another"}};
  other = second;
  check_data(other);
  CallNotPermittedError moved_to{{State::open, {}, "another"}};
  moved_to = std::move(other);
  check_data(moved_to);
  check_data(other);  // NOLINT(bugprone-use-after-move)
  // Its base alone gets another text.
  static_cast<std::runtime_error&>(moved_to) = std::runtime_error{""};
  check_data(moved_to);
  static_assert(std::is_nothrow_copy_constructible_v<CallNotPermittedError>);
  static_assert(std::is_nothrow_copy_assignable_v<CallNotPermittedError>);
  static_assert(std::is_nothrow_move_constructible_v<CallNotPermittedError>);
}

TEST_CASE("A refusal tells a name with a NUL inside whole") {
  using namespace std::string_view_literals;
  for (const std::string_view name : {"a\0b"sv, "\0"sv, "ends with\0"sv, "\0\0\0"sv}) {
    CAPTURE(name);
    const CallNotPermittedError error{{State::open, {}, name}};
    CHECK(error.circuit_name() == name);
    const CallNotPermittedError copy{error};
    CHECK(copy.circuit_name() == name);
    CHECK(copy.circuit_name().data() != name.data());
    CircuitBreaker cb{Config{.name = std::string{name}}};
    cb.force_open();
    CHECK(cb.call_with_fallback(
              [] { return std::string{}; },
              [](const CallNotPermittedError& refused) { return std::string{refused.circuit_name()}; }) == name);
  }
}

TEST_CASE("A refusal tells a name of any length whole") {
  // The longest first: what a longer message left on the stack must not show behind a shorter one.
  for (const std::size_t size : {1'000U, 193U, 192U, 191U, 1U, 0U}) {
    CAPTURE(size);
    const std::string name(size, 'n');
    const CallNotPermittedError error{{State::half_open, {}, name}};
    CHECK(error.what() == "circuit breaker '" + name + "' is half_open: call not permitted");
    CHECK(error.circuit_name() == name);
  }
}

TEST_CASE("A refusal as an error code has a category and a message") {
  const std::error_code code = Errc::call_not_permitted;
  CHECK(code);
  CHECK(std::string_view{code.category().name()} == "fluxgate");
  CHECK(code.message() == "circuit breaker: call not permitted");
}
