// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What calls through a breaker cost, in each of its conditions.

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <system_error>

#include <fluxgate/fluxgate.hpp>

#include "../tests/support/by_hand.hpp"
#include "healthy.hpp"
#include "measure.hpp"
#include "member.hpp"
#include "ready.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

using measured::answer;
using measured::charge;
using measured::Erring;
using measured::fail;

auto& healthy_breaker() {
  static CircuitBreaker breaker{measured::healthy_config()};
  [[maybe_unused]] static const bool filled = measured::fill(breaker);
  return breaker;
}

// Healthy

void healthy(benchmark::State& state) {
  auto& breaker = healthy_breaker();
  measured::calls(state, [&] { return breaker.call(charge, 42); });
  measured::expect_closed(state, breaker);
}
BENCHMARK(healthy)->Apply(measured::on_all_processors);

// What threads cost each other that share no breaker.

FLUXGATE_OPAQUE auto& own_breaker() {
  thread_local CircuitBreaker breaker{measured::healthy_config()};
  thread_local const bool filled = measured::fill(breaker);
  static_cast<void>(filled);
  return breaker;
}

void healthy_apart(benchmark::State& state) {
  auto& breaker = own_breaker();
  measured::calls(state, [&] { return breaker.call(charge, 42); });
}
BENCHMARK(healthy_apart)->Apply(measured::on_all_processors);

void healthy_guarded(benchmark::State& state) {
  const auto guarded_charge = guarded(healthy_breaker(), charge);
  measured::calls(state, [&] { return guarded_charge(42); });
}
BENCHMARK(healthy_guarded);

// The same from a function of its own, which has registers to save, and knows nothing of the breaker.

FLUXGATE_OPAQUE int ask_bare(int number) { return charge(number); }

template <class Breaker>
FLUXGATE_OPAQUE int ask(Breaker& breaker, int number) {
  return breaker.call(charge, number);
}

void bare_function(benchmark::State& state) {
  measured::calls(state, [] { return ask_bare(42); });
}
BENCHMARK(bare_function);

/// Keeps values in registers over its call, which it has to save and restore for its caller, as a guarded call's function does.
FLUXGATE_OPAQUE int ask_bare_and_add(int number, int first, int second, int third) {
  return answer(number) + first + second + third;
}

void bare_function_keeping_three(benchmark::State& state) {
  measured::calls(state, [] { return ask_bare_and_add(42, 1, 2, 3); });
}
BENCHMARK(bare_function_keeping_three);

void healthy_function(benchmark::State& state) {
  auto& breaker = healthy_breaker();
  measured::calls(state, [&] { return ask(breaker, 42); });
}
BENCHMARK(healthy_function);

void function_by_hand(benchmark::State& state) {
  static ByHand breaker;
  measured::calls(state, [] { return ask(breaker, 42); });
}
BENCHMARK(function_by_hand);

void healthy_member(benchmark::State& state) {
  measured::Service& service = measured::service();
  measured::calls(state, [&] { return service.ask(42); });
}
BENCHMARK(healthy_member);

void healthy_await(benchmark::State& state) {
  AsyncCircuitBreaker breaker{healthy_breaker()};
  measured::awaits(state, [&] { return breaker.call(measured::ready, 42); });
}
BENCHMARK(healthy_await);

template <class Breaker>
void measure_healthy(benchmark::State& state, Breaker& breaker) {
  measured::calls(state, [&] { return breaker.call(charge, 42); });
  measured::expect_closed(state, breaker);
}

void healthy_with_stats(benchmark::State& state) {
  static CircuitBreaker breaker{Config{.name = "healthy",
                                       .window = CountWindow{100},
                                       .tracker = TypeOf<std::runtime_error>{},
                                       .tripper = measured::rule,
                                       .retry = measured::retry,
                                       .permit = measured::permit,
                                       .stats = CallStats{}}};
  [[maybe_unused]] static const bool filled = measured::fill(breaker);
  measure_healthy(state, breaker);
}
BENCHMARK(healthy_with_stats)->Apply(measured::on_all_processors);

struct UnevenEnvironment : SystemEnvironment {
  static std::chrono::steady_clock::time_point now() noexcept { return measured::uneven_now(); }
};

void healthy_slow_rate(benchmark::State& state) {
  static CircuitBreaker breaker{Config{.tripper = MinRequests{10} & SlowRate{0.5, 1s},
                                       .retry = measured::retry,
                                       .permit = measured::permit,
                                       .environment = UnevenEnvironment{}}};
  measure_healthy(state, breaker);
}
BENCHMARK(healthy_slow_rate)->Apply(measured::on_all_processors);

void healthy_avg_latency(benchmark::State& state) {
  static CircuitBreaker breaker{Config{.tripper = MinRequests{10} & AvgLatency{1s},
                                       .retry = measured::retry,
                                       .permit = measured::permit,
                                       .environment = UnevenEnvironment{}}};
  measure_healthy(state, breaker);
}
BENCHMARK(healthy_avg_latency)->Apply(measured::on_all_processors);

void healthy_time_window(benchmark::State& state) {
  static CircuitBreaker breaker{Config{
      .window = TimeWindow{10s}, .tripper = measured::rule, .retry = measured::retry, .permit = measured::permit}};
  measure_healthy(state, breaker);
}
BENCHMARK(healthy_time_window)->Apply(measured::on_all_processors);

void healthy_time_window_avg_latency(benchmark::State& state) {
  static CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                       .tripper = MinRequests{10} & AvgLatency{1s},
                                       .retry = measured::retry,
                                       .permit = measured::permit,
                                       .environment = UnevenEnvironment{}}};
  measure_healthy(state, breaker);
}
BENCHMARK(healthy_time_window_avg_latency)->Apply(measured::on_all_processors);

