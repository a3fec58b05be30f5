// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What the numbers of a breaker come to, tried on breakers whose clock is moved by hand.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

/// Whether call number `call` fails where `percent` of a hundred do, evenly spread.
bool fails(int call, int percent) { return (call + 1) * percent / 100 != call * percent / 100; }

template <class Breaker>
void make_call(Breaker& breaker, bool failed) {
  auto admission = breaker.try_acquire();
  if (failed) {
    admission.failure();
  } else {
    admission.success();
  }
}

/// Calls until a breaker with this window opens at a failure rate of a half, after so many successes.
int calls_to_open(int window, int successes, int percent) {
  CircuitBreaker breaker{Config{.window = CountWindow{window}, .tripper = MinRequests{20} & FailureRate{0.5}}};
  for (int i = 0; i != successes; ++i) make_call(breaker, false);
  int calls = 0;
  for (; breaker.state() == State::closed; ++calls) make_call(breaker, fails(calls, percent));
  return calls;
}

/// Seconds until one with a TimeWindow{60s} does, after a minute of successes, at so many calls a second.
double seconds_to_open(int calls_per_second, int percent) {
  ManualEnvironment environment;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{60s}, .tripper = MinRequests{20} & FailureRate{0.5}, .environment = environment}};
  const auto between_calls = std::chrono::nanoseconds{1s} / calls_per_second;
  for (int i = 0; i != 60 * calls_per_second; ++i) {
    make_call(breaker, false);
    environment.advance(between_calls);
  }
  int calls = 0;
  for (; breaker.state() == State::closed; ++calls) {
    make_call(breaker, fails(calls, percent));
    environment.advance(between_calls);
  }
  return std::chrono::duration<double>{calls * between_calls}.count();
}

void show_opening() {
  std::puts("calls until it opens, MinRequests{20} & FailureRate{0.5}");
  std::puts("window                                   all fail   75 of 100   60 of 100");
  const auto row = [](const char* name, int window, int successes) {
    std::printf("%-40s %8d %11d %11d\n", name, calls_to_open(window, successes, 100),
                calls_to_open(window, successes, 75), calls_to_open(window, successes, 60));
  };
  row("CountWindow{100}, no call yet", 100, 0);
  row("CountWindow{20}, full of successes", 20, 20);
  row("CountWindow{100}, full of successes", 100, 100);
  row("CountWindow{1000}, full of successes", 1000, 1000);
  std::puts("seconds until it opens");
  for (const int rate : {1, 10, 100}) {
    std::printf("TimeWindow{60s}, %3d calls a second %13.0f %11.0f %11.0f\n", rate, seconds_to_open(rate, 100),
                seconds_to_open(rate, 75), seconds_to_open(rate, 60));
  }
}

/// The chance that at least half of `calls` calls fail, when each fails with this chance.
double chance_of_half(int calls, double chance) {
  double sum = 0;
  double of_failures = std::pow(1 - chance, calls);  // the chance of none, of one, of two ...
  for (int failures = 0; failures <= calls; ++failures) {
    if (2 * failures >= calls) sum += of_failures;
    of_failures *= (calls - failures) * chance / ((failures + 1) * (1 - chance));
  }
  return sum;
}

/// How many calls there are on average until so many fail in a row, to two digits.
double calls_to_streak(int streak, double chance) {
  const double calls = (std::pow(chance, -streak) - 1) / (1 - chance);
  const double unit = std::pow(10, std::floor(std::log10(calls)) - 1);
  return std::round(calls / unit) * unit;
}

void show_chance() {
  std::puts("chance that half of so many calls fail       5         10         20         50");
  for (const double chance : {0.05, 0.1, 0.2}) {
    std::printf("where %2.0f of 100 do               %13.1g %10.1g %10.1g %10.1g\n", 100 * chance,
                chance_of_half(5, chance), chance_of_half(10, chance), chance_of_half(20, chance),
                chance_of_half(50, chance));
  }
  std::puts("calls until so many fail in a row            2          3          5          7");
  for (const double chance : {0.05, 0.1, 0.2}) {
    std::printf("where %2.0f of 100 do               %13.0f %10.0f %10.0f %10.0f\n", 100 * chance,
                calls_to_streak(2, chance), calls_to_streak(3, chance), calls_to_streak(5, chance),
                calls_to_streak(7, chance));
  }
}

/// Seconds from the first call of HALF_OPEN to CLOSED where each call succeeds, at so many calls a second.
template <class Tripper, class Permit>
double seconds_to_close(Tripper tripper, Permit permit, int calls_per_second) {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.tripper = tripper, .permit = permit, .environment = environment, .as_written = true}};
  breaker.force_open(1s);
  environment.advance(1s);
  const std::chrono::nanoseconds between_calls = std::chrono::nanoseconds{1s} / calls_per_second;
  std::chrono::nanoseconds waited{0};
  for (double draw = 0;; draw = std::fmod(draw + 0.618, 1.0)) {  // draws as even as chance is in the long run
    environment.set_uniform(draw);
    if (auto admission = breaker.try_acquire()) admission.success();
    if (breaker.state() == State::closed) return std::chrono::duration<double>{waited}.count();
    waited += between_calls;
    environment.advance(between_calls);
  }
}

void show_closing() {
  std::puts("seconds until it closes, at calls a second         1        10       100");
  const auto row = [](const char* name, auto tripper, auto permit) {
    std::printf("%-44s %7.2f   %7.2f   %7.2f\n", name, seconds_to_close(tripper, permit, 1),
                seconds_to_close(tripper, permit, 10), seconds_to_close(tripper, permit, 100));
  };
  const auto rate = FailureRate{0.5};
  row("Probes{5, 30s}", rate, Probes{5, 30s});
  row("Probes{20, 30s}", rate, Probes{20, 30s});
  row("MinRequests{20}, RampUp{0.1, 1, 60s}", MinRequests{20} & rate, RampUp{0.1, 1.0, 60s});
  row("MinRequests{100}, RampUp{0.1, 1, 60s}", MinRequests{100} & rate, RampUp{0.1, 1.0, 60s});
}

void show_waiting() {
  const Backoff retry = Config{}.retry;
  std::puts("seconds open, Backoff{10s, 2, 300s, 0.1}");
  std::puts("opened again        not    once    twice    3 times    4 times    5 times");
  for (const double draw : {0.0, 0.5, 1.0}) {
    std::printf("%-8s", draw == 0.0 ? "shortest" : draw == 0.5 ? "mean" : "longest");
    for (std::uint32_t reopens = 0; reopens != 6; ++reopens) {
      std::printf("%*.0f",
                  reopens == 0   ? 15
                  : reopens == 1 ? 8
                  : reopens == 2 ? 9
                                 : 11,
                  std::chrono::duration<double>{retry.delay(reopens, draw)}.count());
    }
    std::puts("");
  }
}

}  // namespace

int main() {
  show_opening();
  std::puts("");
  show_chance();
  std::puts("");
  show_closing();
  std::puts("");
  show_waiting();
}
