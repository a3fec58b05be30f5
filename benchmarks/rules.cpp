// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What other rules and a snapshot cost, and calls after them, beside the making of a breaker.

#include <chrono>
#include <optional>

#include <fluxgate/fluxgate.hpp>

#include "healthy.hpp"
#include "measure.hpp"

using namespace fluxgate;

namespace {

using Breaker = decltype(CircuitBreaker{measured::healthy_config()});

void making(benchmark::State& state) {
  std::optional<Breaker> breaker;
  measured::calls(state, [&] { breaker.emplace(measured::healthy_config()); });
}
BENCHMARK(making);

void retuning(benchmark::State& state) {
  Breaker breaker{measured::healthy_config()};
  measured::calls(state, [&] { breaker.retune(measured::healthy_config()); });
  measured::expect_closed(state, breaker);
}
BENCHMARK(retuning);

void taking_snapshot(benchmark::State& state) {
  Breaker breaker{measured::healthy_config()};
  measured::fill(breaker);
  measured::calls(state, [&] { return breaker.snapshot(); });
}
BENCHMARK(taking_snapshot);

void restoring(benchmark::State& state) {
  Breaker first{measured::healthy_config()};
  measured::fill(first);
  const Snapshot snapshot = first.snapshot();
  std::optional<Breaker> breaker;
  measured::calls(state, [&] { breaker.emplace(measured::healthy_config(), restore(snapshot)); });
  measured::expect_closed(state, *breaker);
}
BENCHMARK(restoring);

// The two below differ in nothing but the retune.

void healthy_first_rules(benchmark::State& state) {
  static Breaker breaker{measured::healthy_config()};
  measured::fill(breaker);
  measured::calls(state, [] { return breaker.call([](int number) { return measured::answer(number); }, 42); });
  measured::expect_closed(state, breaker);
}
BENCHMARK(healthy_first_rules);

void healthy_other_rules(benchmark::State& state) {
  static Breaker breaker{measured::healthy_config()};
  breaker.retune(measured::healthy_config());
  measured::fill(breaker);
  measured::calls(state, [] { return breaker.call([](int number) { return measured::answer(number); }, 42); });
  measured::expect_closed(state, breaker);
}
BENCHMARK(healthy_other_rules);

}  // namespace
