// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What calls cost through a breaker whose type says nothing of its policies, beside those of known types. Each calls
/// something of a type of its own, as most calls of a program do.

#include <chrono>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

#include "healthy.hpp"
#include "measure.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

template <class Breaker, class Charge>
void measure(benchmark::State& state, Breaker& breaker, Charge charge) {
  [[maybe_unused]] const bool filled = measured::fill(breaker);
  measured::calls(state, [&] { return breaker.call(charge, 42); });
  measured::expect_closed(state, breaker);
}

void healthy_known(benchmark::State& state) {
  static CircuitBreaker breaker{measured::healthy_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_known);

void healthy_any(benchmark::State& state) {
  static AnyCircuitBreaker breaker{measured::healthy_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_any);

auto on_result_config() {
  return Config{.tracker = OnResult{[](int number) { return number < 0; }},
                .tripper = measured::rule,
                .retry = measured::retry,
                .permit = measured::permit};
}
void healthy_known_on_result(benchmark::State& state) {
  static CircuitBreaker breaker{on_result_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_known_on_result);

void healthy_any_on_result(benchmark::State& state) {
  static AnyCircuitBreaker breaker{on_result_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_any_on_result);

auto streak_config() {
  return Config{.tripper = FailureStreak{5} | FailureRate{0.5}, .retry = measured::retry, .permit = measured::permit};
}
void healthy_known_streak(benchmark::State& state) {
  static CircuitBreaker breaker{streak_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_known_streak);

void healthy_any_streak(benchmark::State& state) {
  static AnyCircuitBreaker breaker{streak_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_any_streak);

auto avg_latency_config() {
  return Config{.tripper = MinRequests{10} & AvgLatency{1s}, .retry = measured::retry, .permit = measured::permit};
}
void healthy_known_avg_latency(benchmark::State& state) {
  static CircuitBreaker breaker{avg_latency_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_known_avg_latency);

void healthy_any_avg_latency(benchmark::State& state) {
  static AnyCircuitBreaker breaker{avg_latency_config()};
  measure(state, breaker, [](int number) { return measured::answer(number); });
}
BENCHMARK(healthy_any_avg_latency);

}  // namespace
