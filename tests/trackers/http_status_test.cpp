// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Responses judged by their HTTP status, under the names that clients give it.

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/seen.hpp"

namespace web {

enum Code : std::uint16_t { ok = 200, unavailable = 503 };
enum class Scoped { unavailable = 503 };

/// As cpp-httplib has it.
struct Response {
  int status = -1;
  std::string reason{};
};
/// As cpr has it.
struct LongResponse {
  long status_code;
  std::string status_line{};
};
/// As Boost.Beast has it.
struct Message {
  unsigned code;
  [[nodiscard]] unsigned result_int() const { return code; }
};
struct Derived : Message {};
struct Enumerated {
  Code code;
  [[nodiscard]] Code status() const { return code; }
};
struct Function {
  std::uint16_t code;
  [[nodiscard]] const std::uint16_t& status_code() const { return code; }
};
/// The number is the code; the other is something else.
struct Both {
  std::string status = "unavailable";
  int status_code = 503;
};

// What is no status.
struct Flag {
  bool status = true;
};
struct Letter {
  char status = 'x';
};
struct Text {
  std::string status = "503";
};
struct OfScoped {
  Scoped status{};
};
struct Asking {
  [[nodiscard]] int status(int scale) const { return scale; }
};
struct Changing {
  int status() { return 503; }
};
struct Hidden : private Response {};

#if defined(__cpp_exceptions)
struct Throwing {
  [[nodiscard]] int status() const { throw std::runtime_error{"not read yet"}; }
};
#endif

/// As the `Result` of cpp-httplib: a response or an error.
class Result {
 public:
  explicit Result(int status) : response_{std::make_unique<Response>(Response{status})} {}
  explicit Result(std::errc error) : error_{error} {}
  explicit operator bool() const { return response_ != nullptr; }
  [[nodiscard]] const Response& value() const { return *response_; }
  const Response& operator*() const { return *response_; }
  [[nodiscard]] std::errc error() const { return error_; }

 private:
  std::unique_ptr<Response> response_;
  std::errc error_{};
};

// What has the members of a result, and is none: its conversions are those of its value.
struct Measurement {
  double mean = 0.0;
  [[nodiscard]] double value() const { return mean; }
  [[nodiscard]] double error() const { return 1.0; }
  double operator*() const { return mean; }
  operator double() const { return mean; }
};
/// Says by ok() how it went, not by its conversion.
struct Answered {
  explicit operator bool() const { return false; }
  [[nodiscard]] bool ok() const { return true; }
  [[nodiscard]] int value() const { return 0; }
  int operator*() const { return 0; }
  [[nodiscard]] int error() const { return 0; }
};

}  // namespace web

namespace {

using namespace fluxgate;

template <class R>
constexpr bool looked_at = detail::looks_at<HttpStatus, R>();
static_assert(looked_at<web::Response> && looked_at<web::LongResponse> && looked_at<web::Message> &&
              looked_at<web::Derived> && looked_at<web::Enumerated> && looked_at<web::Function> &&
              looked_at<web::Both>);
static_assert(looked_at<std::optional<web::Response>> && looked_at<std::shared_ptr<web::Message>> &&
              looked_at<std::pair<std::error_code, web::Response>> && looked_at<web::Result>);
static_assert(!looked_at<web::Flag> && !looked_at<web::Letter> && !looked_at<web::Text> && !looked_at<web::OfScoped> &&
              !looked_at<web::Asking> && !looked_at<web::Changing> && !looked_at<web::Hidden> && !looked_at<int> &&
              !looked_at<web::Code>);

static_assert(HasOutcome<web::Result> && !HasOutcome<web::Measurement>);

const auto overloaded = HttpStatus{500, 599} | HttpStatus{429};

}  // namespace

TEST_CASE("A response counts by its status, whatever the client calls it") {
  CHECK(seen_in_calls(overloaded, gives(web::Response{503})) == Seen::failure);
  CHECK(seen_in_calls(overloaded, gives(web::Response{404})) == Seen::success);
  CHECK(seen(overloaded, gives(web::LongResponse{429})) == Seen::failure);
  CHECK(seen(overloaded, gives(web::LongResponse{428})) == Seen::success);
  CHECK(seen(overloaded, gives(web::Message{500})) == Seen::failure);
  CHECK(seen(overloaded, gives(web::Derived{{599}})) == Seen::failure);
  CHECK(seen(overloaded, gives(web::Derived{{600}})) == Seen::success);
  CHECK(seen(overloaded, gives(web::Enumerated{web::unavailable})) == Seen::failure);
  CHECK(seen(overloaded, gives(web::Enumerated{web::ok})) == Seen::success);
  CHECK(seen(overloaded, gives(web::Function{502})) == Seen::failure);
  CHECK(seen(overloaded, gives(web::Both{})) == Seen::failure);
}

