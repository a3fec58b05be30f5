// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Failures that come back as values.

#include <fluxgate/fluxgate.hpp>

#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

using namespace fluxgate;

namespace shop {

// [types]
/// A result of your own, with none of the known shapes.
struct Receipt {
  std::string text;
  int error = 0;
};

/// To be unwell is what it is for: not a failure of the call.
struct Diagnosis {
  bool well;
  bool ok() const { return well; }
};
// [/types]

struct Response {
  int status;
};

struct NotFound : std::runtime_error {
  NotFound() : std::runtime_error{"not found"} {}
};

}  // namespace shop

// [traits]
template <>
struct fluxgate::outcome_traits<shop::Receipt> {
  static bool failed(const shop::Receipt& receipt) noexcept { return receipt.error != 0; }
  static const int& error(const shop::Receipt& receipt) noexcept { return receipt.error; }
};
template <>
struct fluxgate::outcome_traits<shop::Diagnosis> : fluxgate::never_failed {};
// [/traits]

namespace {

template <class Breaker, class F>
void show(const char* what, Breaker& breaker, F&& f) {
  try {
    (void)breaker.call(f);
  } catch (...) {
  }
  const Metrics metrics = breaker.info().metrics;
  std::cout << what << ": "
            << (metrics.failure_count() != 0 ? "a failure"
                : metrics.total_count() != 0 ? "a success"
                                             : "neutral")
            << '\n';
  breaker.reset();
}

void shapes() {
  // [shapes]
  CircuitBreaker disk{Config{.name = "disk"}};
  show("an error code", disk, [] { return std::make_error_code(std::errc::io_error); });
  show("a pair that begins with one", disk, [] { return std::pair{std::errc::io_error, 0}; });
  show("a type with traits", disk, [] { return shop::Receipt{"", 7}; });
  show("a type that never fails", disk, [] { return shop::Diagnosis{false}; });
  // [/shapes]
}

void trackers() {
  // [on_result]
  const auto bad = OnResult{[](const shop::Response& response) { return response.status >= 500; }};
  CircuitBreaker shop{Config{.name = "shop", .tracker = bad}};
  show("a response 503", shop, [] { return shop::Response{503}; });
  show("a response 404", shop, [] { return shop::Response{404}; });
  show("an exception, on which the tracker is silent", shop, []() -> shop::Response { throw 1; });
  // [/on_result]

  // [count_as_success]
  CircuitBreaker store{Config{.name = "store", .tracker = All{} & CountAsSuccess{TypeOf<shop::NotFound>{}}}};
  show("not found", store, []() -> int { throw shop::NotFound{}; });
  show("anything else", store, []() -> int { throw std::runtime_error{"lost"}; });
  // [/count_as_success]
}

void fallbacks() {
  // [fallback]
  CircuitBreaker till{Config{.name = "till"}};
  const auto pay = [] { return shop::Receipt{"", 7}; };
  const auto on_error = [](int error) { return shop::Receipt{"put down for later, error " + std::to_string(error)}; };
  std::cout << till.call_with_fallback(pay, on_error).text << '\n';
  // [/fallback]
}

}  // namespace

int main() {
  shapes();
  trackers();
  fallbacks();
}
