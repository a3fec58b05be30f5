// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker that logs its transitions, and the library's types in fmt.

#include <fmt/format.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/log.hpp>
#include <fluxgate/testing.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string_view>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

int charge(bool up) { return up ? 42 : throw std::runtime_error{"connection refused"}; }

template <class Breaker>
void attempt(Breaker& payment, bool up) {
  try {
    payment.call(charge, up);
  } catch (const std::exception&) {  // here only the log is of interest
  }
}

}  // namespace

int main() {
  ManualEnvironment time;  // a clock that this program moves, so that it prints the same each time

  // [use]
  CircuitBreaker payment{Config{
      .name = "payment_api",
      .tripper = (Closed{} & MinRequests{4} & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{1}),
      .retry = Cooldown{30s},
      .permit = Probes{2, 5s},
      .slow_threshold = 1s,
      .listeners = {LogListener{}},
      // [/use]
      .environment = time,
      // [use]
  }};
  // [/use]
  for (const bool up : {true, true, false, false}) attempt(payment, up);
  time.advance(30s + 250ms);
  for (const bool up : {true, true}) attempt(payment, up);
  payment.force_open();

  // [sink]
  CircuitBreaker stock{Config{
      .name = "stock",
      .tripper = FailureStreak{1},
      .retry = Always{},
      .permit = AllowAll{},
      .listeners = {LogListener{
          .sink = [](Level level, std::string_view line) { fmt::print(stderr, "{:>5} | {}\n", level, line); },
          .levels = {{State::open, Level::error}, {State::half_open, Level::off}},
      }},
      // [/sink]
      .environment = time,
      // [sink]
  }};
  // [/sink]
  attempt(stock, false);
  attempt(stock, true);

  // [format]
  const auto rules = (Closed{} & MinRequests{10} & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{2});
  fmt::print(stderr, "{}\n", rules);
  fmt::print(stderr, "{}\n", payment.info());
  fmt::print(stderr, "|{:^13}|{:>13}|\n", State::half_open, stock.state());
  // [/format]
}
