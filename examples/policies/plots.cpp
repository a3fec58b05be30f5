// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The data behind the plots of docs/policies, from breakers whose clock is moved by hand. Prints the data of the plot
/// that the command line names, and without a name those names. cmake/policy_plots.sh makes the plots.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <random>
#include <string_view>
#include <utility>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

using Time = std::chrono::nanoseconds;

double seconds(Time time) { return std::chrono::duration<double>{time}.count(); }

/// Draws in [0, 1) that are the same everywhere: the standard says what this generator gives.
class Chance {
 public:
  double draw() { return static_cast<double>(generator_()) / 4294967296.0; }
  bool of(double probability) { return draw() < probability; }

 private:
  std::mt19937 generator_{1};
};

/// Ends the block of a data file: gnuplot counts blocks by two blank lines.
void next_block() { std::puts("\n"); }

/// One call of no duration. Returns whether it was let through.
template <class Breaker>
bool call(Breaker& breaker, bool works) {
  auto admission = breaker.try_acquire();
  if (!admission) return false;
  if (works) {
    admission.success();
  } else {
    admission.failure();
  }
  return true;
}

/// One call that takes so long.
template <class Breaker>
void slow_call(Breaker& breaker, ManualEnvironment& clock, Time duration) {
  auto admission = breaker.try_acquire();
  clock.advance(duration);
  if (admission) admission.success();
}

/// Calls that overlap: each is let through or not when it begins, and ends `duration` later.
template <class Breaker>
class Traffic {
 public:
  Traffic(Breaker& breaker, Time duration) : breaker_{breaker}, duration_{duration} {}

  /// Ends the calls that are due, and begins one. Returns whether it was let through.
  bool call(Time now, bool works) {
    while (!running_.empty() && running_.front().end <= now) {
      Running& due = running_.front();
      if (due.works) {
        due.admission.success();
      } else {
        due.admission.failure();
      }
      running_.pop_front();
    }
    auto admission = breaker_.try_acquire();
    if (!admission) return false;
    running_.push_back({now + duration_, works, std::move(admission)});
    return true;
  }

 private:
  struct Running {
    Time end;
    bool works;
    typename Breaker::Admission admission;
  };

  Breaker& breaker_;
  Time duration_;
  std::deque<Running> running_;
};

template <class Breaker>
double failure_rate(const Breaker& breaker) {
  return breaker.info().metrics.failure_rate().value_or(0.0);
}

// Windows: what a failure rate makes of ten calls a second that all fail for ten seconds.

constexpr Time between_calls = 100ms;

bool in_burst(Time now) { return now >= 20s && now < 30s; }

void count_window() {
  std::puts("# seconds, failure rate over CountWindow{50}, over CountWindow{200}");
  CircuitBreaker small{Config{.window = CountWindow{50}, .tripper = Manual{}}};
  CircuitBreaker large{Config{.window = CountWindow{200}, .tripper = Manual{}}};
  for (int i = 0; i <= 600; ++i) {
    const Time now = i * between_calls;
    call(small, !in_burst(now));
    call(large, !in_burst(now));
    if (i % 5 == 0) std::printf("%.1f %.3f %.3f\n", seconds(now), failure_rate(small), failure_rate(large));
  }
}

void time_window() {
  std::puts("# seconds, failure rate over TimeWindow{10s}, over TimeWindow{10s, 5s}, over CountWindow{100}");
  ManualEnvironment clock;
  CircuitBreaker fine{Config{.window = TimeWindow{10s}, .tripper = Manual{}, .environment = clock}};
  CircuitBreaker coarse{Config{.window = TimeWindow{10s, 5s}, .tripper = Manual{}, .environment = clock}};
  CircuitBreaker count{Config{.window = CountWindow{100}, .tripper = Manual{}, .environment = clock}};
  for (int i = 0; i <= 600; ++i) {
    const Time now = i * between_calls;
    // The calls stop with the burst, and come back half a minute later.
    if (now < 30s || now >= 50s) {
      call(fine, !in_burst(now));
      call(coarse, !in_burst(now));
      call(count, !in_burst(now));
    }
    if (i % 5 == 0) {
      std::printf("%.1f %.3f %.3f %.3f\n", seconds(now), failure_rate(fine), failure_rate(coarse), failure_rate(count));
    }
    clock.advance(between_calls);
  }
}