void healthy_streak(benchmark::State& state) {
  static CircuitBreaker breaker{
      Config{.tripper = FailureStreak{5}, .retry = measured::retry, .permit = measured::permit}};
  [[maybe_unused]] static const bool filled = measured::fill(breaker);
  measure_healthy(state, breaker);
}
BENCHMARK(healthy_streak)->Apply(measured::on_all_processors);

// Not quite

template <class Breaker>
void measure_erring(benchmark::State& state, Breaker& breaker, int period) {
  measured::calls(state, [&breaker, erring = Erring{period}]() mutable { return breaker.call(erring); });
  measured::expect_closed(state, breaker);
}

void one_in_100_fails(benchmark::State& state) {
  static CircuitBreaker breaker{
      Config{.tripper = measured::rule, .retry = measured::retry, .permit = measured::permit}};
  measure_erring(state, breaker, measured::one_in_100);
}
BENCHMARK(one_in_100_fails)->Apply(measured::on_all_processors);

void one_in_3_fails(benchmark::State& state) {
  static CircuitBreaker breaker{
      Config{.tripper = measured::rule, .retry = measured::retry, .permit = measured::permit}};
  measure_erring(state, breaker, 3);
}
BENCHMARK(one_in_3_fails)->Apply(measured::on_all_processors);

// Refused

auto& open_breaker() {
  static CircuitBreaker breaker{Config{.tripper = FailureStreak{1}, .retry = Cooldown{1h}, .permit = measured::permit}};
  [[maybe_unused]] static const bool opened = [] {
    (void)breaker.call([] { return std::make_error_code(std::errc::io_error); });
    return true;
  }();
  return breaker;
}

void refused_try_call(benchmark::State& state) {
  auto& breaker = open_breaker();
  measured::calls(state, [&] { return breaker.try_call(answer, 42).has_value(); });
  if (breaker.state() != State::open) state.SkipWithError("the breaker is not open");
}
BENCHMARK(refused_try_call)->Apply(measured::on_all_processors);

void refused_call(benchmark::State& state) {
  auto& breaker = open_breaker();
  measured::calls(state, [&] {
    try {
      return breaker.call(answer, 42);
    } catch (const CallNotPermittedError&) {
      return 0;
    }
  });
  if (breaker.state() != State::open) state.SkipWithError("the breaker is not open");
}
BENCHMARK(refused_call);

// Throwing

template <class Tracker>
void measure_throwing(benchmark::State& state, Tracker tracker) {
  CircuitBreaker breaker{Config{.tracker = tracker,
                                .tripper = FailureStreak{30'000} & Manual{},
                                .retry = measured::retry,
                                .permit = measured::permit,
                                .as_written = true}};
  measured::calls(state, [&] {
    try {
      return breaker.call(fail, 42);
    } catch (const std::runtime_error&) {
      return 0;
    }
  });
  measured::expect_closed(state, breaker);
}

void throws_all(benchmark::State& state) { measure_throwing(state, All{}); }
BENCHMARK(throws_all);

void throws_type_of(benchmark::State& state) { measure_throwing(state, TypeOf<std::runtime_error>{}); }
BENCHMARK(throws_type_of);

template <int>
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void throws_six_leaves(benchmark::State& state) {
  measure_throwing(state, (TypeOf<Error<1>>{} | TypeOf<Error<2>>{} | TypeOf<Error<3>>{} | TypeOf<Error<4>>{} |
                           TypeOf<Error<5>>{} | TypeOf<std::runtime_error>{}));
}
BENCHMARK(throws_six_leaves);

// Transitions

template <std::size_t size>
void transition(benchmark::State& state) {
  CircuitBreaker breaker{"default", CountWindow{size}, measured::rule, measured::retry, measured::permit};
  for (std::size_t i = 0; i != size; ++i) breaker.call(answer, 42);
  measured::calls(
      state,
      [&] {
        breaker.disable();
        breaker.reset();
      },
      2);
}
BENCHMARK_TEMPLATE(transition, 100);
BENCHMARK_TEMPLATE(transition, 30'000);

// Memory

/// Bytes of a breaker, its block included, in the counter `bytes`.
template <class W, class T, class Tr, class R, class P, class E, class S>
void measure_memory(benchmark::State& state, Config<W, T, Tr, R, P, E, S> config) {
  const detail::Core<W, Tr, R, P, E, S> core{std::move(config)};
  for (auto _ : state) benchmark::DoNotOptimize(core.state());
  state.counters["bytes"] = static_cast<double>(sizeof(CircuitBreaker<W, T, Tr, R, P, E, S>) + core.bytes().size());
}

void memory(benchmark::State& state) { measure_memory(state, measured::healthy_config()); }
BENCHMARK(memory)->Iterations(1);

void memory_avg_latency(benchmark::State& state) {
  measure_memory(state, Config{.tripper = AvgLatency{1s}, .retry = measured::retry, .permit = measured::permit});
}
BENCHMARK(memory_avg_latency)->Iterations(1);

void memory_call_stats(benchmark::State& state) {
  measure_memory(
      state,
      Config{.tripper = measured::rule, .retry = measured::retry, .permit = measured::permit, .stats = CallStats{}});
}
BENCHMARK(memory_call_stats)->Iterations(1);

void memory_time_window(benchmark::State& state) {
  measure_memory(
      state,
      Config{
          .window = TimeWindow{10s}, .tripper = measured::rule, .retry = measured::retry, .permit = measured::permit});
}
BENCHMARK(memory_time_window)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
