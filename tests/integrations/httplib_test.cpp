// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Which results of cpp-httplib are failures. examples/httplib_outages.cpp has a real server, which is killed and frozen.

#include <memory>
#include <string>
#include <utility>

#include <httplib.h>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/httplib.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using breakers::counted;
using httplib::Error;

httplib::Result failed(Error error) { return httplib::Result{nullptr, error}; }
httplib::Result answered(int status) {
  auto response = std::make_unique<httplib::Response>();
  response->status = status;
  return httplib::Result{std::move(response), Error::Success};
}

/// Successes and failures among one call, by a breaker of a known type and by one of any type.
template <class Tracker, class F>
std::string outcome(const Tracker& tracker, F f) {
  CircuitBreaker known{"known", tracker, Manual{}};
  AnyCircuitBreaker any{"any", tracker, Manual{}};
  (void)known.call(f);
  (void)any.call(f);
  CHECK(counted(any) == counted(known));
  return counted(known);
}

const std::string success = "1/0";
const std::string failure = "1/1";
const std::string neutral = "0/0";

}  // namespace

TEST_CASE("A result without a response is a failure, one with a response is none, whatever its status") {
  CHECK(outcome(All{}, [] { return failed(Error::Connection); }) == failure);
  CHECK(outcome(All{}, [] { return failed(Error::Canceled); }) == failure);
  CHECK(outcome(All{}, [] { return answered(200); }) == success);
  CHECK(outcome(All{}, [] { return answered(503); }) == success);
  CHECK(outcome(TypeOf<Error>{}, [] { return failed(Error::Read); }) == failure);
}

TEST_CASE("HttplibFault counts the faults of network and server, not those of the client") {
  for (const Error error : {Error::Unknown, Error::Connection, Error::Read, Error::Write, Error::SSLConnection,
                            Error::SSLServerVerification, Error::ConnectionTimeout}) {
    CAPTURE(error);
    CHECK(outcome(HttplibFault{}, [=] { return failed(error); }) == failure);
  }
  for (const Error error : {Error::BindIPAddress, Error::ExceedRedirectCount, Error::Canceled, Error::SSLLoadingCerts,
                            Error::UnsupportedMultipartBoundaryChars, Error::Compression}) {
    CAPTURE(error);
    CHECK(outcome(HttplibFault{}, [=] { return failed(error); }) == neutral);
  }
  CHECK(outcome(HttplibFault{}, [] { return std::errc::timed_out; }) == neutral);
  CHECK(outcome(HttplibFault{}, [] { return answered(503); }) == success);
}

TEST_CASE("HttplibFault and HttpStatus judge error and response") {
  const auto tracker = HttplibFault{} | HttpStatus{500, 599} | HttpStatus{429};
  CHECK(outcome(tracker, [] { return failed(Error::Read); }) == failure);
  CHECK(outcome(tracker, [] { return failed(Error::Canceled); }) == neutral);
  CHECK(outcome(tracker, [] { return answered(503); }) == failure);
  CHECK(outcome(tracker, [] { return answered(429); }) == failure);
  CHECK(outcome(tracker, [] { return answered(404); }) == success);
  CHECK(outcome(OnResult{[](const httplib::Response& seen) { return seen.status == 418; }},
                [] { return answered(418); }) == failure);
  CHECK(describe(tracker) == "((HttplibFault{} | HttpStatus{500, 599}) | HttpStatus{429})");
  CHECK(HttplibFault{} == HttplibFault{});
}

TEST_CASE("A real client that is refused opens its breaker") {
  httplib::Client client{"127.0.0.1", 1};
  CircuitBreaker breaker{"server", HttplibFault{}, FailureStreak{2}};
  for (int i = 0; i < 2; ++i) CHECK(breaker.call([&] { return client.Get("/"); }).error() == Error::Connection);
  CHECK(breaker.state() == State::open);
}