// Trippers: what they measure, and the moment of opening.

void print_point(double x, double y) {
  next_block();
  std::printf("%g %.3f\n", x, y);
}

/// Makes calls until a breaker opens, prints what `measure` sees after each of them, and at last where it opened.
template <class Tripper, class Call, class Measure>
void print_until_open(Tripper tripper, Call make_call, Measure measure) {
  ManualEnvironment clock;
  Metrics at_opening;
  CircuitBreaker breaker{Config{.window = CountWindow{100},
                                .tripper = tripper,
                                .listeners = {[&](const Signal& signal) { at_opening = signal.metrics; }},
                                .environment = clock,
                                .as_written = true}};
  int calls = 0;
  while (breaker.state() == State::closed) {
    if (calls % 3 == 1) std::printf("%d %.3f\n", calls, measure(breaker.info().metrics));
    make_call(breaker, clock, ++calls);
  }
  std::printf("%d %.3f\n", calls, measure(at_opening));
  print_point(calls, measure(at_opening));
}

void failure_rate_plot() {
  std::puts("# calls, failure rate over CountWindow{100}; then where FailureRate{0.5} opens");
  Chance chance;
  print_until_open(
      MinRequests{20} & FailureRate{0.5},
      [&chance](auto& breaker, ManualEnvironment&, int calls) {
        call(breaker, !chance.of(calls < 100 ? 0.05 : 0.05 + (calls - 100) * 0.0025));
      },
      [](const Metrics& metrics) { return metrics.failure_rate().value_or(0); });
}

void min_requests() {
  std::puts(
      "# calls, failure rate so far; then where MinRequests{5}, then where MinRequests{20} has FailureRate{0.5} open");
  // Bad luck at the start: three of the first six calls fail, and then one of twenty until call 40. From then on all.
  const auto works = [](int calls) {
    return calls <= 40 ? calls != 1 && calls != 4 && calls != 5 && calls % 20 != 0 : false;
  };
  CircuitBreaker watched{Config{.tripper = Manual{}}};
  CircuitBreaker few{Config{.tripper = MinRequests{5} & FailureRate{0.5}}};
  CircuitBreaker many{Config{.tripper = MinRequests{20} & FailureRate{0.5}}};
  int few_open = 0;
  double few_rate = 0;
  int calls = 1;
  for (; many.state() == State::closed; ++calls) {
    call(watched, works(calls));
    call(few, works(calls));
    call(many, works(calls));
    std::printf("%d %.3f\n", calls, failure_rate(watched));
    if (few_open == 0 && few.state() != State::closed) {
      few_open = calls;
      few_rate = failure_rate(watched);
    }
  }
  print_point(few_open, few_rate);
  print_point(calls - 1, failure_rate(watched));
}

void failure_streak() {
  std::puts("# calls, failures in a row; then where FailureStreak{5} opens");
  std::uint64_t streak = 0;
  const auto watch = [&streak](const CallContext& context) {
    streak = context.consecutive_failures;
    return false;
  };
  CircuitBreaker breaker{Config{.tripper = watch | FailureStreak{5}}};
  Chance chance;
  int calls = 1;
  for (;; ++calls) {
    call(breaker, !chance.of(calls <= 120 ? 0.15 : 1.0));
    std::printf("%d %llu\n", calls, static_cast<unsigned long long>(streak));
    if (breaker.state() != State::closed) break;
  }
  print_point(calls, static_cast<double>(streak));
}

