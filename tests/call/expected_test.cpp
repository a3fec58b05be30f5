// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// std::expected as a result, where the library has it: with C++23, in a program of its own.

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <version>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/endings.hpp"
#include "support/seen.hpp"

#if defined(__cpp_lib_expected)

#include <expected>

namespace {

using namespace fluxgate;

enum class Error { timeout, not_found };
using endings::Down;
struct Response {
  int status;
};
struct Page : Response {};

const auto bad_response = OnResult{[](const Response& response) { return response.status >= 500; }};

/// One value that is well and one that failed with an E: every tracker that can tell, tells.
template <class E, class R>
void check(const R& well, const R& failed) {
  INFO(detail::type_name<R>());
  CHECK(seen_of(All{}, well) == Seen::success);
  CHECK(seen_of(TypeOf<E>{}, well) == Seen::success);
  CHECK(seen_of(All{}, failed) == Seen::failure);
  CHECK(seen_of(TypeOf<E>{}, failed) == Seen::failure);
  CHECK(seen_of(~TypeOf<E>{}, failed) == Seen::nothing);
  CHECK(seen_of(TypeOf<Down*>{}, failed) == Seen::nothing);
  CHECK(seen_of(Custom{[](const E&) { return true; }}, failed) == Seen::failure);
  CHECK(seen_of(Custom{[](const E&) { return false; }}, failed) == Seen::nothing);
}

}  // namespace

TEST_CASE("An expected of std is a result") {
  using Number = std::expected<int, std::errc>;
  check<std::errc>(Number{1}, Number{std::unexpect, std::errc::connection_reset});
  using Nothing = std::expected<void, std::string>;
  check<std::string>(Nothing{}, Nothing{std::unexpect, "lost"});
  using Moved = std::expected<std::unique_ptr<int>, std::string>;
  check<std::string>(Moved{std::make_unique<int>(1)}, Moved{std::unexpect, "lost"});
}

TEST_CASE("Calls that return an expected are judged by it") {
  using Result = std::expected<int, Error>;
  const auto failed = gives(Result{std::unexpect, Error::timeout});
  CHECK(seen_in_calls(All{}, gives(Result{1})) == Seen::success);
  CHECK(seen_in_calls(All{}, failed) == Seen::failure);
  CHECK(seen_in_calls(TypeOf<Error>{}, failed) == Seen::failure);
  CHECK(seen_in_calls(TypeOf<Down>{}, failed) == Seen::nothing);
  using Nothing = std::expected<void, std::string>;
  CHECK(seen_in_calls(All{}, gives(Nothing{})) == Seen::success);
  CHECK(seen_in_calls(All{}, gives(Nothing{std::unexpect, "lost"})) == Seen::failure);
  using Moved = std::expected<std::unique_ptr<int>, std::string>;
  CHECK(seen_in_calls(All{}, [] { return Moved{std::unexpect, "lost"}; }) == Seen::failure);
}

TEST_CASE("An expected whose error is an exception is judged like a thrown one") {
  using Result = std::expected<int, std::exception_ptr>;
  const auto failed = gives(Result{std::unexpect, std::make_exception_ptr(Down{})});
  CHECK(seen_in_calls(All{}, gives(Result{1})) == Seen::success);
  CHECK(seen_in_calls(All{}, failed) == Seen::failure);
  CHECK(seen(TypeOf<Down>{}, failed) == Seen::failure);
  CHECK(seen(TypeOf<std::exception>{}, failed) == Seen::failure);
  CHECK(seen(TypeOf<std::logic_error>{}, failed) == Seen::nothing);
  CHECK(seen(TypeOf<std::exception_ptr>{}, failed) == Seen::nothing);
  CHECK(seen(Custom{[](const std::runtime_error& e) { return std::string{e.what()} == "down"; }}, failed) ==
        Seen::failure);
  CHECK(seen(Custom{[](const std::exception_ptr& e) { return e != nullptr; }}, failed) == Seen::failure);
  CHECK(seen(All{}, gives(Result{std::unexpect, std::exception_ptr{}})) == Seen::failure);
}

TEST_CASE("A refusal in an expected is neutral unless the tracker names it") {
  const CallNotPermittedError refusal{{State::forced_open, {}, "inner"}};
  const auto check_refused = [](const auto& refused) {
    INFO(detail::type_name<decltype(refused)>());
    CHECK(seen_of(All{}, refused) == Seen::nothing);
    CHECK(seen_of(bad_response, refused) == Seen::nothing);
    CHECK(seen_of(TypeOf<Down>{}, refused) == Seen::nothing);
    CHECK(seen_of(~TypeOf<Down>{}, refused) == Seen::nothing);
    CHECK(seen_of(TypeOf<std::runtime_error>{}, refused) == Seen::nothing);
    CHECK(seen_of(CountAsSuccess{All{}}, refused) == Seen::nothing);
    CHECK(seen_of(TypeOf<CallNotPermittedError>{}, refused) == Seen::failure);
    CHECK(seen_of(All{} | TypeOf<CallNotPermittedError>{}, refused) == Seen::failure);
    CHECK(seen_of(~TypeOf<CallNotPermittedError>{}, refused) == Seen::nothing);
    CHECK(seen_of(CountAsSuccess{TypeOf<CallNotPermittedError>{}}, refused) == Seen::success);
    const auto is_forced = [](const CallNotPermittedError& e) { return e.state() == State::forced_open; };
    CHECK(seen_of(Custom{is_forced}, refused) == Seen::failure);
    CHECK(seen_of(Custom{[](const CallNotPermittedError& e) { return e.state() == State::open; }}, refused) ==
          Seen::nothing);
    CHECK(seen_of([](const Failure&) { return true; }, refused) == Seen::failure);
    const auto no_refusal = [](const Failure& f) { return f.error<CallNotPermittedError>() == nullptr; };
    CHECK(seen_of(no_refusal, refused) == Seen::nothing);
  };
  using Kept = std::expected<int, std::exception_ptr>;
  check_refused(Kept{std::unexpect, std::make_exception_ptr(refusal)});
  using Refused = std::expected<int, CallNotPermittedError>;
  check_refused(Refused{std::unexpect, refusal});
  CHECK(seen_in_calls(All{}, gives(Refused{std::unexpect, refusal})) == Seen::nothing);
}

TEST_CASE("OnResult looks at what an expected holds") {
  using Result = std::expected<Page, int>;
  const Result well{Page{{200}}};
  const Result bad{Page{{503}}};
  const Result failed{std::unexpect, 1};
  CHECK(seen_in_calls(bad_response, gives(well)) == Seen::success);
  CHECK(seen_in_calls(bad_response, gives(bad)) == Seen::failure);
  CHECK(seen_of(All{} | bad_response, well) == Seen::success);
  CHECK(seen_of(All{} | bad_response, bad) == Seen::failure);
  CHECK(seen_of(bad_response & All{}, bad) == Seen::failure);
  CHECK(seen_of(~bad_response, well) == Seen::failure);
  CHECK(seen_of(~(~bad_response | ~bad_response), bad) == Seen::failure);
  CHECK(seen_of(bad_response & ~All{}, failed) == Seen::nothing);
  CHECK(seen_of(bad_response, failed) == Seen::failure);
  CHECK(seen_of(bad_response, std::expected<void, int>{}) == Seen::success);
}

#else

TEST_CASE("This library has no std::expected") { SUCCEED(); }

#endif
