// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Without exceptions and without RTTI: everything but call() works.

#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <system_error>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  ++failures;
}

struct Response {
  int status;
};

std::error_code connect(bool up) { return up ? std::error_code{} : std::make_error_code(std::errc::connection_reset); }

void trip_and_recover() {
  const ManualEnvironment handle;
  ManualEnvironment env = handle;
  int told = 0;
  CircuitBreaker cb{Config{.tripper = MinRequests{2} & FailureRate{0.5},
                           .retry = Cooldown{60s},
                           .permit = AllowAll{},
                           .listeners = {[&](const Signal&) { ++told; }},
                           .environment = env}};
  expect(!cb.try_call(connect, true).value(), "the error code comes back");
  expect(cb.try_call(connect, false).value() == std::errc::connection_reset, "a failed one too");
  expect(cb.state() == State::open, "a failed error code trips");
  const CallResult<std::error_code> refused = cb.try_call(connect, true);
  expect(!refused.has_value() && refused.rejection().state == State::open, "an open breaker refuses");
  expect(refused.rejection().retry_after == 60s, "and says for how long");

  const auto with_fallback = guarded(cb, connect, [](const CallNotPermittedError& error) {
    expect(error.state() == State::open, "the fallback is told the state");
    return std::make_error_code(std::errc::resource_unavailable_try_again);
  });
  expect(with_fallback(true) == std::errc::resource_unavailable_try_again, "the fallback answers a refusal");

  env.advance(60s);
  expect(!with_fallback(true), "the due call is let through");
  expect(cb.state() == State::half_open, "one success is not yet settled");
  expect(!with_fallback(true), "the second is let through");
  expect(cb.state() == State::closed, "two successes close");
  expect(told == 3, "each transition is told");
}

void results() {
  CircuitBreaker cb{Config{.tracker = OnResult{[](const Response& response) { return response.status >= 500; }}}};
  expect(cb.try_call([] { return Response{503}; })->status == 503, "a response comes back");
  expect(cb.try_call([] { return Response{200}; })->status == 200, "a good one too");
  expect(cb.info().metrics == Metrics{2, 1}, "OnResult counts the bad one");
}

void errors() {
  CircuitBreaker cb{
      Config{.tracker = Custom{[](const std::error_code& code) { return code != std::errc::interrupted; }}}};
  cb.try_acquire().failure(connect(false));
  cb.try_acquire().failure(std::make_error_code(std::errc::interrupted));
  cb.try_acquire().failure(7);
  expect(cb.info().metrics == Metrics{1, 1}, "Custom sees error codes only");

  CircuitBreaker typed{Config{.tracker = TypeOf<std::error_code>{}}};
  (void)typed.try_call(connect, false);
  (void)typed.try_call(connect, true);
  expect(typed.info().metrics == Metrics{2, 1}, "TypeOf sees error codes");

  CircuitBreaker by_base{Config{.tracker = TypeOf<std::runtime_error>{}}};
  by_base.try_acquire().failure(std::range_error{"derived"});
  by_base.try_acquire().failure(std::logic_error{"unrelated"});
  expect(by_base.info().metrics == Metrics{1, 1}, "TypeOf sees error values by their bases");

  struct Derived : std::system_error {
    using system_error::system_error;
  };
  CircuitBreaker outer{Config{.tracker = TypeOf<std::runtime_error>{}}};
  outer.try_acquire().failure(Derived{make_error_code(Errc::call_not_permitted)});
  expect(outer.info().metrics == Metrics{}, "a refusal is neutral in what derives from system_error, too");
  outer.try_acquire().failure(Derived{std::make_error_code(std::errc::timed_out)});
  expect(outer.info().metrics == Metrics{1, 1}, "another error of that type counts");
}

void admissions() {
  CircuitBreaker cb{Config{.window = TimeWindow{10s}}};
  auto admission = cb.try_acquire();
  expect(static_cast<bool>(admission), "a closed breaker admits");
  admission.success();
  expect(!admission, "an outcome is told once");
  cb.try_acquire().failure();
  cb.try_acquire().record(connect(false));
  cb.try_acquire().ignore();
  expect(cb.info().metrics == Metrics{3, 2}, "admissions are counted");
  cb.force_open();
  expect(!cb.try_acquire(), "a forced open breaker refuses");
}

int on_refusal(const CallNotPermittedError&) { return -4; }

void fallbacks() {
  CircuitBreaker cb{Config{}};
  int invoked = 0;
  const auto work = [&] { return ++invoked; };
  const auto on_runtime_error = [](const std::runtime_error&) { return -1; };
  const auto on_exception = [](const std::exception&) { return -2; };
  const auto by_value = [](CallNotPermittedError) { return -3; };
  expect(cb.call_with_fallback(work, on_runtime_error) == 1, "a fallback on a base of refusals lets the call happen");
  expect(cb.call_with_fallback(work, on_exception) == 2, "so does one on every exception");
  expect(cb.call_with_fallback(work, by_value) == 3, "and one that takes a copy");
  expect(cb.call_with_fallback(work, on_refusal) == 4, "and a function");
  expect(cb.info().metrics == Metrics{4, 0}, "each call is counted");
  cb.force_open();
  expect(cb.call_with_fallback(work, on_runtime_error) == -1, "a base of refusals gets them");
  expect(cb.call_with_fallback(work, on_exception) == -2, "and so does a further one");
  expect(cb.call_with_fallback(work, by_value) == -3, "and a copy");
  expect(cb.call_with_fallback(work, on_refusal) == -4, "and a function");
  expect(invoked == 4, "a refused call does not happen");
}

}  // namespace

int main() {
  trip_and_recover();
  results();
  errors();
  admissions();
  fallbacks();
  return failures == 0 ? 0 : 1;
}