/// Calls take 50 ms, then one of ten takes 3 s, then each takes 4 ms longer than the one before.
Time latency(int calls) {
  if (calls <= 100) return 50ms;
  if (calls <= 250) return calls % 10 == 0 ? 3s : 50ms;
  return 50ms + (calls - 250) * 4ms;
}

void slow_rate() {
  std::puts("# calls, slow rate over CountWindow{100}; then where SlowRate{0.5, 300ms} opens");
  print_until_open(
      MinRequests{20} & SlowRate{0.5, 300ms},
      [](auto& breaker, ManualEnvironment& clock, int calls) { slow_call(breaker, clock, latency(calls)); },
      [](const Metrics& metrics) { return metrics.slow_rate(300ms).value_or(0); });
}

void avg_latency() {
  std::puts("# calls, milliseconds on average over CountWindow{100}; then where AvgLatency{400ms} opens");
  print_until_open(
      MinRequests{20} & AvgLatency{400ms},
      [](auto& breaker, ManualEnvironment& clock, int calls) { slow_call(breaker, clock, latency(calls)); },
      [](const Metrics& metrics) { return 1000 * seconds(metrics.avg_duration().value_or(0s)); });
}

void closed() {
  std::puts("# seconds, failure rate over TimeWindow{10s}, the rate that opens, zero where none does");
  ManualEnvironment clock;
  CircuitBreaker breaker{
      Config{.window = TimeWindow{10s},
             .tripper = (Closed{} & MinRequests{20} & FailureRate{0.5}) | (HalfOpened{} & FailureRate{0.2}),
             .retry = Cooldown{10s},
             .permit = Probes{20, 30s},
             .environment = clock}};
  Chance chance;
  for (int i = 0; i <= 900; ++i) {
    const Time now = i * between_calls;
    const double failing = now < 20s ? 0.05 : now < 35s ? 0.9 : now < 50s ? 0.4 : 0.05;
    call(breaker, !chance.of(failing));
    if (i % 5 == 0) {
      const State state = breaker.state();
      std::printf("%.1f %.3f %g\n", seconds(now), failure_rate(breaker),
                  state == State::closed      ? 0.5
                  : state == State::half_open ? 0.2
                                              : 0.0);
    }
    clock.advance(between_calls);
  }
}

/// Prints a count that grows: a line for each change, and one for the end.
class Steps {
 public:
  void add(Time now, bool more) {
    if (more) std::printf("%.1f %d\n", seconds(now), ++count_);
  }
  void end(Time now) const { std::printf("%.1f %d\n", seconds(now), count_); }

 private:
  int count_ = 0;
};

/// Calls that reach a dead dependency within `span`, ten tried a second.
template <class Breaker>
void print_reached(Breaker& breaker, ManualEnvironment& clock, Time duration, Time span) {
  Traffic traffic{breaker, duration};
  Steps reached;
  for (Time now = 0s; now < span; now += between_calls) {
    reached.add(now, traffic.call(now, false));
    clock.advance(between_calls);
  }
  reached.end(span);
}

void half_opened() {
  std::puts(
      "# seconds, calls that reached a dead dependency with FailureRate{0.5} in both states; then with a rule of its "
      "own");
  ManualEnvironment clock;
  CircuitBreaker same{Config{.tripper = MinRequests{10} & FailureRate{0.5},
                             .retry = Cooldown{10s},
                             .permit = Probes{10, 30s},
                             .environment = clock}};
  print_reached(same, clock, 0s, 60s);
  next_block();
  CircuitBreaker own{Config{.tripper = (MinRequests{10} & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{1}),
                            .retry = Cooldown{10s},
                            .permit = Probes{10, 30s},
                            .environment = clock}};
  print_reached(own, clock, 0s, 60s);
}

