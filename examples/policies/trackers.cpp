// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The examples of docs/policies for trackers: what each makes of the same calls.

#include <iostream>
#include <stdexcept>
#include <system_error>

#include "show.hpp"

using namespace fluxgate;

namespace {

// [vocabulary]
struct Response {
  int status;
};
struct Timeout : std::runtime_error {
  Timeout() : std::runtime_error{"timeout"} {}
};
struct HttpError : std::runtime_error {
  explicit HttpError(int s) : std::runtime_error{"HTTP"}, status{s} {}
  int status;
};
// [/vocabulary]

template <class Breaker, class F>
void print_row(const char* what, Breaker& breaker, F&& f) {
  breaker.reset();
  try {
    (void)breaker.call(f);
  } catch (...) {
  }
  const Metrics metrics = breaker.info().metrics;
  std::cout << what
            << (metrics.failure_count() != 0 ? "failure"
                : metrics.total_count() != 0 ? "success"
                                             : "neutral")
            << '\n';
}

/// One row for each call: what it does, and what the breaker takes it for.
template <class Breaker>
void print_decisions(Breaker& breaker) {
  CircuitBreaker open{"another"};
  open.force_open();
  print_row("returns Response{200}           ", breaker, [] { return Response{200}; });
  print_row("returns Response{503}           ", breaker, [] { return Response{503}; });
  print_row("returns std::errc::timed_out    ", breaker, [] { return std::errc::timed_out; });
  print_row("throws Timeout{}                ", breaker, []() -> Response { throw Timeout{}; });
  print_row("throws HttpError{404}           ", breaker, []() -> Response { throw HttpError{404}; });
  print_row("throws HttpError{503}           ", breaker, []() -> Response { throw HttpError{503}; });
  print_row("is refused by another breaker   ", breaker, [&] { return open.call([] { return Response{200}; }); });
}

void all() {
  // [all]
  CircuitBreaker api{Config{.name = "api", .tracker = All{}}};
  print_decisions(api);
  // [/all]
}

void type_of() {
  // [type_of]
  CircuitBreaker api{Config{.name = "api", .tracker = TypeOf<Timeout, std::errc>{}}};
  print_decisions(api);
  // [/type_of]
}

void custom() {
  // [custom]
  const auto servers_fault = [](const HttpError& error) { return error.status >= 500; };
  CircuitBreaker api{Config{.name = "api", .tracker = Custom{servers_fault} | TypeOf<Timeout>{}}};
  print_decisions(api);
  // [/custom]
}

void on_result() {
  // [on_result]
  const auto servers_fault = [](const Response& response) { return response.status >= 500; };
  CircuitBreaker api{Config{.name = "api", .tracker = OnResult{servers_fault}}};
  print_decisions(api);
  // [/on_result]
}

void http_status() {
  // [http_status]
  CircuitBreaker api{Config{.name = "api", .tracker = HttpStatus{500, 599} | HttpStatus{429}}};
  print_decisions(api);
  // [/http_status]
}

void count_as_success() {
  // [count_as_success]
  const auto not_found = [](const HttpError& error) { return error.status == 404; };
  CircuitBreaker api{Config{.name = "api", .tracker = All{} & CountAsSuccess{Custom{not_found}}}};
  print_decisions(api);
  // [/count_as_success]
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv,
             {{"all", all},
              {"type_of", type_of},
              {"custom", custom},
              {"on_result", on_result},
              {"http_status", http_status},
              {"count_as_success", count_as_success}});
}