TEST_CASE("A status is found where an OnResult finds its argument") {
  CHECK(seen(overloaded, gives(std::optional{web::Response{503}})) == Seen::failure);
  CHECK(seen(overloaded, gives(std::optional<web::Response>{})) == Seen::success);
  CHECK(seen(overloaded, gives(std::make_shared<web::Message>(web::Message{503}))) == Seen::failure);
  CHECK(seen(overloaded, gives(std::pair{std::error_code{}, web::Response{503}})) == Seen::failure);
}

TEST_CASE("An HttpStatus is silent about errors, and joins other trackers") {
  CHECK(seen(overloaded, throws(std::runtime_error{"lost"})) == Seen::failure);
  CHECK(seen(overloaded & ~TypeOf<std::runtime_error>{}, throws(std::runtime_error{"lost"})) == Seen::nothing);
  CHECK(seen(overloaded & ~TypeOf<std::runtime_error>{}, gives(web::Response{503})) == Seen::failure);
  CHECK(seen(~HttpStatus{200, 299}, gives(web::Response{404})) == Seen::failure);
  CHECK(seen(~HttpStatus{200, 299}, gives(web::Response{204})) == Seen::success);
}

TEST_CASE("What is outside of three digits is no status, and neither is one that throws") {
  CHECK(seen(HttpStatus{100, 999}, gives(web::Response{})) == Seen::success);
  CHECK(seen(HttpStatus{100, 999}, gives(web::Response{99})) == Seen::success);
  CHECK(seen(HttpStatus{100, 999}, gives(web::Response{100})) == Seen::failure);
  CHECK(seen(HttpStatus{100, 999}, gives(web::Response{999})) == Seen::failure);
  CHECK(seen(HttpStatus{100, 999}, gives(web::LongResponse{1000})) == Seen::success);
  CHECK(seen(HttpStatus{100, 999}, gives(web::Message{0xffff'fe0c})) == Seen::success);
#if defined(__cpp_exceptions)
  CHECK(seen(HttpStatus{100, 999}, gives(web::Throwing{})) == Seen::success);
#endif
}

TEST_CASE("A result that is tested for its value fails without one") {
  CHECK(seen(All{}, gives(web::Measurement{})) == Seen::success);
  CHECK(seen(All{}, gives(web::Answered{})) == Seen::success);
  const auto outcome = [](const auto& tracker, auto&&... of) {
    CircuitBreaker breaker{"web", tracker, Manual{}};
    (void)breaker.try_call([&] { return web::Result{of...}; });
    const auto metrics = breaker.info().metrics;
    if (metrics.total_count() == 0) return Seen::nothing;
    return metrics.failure_count() == 0 ? Seen::success : Seen::failure;
  };
  using std::errc;
  CHECK(outcome(All{}, errc::timed_out) == Seen::failure);
  CHECK(outcome(All{}, 503) == Seen::success);
  CHECK(outcome(overloaded, errc::timed_out) == Seen::failure);
  CHECK(outcome(overloaded, 503) == Seen::failure);
  CHECK(outcome(overloaded, 200) == Seen::success);
  CHECK(outcome(TypeOf<errc>{}, errc::timed_out) == Seen::failure);
  CHECK(outcome(OnResult{[](const web::Response& seen) { return seen.status == 503; }}, 503) == Seen::failure);
  const auto timeouts = Custom{[](errc error) { return error == errc::timed_out; }};
  CHECK(outcome(timeouts, errc::timed_out) == Seen::failure);
  CHECK(outcome(timeouts, errc::operation_canceled) == Seen::nothing);
}

TEST_CASE("An HttpStatus prints as it is written, and refuses what has not three digits") {
  CHECK(describe(overloaded) == "(HttpStatus{500, 599} | HttpStatus{429})");
  CHECK(HttpStatus{429} == HttpStatus{429, 429});
  CHECK(HttpStatus{429} != HttpStatus{429, 430});
#if defined(__cpp_exceptions)
  CHECK_THROWS_WITH(HttpStatus{99}, "HttpStatus: status 99 is not in [100, 999]");
  CHECK_THROWS_WITH(HttpStatus{1000}, "HttpStatus: status 1000 is not in [100, 999]");
  CHECK_THROWS_WITH((HttpStatus{-1, 200}), "HttpStatus: first -1 is not in [100, 999]");
  CHECK_THROWS_WITH((HttpStatus{500, 499}), "HttpStatus: last 499 is not in [first, 999]");
  CHECK_THROWS_WITH((HttpStatus{500, 1000}), "HttpStatus: last 1000 is not in [first, 999]");
#endif
  STATIC_REQUIRE(HttpStatus{500, 599} != HttpStatus{500});
}