void manual() {
  std::puts("# seconds, failure rate over TimeWindow{10s}, calls let through in that second");
  ManualEnvironment clock;
  CircuitBreaker breaker{Config{.window = TimeWindow{10s}, .tripper = Manual{}, .environment = clock}};
  int admitted = 0;
  for (int i = 0; i < 600; ++i) {
    const Time now = i * between_calls;
    if (now == 30s) breaker.force_open();
    if (now == 45s) breaker.reset();
    admitted += call(breaker, !in_burst(now)) ? 1 : 0;
    if (i % 10 == 9) {
      std::printf("%.0f %.3f %d\n", seconds(now) - 0.9, failure_rate(breaker), std::exchange(admitted, 0));
    }
    clock.advance(between_calls);
  }
}

// Retries: how long a breaker stays open, and what reaches a dead dependency.

void always() {
  std::puts("# seconds, calls that reached a dead dependency with Always{}; then with Cooldown{5s}");
  ManualEnvironment clock;
  CircuitBreaker always_open{
      Config{.tripper = FailureStreak{5}, .retry = Always{}, .permit = Probes{5, 30s}, .environment = clock}};
  print_reached(always_open, clock, 500ms, 20s);
  next_block();
  CircuitBreaker cooling{
      Config{.tripper = FailureStreak{5}, .retry = Cooldown{5s}, .permit = Probes{5, 30s}, .environment = clock}};
  print_reached(cooling, clock, 500ms, 20s);
}

void never() {
  std::puts("# seconds, calls let through in that second with Never{}, with Cooldown{10s}");
  ManualEnvironment clock;
  CircuitBreaker person{Config{.tripper = FailureStreak{5}, .retry = Never{}, .environment = clock}};
  CircuitBreaker timer{Config{.tripper = FailureStreak{5}, .retry = Cooldown{10s}, .environment = clock}};
  int by_person = 0;
  int by_timer = 0;
  for (int i = 0; i < 600; ++i) {
    const Time now = i * between_calls;
    if (now == 50s) person.reset();
    by_person += call(person, !in_burst(now)) ? 1 : 0;
    by_timer += call(timer, !in_burst(now)) ? 1 : 0;
    if (i % 10 == 9) {
      std::printf("%.0f %d %d\n", seconds(now) - 0.9, std::exchange(by_person, 0), std::exchange(by_timer, 0));
    }
    clock.advance(between_calls);
  }
}

constexpr int most_reopens = 8;

/// How long a breaker stays open after so many failed recoveries, where chance always draws `draw`.
template <class Retry>
std::array<double, most_reopens + 1> waits(Retry retry, double draw) {
  ManualEnvironment clock;
  clock.set_uniform(draw);
  CircuitBreaker breaker{Config{
      .tripper = FailureStreak{1}, .retry = retry, .permit = Probes{1, 30s}, .environment = clock, .as_written = true}};
  std::array<double, most_reopens + 1> waits{};
  for (double& wait : waits) {
    call(breaker, false);
    const Time retry_after = breaker.info().retry_after.value();
    wait = seconds(retry_after);
    clock.advance(retry_after);
  }
  return waits;
}

template <class Retry>
void print_band(Retry retry) {
  const auto shortest = waits(retry, 0.0);
  const auto mean = waits(retry, 0.5);
  const auto longest = waits(retry, 1.0 - 0x1p-53);
  for (std::size_t reopens = 0; reopens != mean.size(); ++reopens) {
    std::printf("%zu %.3f %.3f %.3f\n", reopens, shortest[reopens], mean[reopens], longest[reopens]);
  }
}

void cooldown() {
  std::puts("# failed recoveries, seconds open with Cooldown{30s, 0.2}: shortest, mean, longest");
  print_band(Cooldown{30s, 0.2});
}

void backoff() {
  std::puts("# failed recoveries, seconds open with Backoff{10s, 2.0, 300s, 0.2}: shortest, mean, longest");
  print_band(Backoff{10s, 2.0, 300s, 0.2});
}

// Permits: what they let through.

void allow_all() {
  std::puts("# seconds, calls that reached a dead dependency with AllowAll{}; then with Probes{5, 30s}");
  const auto rule = (Closed{} & FailureStreak{5}) | (HalfOpened{} & MinRequests{5} & FailureRate{0.5});
  ManualEnvironment clock;
  CircuitBreaker all{Config{.tripper = rule, .retry = Cooldown{10s}, .permit = AllowAll{}, .environment = clock}};
  print_reached(all, clock, 1s, 60s);
  next_block();
  CircuitBreaker five{Config{.tripper = rule, .retry = Cooldown{10s}, .permit = Probes{5, 30s}, .environment = clock}};
  print_reached(five, clock, 1s, 60s);
}

/// Calls let through in each second, a hundred tried; HALF_OPEN begins with the first. Then where CLOSED begins.
template <class Permit>
void print_admitted(Permit permit) {
  ManualEnvironment clock;
  CircuitBreaker breaker{Config{.window = CountWindow{1000},
                                .tripper = MinRequests{300} & FailureRate{0.5},
                                .permit = permit,
                                .environment = clock,
                                .as_written = true}};
  breaker.force_open(1s);
  clock.advance(1s);
  Chance chance;
  int admitted = 0;
  double closed_at = 0;
  for (int i = 0; i < 4000; ++i) {
    clock.set_uniform(chance.draw());
    admitted += call(breaker, true) ? 1 : 0;
    if (closed_at == 0.0 && breaker.state() == State::closed) closed_at = i / 100.0;
    if (i % 100 == 99) std::printf("%d %d\n", i / 100, std::exchange(admitted, 0));
    clock.advance(10ms);
  }
  print_point(closed_at, 0);
}

void random_plot() {
  std::puts("# seconds in HALF_OPEN, calls let through in that second by Random{0.1}; then where CLOSED begins");
  print_admitted(Random{0.1});
}

void ramp_up() {
  std::puts(
      "# seconds in HALF_OPEN, calls let through in that second by RampUp{0.05, 1, 30s}; then where CLOSED begins");
  print_admitted(RampUp{0.05, 1.0, 30s});
}

void probes() {
  std::puts("# seconds, calls let through with Probes{5, 30s} to a dependency that works again; then when it does");
  ManualEnvironment clock;
  CircuitBreaker breaker{Config{.tripper = (Closed{} & FailureStreak{5}) | (HalfOpened{} & FailureRate{0.5}),
                                .retry = Cooldown{10s},
                                .permit = Probes{5, 30s},
                                .environment = clock}};
  constexpr Time works_again = 35s;
  Traffic traffic{breaker, 1s};
  Steps reached;
  for (Time now = 0s; now < 50s; now += between_calls) {
    reached.add(now, traffic.call(now, now >= works_again));
    clock.advance(between_calls);
  }
  reached.end(50s);
  print_point(seconds(works_again), 0);
}

struct Plot {
  std::string_view name;
  void (*print)();
};

constexpr Plot plots[] = {{"count_window", count_window},
                          {"time_window", time_window},
                          {"closed", closed},
                          {"half_opened", half_opened},
                          {"manual", manual},
                          {"min_requests", min_requests},
                          {"failure_rate", failure_rate_plot},
                          {"failure_streak", failure_streak},
                          {"slow_rate", slow_rate},
                          {"avg_latency", avg_latency},
                          {"always", always},
                          {"never", never},
                          {"cooldown", cooldown},
                          {"backoff", backoff},
                          {"allow_all", allow_all},
                          {"random", random_plot},
                          {"ramp_up", ramp_up},
                          {"probes", probes}};

}  // namespace

int main(int argc, char** argv) {
  for (const Plot& plot : plots) {
    if (argc == 1) {
      std::puts(plot.name.data());
    } else if (plot.name == argv[1]) {
      plot.print();
      return 0;
    }
  }
  return argc == 1 ? 0 : 2;
}
