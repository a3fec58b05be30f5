// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How many operations on shared words, and looks at the clocks, each kind of call costs: counted in the engine's very
/// code, and compared with the tables of docs/performance.md. A table that differs is printed as it must be there.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/core.hpp>
#include <fluxgate/engine/key_node.hpp>
#include <fluxgate/engine/key_table.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/uneven.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// ---- counting -------------------------------------------------------------------------------------------------------

struct Cost {
  int loads = 0;
  int changes = 0;  ///< read-modify-writes, those that fail included
  int exact = 0;    ///< looks at the exact clock
  int coarse = 0;   ///< looks at the coarse clock
  int wall = 0;     ///< looks at the wall clock: one for each transition
  int stores = 0;   ///< only lookups in a registry have any

  friend constexpr Cost operator-(const Cost& a, const Cost& b) noexcept {
    return {a.loads - b.loads,   a.changes - b.changes, a.exact - b.exact,
            a.coarse - b.coarse, a.wall - b.wall,       a.stores - b.stores};
  }
  friend constexpr bool operator==(const Cost&, const Cost&) = default;
};

Cost spent;  // by this thread, which is the only one

/// What the engine needs of `std::atomic`. The weak exchange does not fail without a reason.
template <class T>
class CountingAtomic {
 public:
  constexpr CountingAtomic(T value = {}) noexcept : value_{value} {}

  T load(std::memory_order order) const noexcept {
    ++spent.loads;
    return value_.load(order);
  }
  void store(T value, std::memory_order order) noexcept {
    ++spent.stores;
    value_.store(value, order);
  }
  T exchange(T value, std::memory_order order) noexcept {
    ++spent.changes;
    return value_.exchange(value, order);
  }
  T fetch_add(T value, std::memory_order order) noexcept {
    ++spent.changes;
    return value_.fetch_add(value, order);
  }
  bool compare_exchange_strong(T& expected, T next, std::memory_order success, std::memory_order failure) noexcept {
    ++spent.changes;
    return value_.compare_exchange_strong(expected, next, success, failure);
  }
  bool compare_exchange_weak(T& expected, T next, std::memory_order success, std::memory_order failure) noexcept {
    return compare_exchange_strong(expected, next, success, failure);
  }

 private:
  std::atomic<T> value_;
};

struct CountingAtomics : detail::StdAtomics {
  template <class T>
  using Atomic = CountingAtomic<T>;
};

struct CountingEnvironment {
  ManualEnvironment manual{std::chrono::steady_clock::time_point{1h}};

  std::chrono::steady_clock::time_point now() const noexcept {
    ++spent.exact;
    return manual.now();
  }
  std::chrono::steady_clock::time_point coarse_now() const noexcept {
    ++spent.coarse;
    return manual.coarse_now();
  }
  std::chrono::system_clock::time_point wall_now() const noexcept {
    ++spent.wall;
    return manual.wall_now();
  }
  /// A draw of `SystemEnvironment` looks at the exact clock.
  double uniform() const noexcept {
    ++spent.exact;
    return manual.uniform();
  }
};

/// A breaker that says what is spent on what it is asked for.
template <class W, class Tr, class R, class P, class S>
class Breaker {
 public:
  explicit Breaker(Config<W, All, Tr, R, P, CountingEnvironment, S> config)
      : time_{config.environment.manual}, core_{std::move(config)} {}

  Cost admission() {
    const Cost before = spent;
    ticket_ = core_.admit();
    return spent - before;
  }
  Cost success(nanoseconds duration = 0ns) { return outcome(false, duration); }
  Cost failure() { return outcome(true, 0ns); }
  void successes(int count, nanoseconds duration = 0ns) {
    for (; count != 0; --count) success(duration);
  }
  /// An outcome of a call that was admitted before the last transition.
  Cost late(bool failed) {
    admission();
    command(State::closed);
    const Cost before = spent;
    core_.record(ticket_, failed);
    return spent - before;
  }
  /// An admission that is given back.
  Cost neutral() {
    admission();
    const Cost before = spent;
    core_.release(ticket_);
    return spent - before;
  }
  Cost command(State to, Lasting lasting = {}) {
    if (to == State::forced_open && !lasting.has_value()) lasting = 60s;
    advance(1s);  // a transition at the time of the one before has nothing to raise
    const Cost before = spent;
    core_.command(to, Override{.lasting = lasting});
    return spent - before;
  }

  Cost retune(Config<W, All, Tr, R, P, CountingEnvironment, S> config) {
    const Cost before = spent;
    core_.retune(config);
    return spent - before;
  }
  Cost snapshot() const {
    const Cost before = spent;
    (void)core_.snapshot();
    return spent - before;
  }
  Cost info() const {
    const Cost before = spent;
    (void)core_.info();
    return spent - before;
  }

  void advance(nanoseconds time) { time_.advance(time); }
  State state() const { return core_.state(); }
  bool admitted() const { return static_cast<bool>(ticket_); }

 private:
  Cost outcome(bool failed, nanoseconds duration) {
    admission();
    if (!admitted()) FAIL("refused");
    advance(duration);
    const Cost before = spent;
    core_.record(ticket_, failed);
    return spent - before;
  }

  ManualEnvironment time_;
  detail::Core<W, Tr, R, P, CountingEnvironment, S, CountingAtomics> core_;
  detail::Ticket ticket_{};
};

/// What the admission in a state costs, some time after that began.
template <class C>
Cost admission_in(State state, C config, bool admitted, Lasting hold = {}, nanoseconds after = 0ns) {
  CAPTURE(state, config.window, config.permit, admitted, hold.has_value(), after);
  Breaker breaker{std::move(config)};
  breaker.command(state, hold);
  breaker.advance(after);
  const Cost cost = breaker.admission();
  CHECK(breaker.state() == state);
  CHECK(breaker.admitted() == admitted);
  return cost;
}

// ---- the page -------------------------------------------------------------------------------------------------------

struct Row {
  std::string what;
  std::vector<Cost> costs;  ///< of one call, or of several that differ
};

std::string cell(const std::vector<Cost>& costs, int Cost::* part) {
  const auto by_part = [part](const Cost& a, const Cost& b) { return a.*part < b.*part; };
  const auto [least, most] = std::minmax_element(costs.begin(), costs.end(), by_part);
  const std::string from = std::to_string((*least).*part);
  return (*least).*part == (*most).*part ? from : from + " to " + std::to_string((*most).*part);
}

std::string read(const std::string& name) {
  std::ifstream file{FLUXGATE_SOURCE_DIR "/" + name};
  std::stringstream stream;
  stream << file.rdbuf();
  return stream.str();
}

void check_page(const std::string& head, std::initializer_list<Row> rows, int transitions = 0) {
  const std::string page = read("docs/performance.md");
  const auto shows = [&page](const std::string& text) { return page.find(text) != std::string::npos; };

  std::string table = "\n| " + head +
                      " | loads | atomic read-modify-writes | looks at the exact clock | at the coarse clock |\n"
                      "|---|---:|---:|---:|---:|\n";
  for (const Row& row : rows) {
    std::string line = "| " + row.what;
    for (int Cost::* const part : {&Cost::loads, &Cost::changes, &Cost::exact, &Cost::coarse}) {
      line += " | " + cell(row.costs, part);
    }
    line += " |\n";
    INFO("docs/performance.md must have the row\n" << line);
    CHECK(cell(row.costs, &Cost::stores) == "0");
    CHECK(cell(row.costs, &Cost::wall) == std::to_string(transitions));
    CHECK(shows("\n" + line));
    table += line;
  }
  // Not by Catch2, which breaks long lines.
  if (!shows(table + "\n")) std::cerr << "docs/performance.md must have the table\n" << table;
  CHECK(shows(table + "\n"));
}

}  // namespace

TEST_CASE("docs/performance.md says what an admission costs") {
  const auto plain = [] { return Config{.retry = Cooldown{60s}, .environment = CountingEnvironment{}}; };
  const auto timed = [] {
    return Config{.retry = Cooldown{60s}, .slow_threshold = 1s, .environment = CountingEnvironment{}};
  };
  const auto timed_stats = [] {
    return Config{.slow_threshold = 1s, .environment = CountingEnvironment{}, .stats = CallStats{}};
  };
  const auto with = [](auto permit, SlowThreshold threshold = std::nullopt) {
    return Config{
        .permit = permit, .slow_threshold = threshold, .environment = CountingEnvironment{}, .as_written = true};
  };

  Breaker probed{with(Probes{2, 60s})};
  probed.command(State::half_open);
  const Cost first_place = probed.admission();
  const Cost second_place = probed.admission();
  CHECK(probed.admitted());
  const Cost no_place = probed.admission();
  CHECK_FALSE(probed.admitted());

  Breaker drawn{with(Probes{1, 60s} & Random{0.6})};
  drawn.command(State::half_open);
  drawn.admission();
  const Cost drawn_no_place = drawn.admission();
  CHECK_FALSE(drawn.admitted());

  check_page(
      "an admission",
      {
          {"CLOSED", {admission_in(State::closed, plain(), true)}},
          {"CLOSED, durations measured", {admission_in(State::closed, timed(), true)}},
          {"METRICS_ONLY, DISABLED",
           {admission_in(State::metrics_only, plain(), true), admission_in(State::disabled, plain(), true),
            admission_in(State::disabled, timed(), true)}},
          {"the same for a time",
           {admission_in(State::metrics_only, plain(), true, 60s), admission_in(State::disabled, plain(), true, 60s)}},
          {"METRICS_ONLY, durations measured", {admission_in(State::metrics_only, timed(), true)}},
          {"DISABLED, durations measured, with `CallStats`", {admission_in(State::disabled, timed_stats(), true)}},
          {"OPEN, FORCED_OPEN: refused",
           {admission_in(State::open, plain(), false), admission_in(State::forced_open, plain(), false),
            admission_in(State::open, timed(), false, 60s, 60s - 50ms - 1ns)}},
          {"the same in the last 50 ms before HALF_OPEN is due",
           {admission_in(State::open, plain(), false, 60s, 60s - 50ms),
            admission_in(State::forced_open, timed(), false, 60s, 60s - 1ns)}},
          {"FORCED_OPEN for ever: refused", {admission_in(State::forced_open, plain(), false, nanoseconds::max())}},
          {"HALF_OPEN, `AllowAll`", {admission_in(State::half_open, with(AllowAll{}), true)}},
          {"HALF_OPEN, the same, durations measured", {admission_in(State::half_open, with(AllowAll{}, 1s), true)}},
          {"HALF_OPEN, `Random` or `RampUp`, admitted or refused",
           {admission_in(State::half_open, with(Random{0.6}), true),
            admission_in(State::half_open, with(Random{0.4}), false),
            admission_in(State::half_open, with(RampUp{0.6, 1.0, 60s}), true),
            admission_in(State::half_open, with(RampUp{0.1, 1.0, 60s}), false)}},
          {"HALF_OPEN, `Random` or `RampUp`, admitted, durations measured",
           {admission_in(State::half_open, with(Random{0.6}, 1s), true)}},
          {"HALF_OPEN, `Probes`, takes a place: the first one or the next", {first_place, second_place}},
          {"HALF_OPEN, `Probes`, the same, durations measured",
           {admission_in(State::half_open, with(Probes{2, 60s}, 1s), true)}},
          {"HALF_OPEN, `Probes`, finds none left", {no_place}},
          {"HALF_OPEN, `Probes` beside `Random` or `RampUp`, takes a place",
           {admission_in(State::half_open, with(Probes{2, 60s} & Random{0.6}), true),
            admission_in(State::half_open, with(RampUp{0.6, 1.0, 60s} & Probes{2, 60s}), true)}},
          {"HALF_OPEN, the same, finds none left", {drawn_no_place}},
          {"HALF_OPEN, the same, refused by chance",
           {admission_in(State::half_open, with(Probes{2, 60s} & Random{0.4}), false),
            admission_in(State::half_open, with(RampUp{0.4, 1.0, 60s} & Probes{2, 60s}), false)}},
      });
}

TEST_CASE("docs/performance.md says what an outcome costs in a count window") {
  const CountWindow window{4};
  const auto config = [window](auto tripper, SlowThreshold threshold = std::nullopt) {
    return Config{.window = window,
                  .tripper = tripper,
                  .permit = AllowAll{},
                  .slow_threshold = threshold,
                  .environment = CountingEnvironment{},
                  .as_written = true};
  };
  constexpr auto rate = MinRequests{4} & FailureRate{1.0};

  // The slots in their order, round and round.
  Breaker plain{config(rate)};
  const Cost fills = plain.success();
  const Cost failure_fills = plain.failure();
  plain.successes(2);
  const Cost alike = plain.success();
  const Cost success_for_failure = plain.success();
  const Cost absorbed = plain.success();
  const Cost failure_for_success = plain.failure();
  plain.successes(3);
  const Cost failure_for_failure = plain.failure();

  Breaker timed{config(rate, 1s)};
  timed.successes(4);
  const Cost timed_absorbed = timed.success();
  const Cost slow_for_fast = timed.success(1s);

  Breaker own{config(MinRequests{4} & SlowRate{1.0, 1s})};
  own.successes(4);
  const Cost own_absorbed = own.success();
  const Cost own_slow_for_fast = own.success(1s);
  own.successes(3);
  const Cost own_slow_for_slow = own.success(1s);
  own.successes(3);
  const Cost own_fast_for_slow = own.success();
  const Cost own_failure = own.failure();

  Breaker troubled{config(MinRequests{4} & SlowRate{1.0, 1s})};
  troubled.successes(4);
  troubled.success(1s);
  troubled.failure();
  troubled.successes(2);
  const Cost fast_for_slow_beside_failure = troubled.success();

  Breaker mean{config(MinRequests{4} & AvgLatency{1h})};
  const Cost mean_fills = mean.success(1ms);
  mean.successes(3, 1ms);
  const Cost mean_alike = mean.success(1ms);
  const Cost mean_changed = mean.success(2ms);
  const Cost mean_failure = mean.failure();
  mean.successes(3, 1ms);
  const Cost mean_success_for_failure = mean.success(1ms);
  Breaker mean_tried{config(MinRequests{4} & AvgLatency{1h})};
  mean_tried.command(State::half_open);
  const Cost mean_trying = mean_tried.success(1ms);

  Breaker streak{config(FailureStreak{3})};
  streak.successes(4);
  const Cost streak_absorbed = streak.success();
  const Cost streak_failure = streak.failure();
  const Cost streak_ended = streak.success();
  const Cost no_streak = streak.success();
  streak.successes(1);
  const Cost streak_failure_for_failure = streak.failure();
  streak.successes(3);
  const Cost streak_success_for_failure = streak.success();

  Breaker ended{config(FailureStreak{3})};
  ended.successes(4);
  ended.failure();
  ended.successes(2);
  ended.failure();
  const Cost streak_ended_for_failure = ended.success();  // in the first failure's place

  Breaker watched{config(rate)};
  watched.command(State::metrics_only);
  watched.successes(4);
  const Cost watched_absorbed = watched.success();

  const auto first_outcomes_in = [](State state, const auto& make) {
    Breaker one{make()};
    one.command(state);
    Breaker other{make()};
    other.command(state);
    return std::vector{one.success(), other.failure()};
  };
  const auto probed = [] { return Config{.permit = Probes{2, 60s}, .environment = CountingEnvironment{}}; };
  const auto over_time = [rate] {
    return Config{.window = TimeWindow{10s},
                  .tripper = rate,
                  .permit = AllowAll{},
                  .slow_threshold = 1s,
                  .environment = CountingEnvironment{}};
  };
  std::vector in_disabled = first_outcomes_in(State::disabled, [&] { return config(rate, 1s); });
  for (const Cost& cost : first_outcomes_in(State::disabled, [&] { return config(rate); })) in_disabled.push_back(cost);
  for (const Cost& cost : first_outcomes_in(State::disabled, over_time)) in_disabled.push_back(cost);
  const std::vector many_probes = [&] {
    Breaker breaker{
        Config{.window = window, .tripper = rate, .permit = Probes{9, 60s}, .environment = CountingEnvironment{}}};
    breaker.command(State::half_open);
    breaker.successes(4);
    return std::vector{breaker.success(), breaker.failure()};
  }();
  const auto neutral_in = [](State state, auto made) {
    Breaker breaker{std::move(made)};
    breaker.command(state);
    return breaker.neutral();
  };

  // Of those that say nothing of what they need.
  Breaker judged{config([](const CallContext&) { return false; })};
  const Cost judged_fills = judged.success(1ms);
  judged.successes(3, 1ms);
  const Cost judged_alike = judged.success(1ms);
  const Cost judged_changed = judged.success(2ms);
  const Cost judged_failure = judged.failure();
  judged.successes(2, 1ms);
  judged.failure();
  const Cost judged_failure_for_failure = judged.failure();
  const Cost judged_ended = judged.success(1ms);

  const std::vector own_fill = [&] {
    const auto make = [&] { return config(MinRequests{4} & SlowRate{1.0, 1s}); };
    std::vector costs = first_outcomes_in(State::closed, make);
    costs.push_back(Breaker{make()}.success(1s));
    return costs;
  }();

  const std::initializer_list<Row> rows{
      {"success into a full window without failures and slow calls", {absorbed}},
      {"the same, `FailureStreak`", {streak_absorbed}},
      {"the same, durations measured", {timed_absorbed}},
      {"the same, `SlowRate` with a threshold of its own", {own_absorbed}},
      {"the same in METRICS_ONLY", {watched_absorbed}},
      {"success for a success, failures beside it", {alike}},
      {"success for a failure", {success_for_failure}},
      {"failure for a success", {failure_for_success}},
      {"failure for a failure", {failure_for_failure}},
      {"failure, success while the window fills", {failure_fills, fills}},
      {"the same, `FailureStreak`", first_outcomes_in(State::closed, [&] { return config(FailureStreak{3}); })},
      {"the same, a `slow_threshold`", first_outcomes_in(State::closed, [&] { return config(rate, 1s); })},
      {"the same, `SlowRate` with a threshold of its own, slow or not", own_fill},
      {"slow call for a fast one, by the `slow_threshold`", {slow_for_fast}},
      {"slow call for a fast one, by a `SlowRate`'s own threshold", {own_slow_for_fast}},
      {"slow call for a slow one, by the same", {own_slow_for_slow}},
      {"fast call for a slow one, by the same", {own_fast_for_slow, fast_for_slow_beside_failure}},
      {"failure for a success, with the same", {own_failure}},
      {"`AvgLatency`, as long to the microsecond as the one it replaces", {mean_alike}},
      {"`AvgLatency`, longer or shorter", {mean_changed}},
      {"`AvgLatency`, the same, a failure for a success or a success for a failure",
       {mean_failure, mean_success_for_failure}},
      {"`AvgLatency`, while the window fills", {mean_fills}},
      {"`FailureStreak`, failure for a success", {streak_failure}},
      {"`FailureStreak`, success for a success, ends a streak", {streak_ended}},
      {"`FailureStreak`, success for a success, no streak, failures beside it", {no_streak}},
      {"`FailureStreak`, failure for a failure", {streak_failure_for_failure}},
      {"`FailureStreak`, success for a failure, no streak", {streak_success_for_failure}},
      {"`FailureStreak`, success for a failure, ends a streak", {streak_ended_for_failure}},
      {"HALF_OPEN, while the window fills", first_outcomes_in(State::half_open, [&] { return config(rate); })},
      {"HALF_OPEN, the same with `Probes`", first_outcomes_in(State::half_open, probed)},
      {"HALF_OPEN, `Probes` beyond the size of the window", many_probes},
      {"HALF_OPEN, `AvgLatency`, while the window fills", {mean_trying}},
      {"a tripper of your own, success for a success as long", {judged_alike}},
      {"the same, any other outcome",
       {judged_changed, judged_failure, judged_failure_for_failure, judged_ended, judged_fills}},
      {"late: admitted before the last transition",
       {Breaker{config(rate)}.late(true), Breaker{config(rate)}.late(false), Breaker{config(rate, 1s)}.late(true),
        Breaker{config(rate, 1s)}.late(false), Breaker{over_time()}.late(true), Breaker{over_time()}.late(false)}},
      {"neutral, but for the next row",
       {neutral_in(State::closed, config(rate)), neutral_in(State::disabled, config(rate)),
        neutral_in(State::half_open, config(rate, 1s)), neutral_in(State::half_open, over_time())}},
      {"neutral, HALF_OPEN with `Probes`", {neutral_in(State::half_open, probed())}},
      {"DISABLED", in_disabled},
  };
  check_page("an outcome", rows);
}

TEST_CASE("an outcome in METRICS_ONLY costs what it costs in CLOSED, within two loads, less the verdict") {
  const auto costs_in = [](State state, auto window, auto tripper) {
    Breaker breaker{
        Config{.window = window, .tripper = tripper, .environment = CountingEnvironment{}, .as_written = true}};
    breaker.command(state);
    breaker.successes(4, 1ms);
    std::vector costs{breaker.success(1ms), breaker.success(2ms), breaker.failure(), breaker.success(1ms)};
    breaker.failure();
    costs.push_back(breaker.failure());
    return costs;
  };
  const auto compare = [&](auto window, auto tripper, int verdict) {
    const std::vector<Cost> closed = costs_in(State::closed, window, tripper);
    const std::vector<Cost> watched = costs_in(State::metrics_only, window, tripper);
    for (std::size_t i = 0; i != closed.size(); ++i) {
      INFO("outcome " << i << ", " << closed[i].loads << " and " << watched[i].loads << " loads");
      CHECK(watched[i].changes == closed[i].changes);
      CHECK(watched[i].exact == closed[i].exact);
      CHECK(watched[i].coarse == closed[i].coarse);
      // Not each asks for it: see the tables. One that is absorbed in CLOSED looks whether its rules have been replaced.
      const int saved = closed[i].loads - watched[i].loads;
      CHECK(std::min(std::abs(saved), std::abs(saved - verdict)) <= 3);
    }
  };
  constexpr auto rate = MinRequests{4} & FailureRate{1.0};
  constexpr auto own = [](const CallContext&) { return false; };
  // What a verdict loads beyond what recording gave: the words it rests on, and the streak.
  compare(CountWindow{4}, rate, 0);
  compare(CountWindow{4}, FailureStreak{9}, 2);
  compare(CountWindow{4}, MinRequests{4} & AvgLatency{1h}, 2);
  compare(CountWindow{4}, MinRequests{4} & SlowRate{1.0, 2ms}, 2);
  compare(CountWindow{4}, own, 3);
  // One bucket in use and nine that are not.
  compare(TimeWindow{10h, 1h}, rate, 30);
  compare(TimeWindow{10h, 1h}, MinRequests{4} & AvgLatency{1h}, 31);
  compare(TimeWindow{10h, 1h}, own, 32);
}

TEST_CASE("docs/performance.md says what an outcome costs in a time window") {
  constexpr auto rate = MinRequests{10} & FailureRate{1.0};
  const auto in = [rate](TimeWindow window) {
    return Config{.window = window, .tripper = rate, .environment = CountingEnvironment{}};
  };

  Breaker quiet{in(TimeWindow{10s})};
  const Cost first_ever = quiet.success();
  const Cost success = quiet.success();
  quiet.advance(10s);
  const Cost first_again = quiet.success();

  Breaker restarted{in(TimeWindow{10h, 1h})};
  restarted.success();
  restarted.command(State::closed);
  const Cost first_of_epoch = restarted.success();

  Breaker fine{in(TimeWindow{1s, 100ms})};
  fine.success();
  const Cost fine_success = fine.success();

  Breaker troubled{in(TimeWindow{10s})};
  troubled.success();
  const Cost first_failure_ever = troubled.failure();
  const Cost failure = troubled.failure();
  const Cost success_beside = troubled.success();
  troubled.advance(10s);
  troubled.success();
  const Cost first_failure = troubled.failure();

  Breaker failing{in(TimeWindow{10s})};
  const Cost failure_first_ever = failing.failure();
  failing.advance(10s);
  const Cost failure_first_again = failing.failure();

  Breaker watched{in(TimeWindow{10s})};
  watched.command(State::metrics_only);
  watched.failure();
  const Cost watched_success = watched.success();

  Breaker mean{Config{
      .window = TimeWindow{10s}, .tripper = MinRequests{10} & AvgLatency{1h}, .environment = CountingEnvironment{}}};
  mean.success(1ms);
  const Cost mean_success = mean.success(1ms);
  Breaker mean_tested{Config{.window = TimeWindow{10s},
                             .tripper = MinRequests{10} & AvgLatency{1h},
                             .permit = AllowAll{},
                             .environment = CountingEnvironment{}}};
  mean_tested.command(State::half_open);
  mean_tested.success(1ms);
  const Cost mean_in_half_open = mean_tested.success(1ms);

  Breaker judged{Config{.window = TimeWindow{10s},
                        .tripper = [](const CallContext&) { return false; },
                        .environment = CountingEnvironment{}}};
  judged.success(1ms);
  const Cost judged_success = judged.success(1ms);
  judged.failure();
  const Cost judged_failure = judged.failure();

  const auto half_open_outcomes = [rate](auto permit) {
    CAPTURE(permit);
    Breaker breaker{Config{.window = TimeWindow{10s},
                           .tripper = rate,
                           .permit = permit,
                           .environment = CountingEnvironment{},
                           .as_written = true}};
    breaker.command(State::half_open);
    breaker.success();
    std::vector costs{breaker.success()};
    breaker.failure();
    costs.push_back(breaker.failure());
    costs.push_back(breaker.success());
    CHECK(breaker.state() == State::half_open);
    return costs;
  };

  // What a success beside a failure costs where so many of so many buckets are in use, and one before that is over.
  const auto success_with = [](int buckets, int used, bool over, auto tripper) {
    Breaker breaker{Config{.window = TimeWindow{buckets * 1s},
                           .tripper = tripper,
                           .environment = CountingEnvironment{},
                           .as_written = true}};
    if (over) {
      breaker.success();
      breaker.advance((buckets + 1) * 1s);
    }
    breaker.failure();
    for (; used != 1; --used) {
      breaker.advance(1s);
      breaker.success();
    }
    return breaker.success();
  };
  const auto bucket_in_use = [&](auto tripper) {
    return success_with(10, 2, false, tripper) - success_with(9, 1, false, tripper);
  };

  Breaker streak{Config{.window = TimeWindow{10s}, .tripper = FailureStreak{9}, .environment = CountingEnvironment{}}};
  streak.success();
  const Cost streak_quiet = streak.success();
  streak.failure();
  const Cost streak_failure = streak.failure();
  const Cost streak_ended = streak.success();

  Breaker timed{Config{
      .window = TimeWindow{10s}, .tripper = rate, .slow_threshold = 100ms, .environment = CountingEnvironment{}}};
  timed.success();
  const Cost timed_success = timed.success(50ms);
  timed.success(200ms);
  const Cost slow_call = timed.success(200ms);

  check_page(
      "an outcome",
      {
          {"success, no failure or slow call in the span; the same in METRICS_ONLY", {success, watched_success}},
          {"the same, buckets below half a second", {fine_success}},
          {"the same, durations measured for `SlowRate` or a `slow_threshold`", {timed_success}},
          {"success, failures or slow calls in the span; 1 of 10 buckets in use", {success_beside}},
          {"failure, likewise", {failure}},
          {"the first failure in its bucket, likewise", {first_failure_ever, first_failure}},
          {"success with `AvgLatency`, likewise, in HALF_OPEN too", {mean_success, mean_in_half_open}},
          {"an outcome with a tripper of your own, likewise", {judged_success, judged_failure}},
          {"success with `FailureStreak`, no streak and no failure in the span", {streak_quiet}},
          {"an outcome with `FailureStreak` otherwise, 1 of 10 buckets in use", {streak_failure, streak_ended}},
          {"slow call, by the `slow_threshold`, likewise", {slow_call}},
          {"an outcome in HALF_OPEN, likewise", half_open_outcomes(AllowAll{})},
          {"the same with `Probes`, not the last", half_open_outcomes(Probes{10, 60s})},
          {"success, failures or slow calls in the span; 10 of 10 buckets in use", {success_with(10, 10, false, rate)}},
          {"of these, for each bucket in use", {bucket_in_use(rate)}},
          {"the same, with `AvgLatency`", {bucket_in_use(rate | AvgLatency{1h})}},
          {"the same, with a `SlowRate` of its own threshold", {bucket_in_use(rate | SlowRate{1.0, 1s})}},
          {"for each whose time is over", {success_with(10, 1, true, rate) - success_with(9, 1, false, rate)}},
          {"for each not used since the last transition",
           {success_with(10, 1, false, rate) - success_with(9, 1, false, rate)}},
          {"success, the first in its bucket; no failure or slow call in the span",
           {first_ever, first_again, first_of_epoch}},
          {"failure, likewise", {failure_first_ever, failure_first_again}},
      });
}

TEST_CASE("docs/performance.md says what trippers cost that need several words") {
  // "Up to four loads more, and a compare-exchange": over the dearer of the two rows that the page has.
  const auto outcomes = [](auto tripper, SlowThreshold threshold) {
    Breaker breaker{Config{.window = CountWindow{4},
                           .tripper = tripper,
                           .slow_threshold = threshold,
                           .environment = CountingEnvironment{},
                           .as_written = true}};
    breaker.successes(4, 1ms);
    std::vector costs{breaker.success(1ms), breaker.success(2ms), breaker.success(5s), breaker.failure()};
    breaker.successes(2, 1ms);
    for (const nanoseconds duration : {2ms, 1ms}) costs.push_back(breaker.success(duration));
    return costs;
  };
  constexpr auto few = MinRequests{4};
  const auto compare = [](const std::vector<Cost>& both, const std::vector<Cost>& one, const std::vector<Cost>& other) {
    for (std::size_t i = 0; i != both.size(); ++i) {
      INFO("outcome " << i << ": " << both[i].loads << " loads, " << both[i].changes << " changes");
      CHECK(both[i].loads <= std::max(one[i].loads, other[i].loads) + 4);
      CHECK(both[i].changes <= std::max(one[i].changes, other[i].changes) + 1);
    }
  };
  constexpr auto mean = few & AvgLatency{1h};
  constexpr auto streak = FailureStreak{9};
  constexpr auto rate = few & SlowRate{1.0, 1s};
  compare(outcomes(mean | streak, std::nullopt), outcomes(mean, std::nullopt), outcomes(streak, std::nullopt));
  compare(outcomes(mean | rate, std::nullopt), outcomes(mean, std::nullopt), outcomes(rate, std::nullopt));
  compare(outcomes(rate | streak, std::nullopt), outcomes(rate, std::nullopt), outcomes(streak, std::nullopt));
  compare(outcomes(rate | (few & SlowRate{1.0, 3s}), 2s), outcomes(few & SlowRate{1.0}, 2s),
          outcomes(rate, std::nullopt));
}

TEST_CASE("docs/performance.md says what a breaker takes in memory") {
  if (sizeof(void*) != 8 || sizeof(std::string) != 32) return;  // of the compiler that the page was made with
  const auto bytes_of = [](auto config) {
    const std::size_t own = sizeof(CircuitBreaker{config});
    return own + detail::Core{std::move(config)}.bytes().size();
  };
  const auto row = [&bytes_of, page = read("docs/performance.md")](const std::string& name, auto config) {
    const std::size_t bytes = bytes_of(std::move(config));
    const std::string count = std::to_string(bytes);
    const std::string text =
        "| " + name + " | " +
        (bytes < 1000 ? count : count.substr(0, count.size() - 3) + "," + count.substr(count.size() - 3)) + " |";
    INFO("docs/performance.md must have the row " << text);
    CHECK(page.find(text) != std::string::npos);
  };
  // With the policies of the benchmarks.
  constexpr auto rate = MinRequests{10} & FailureRate{0.5};
  constexpr Cooldown retry{60s};
  constexpr RampUp permit{0.1, 1.0, 60s};
  row("`CountWindow{100}`", Config{.tripper = rate, .retry = retry, .permit = permit});
  row("the same with `AvgLatency`", Config{.tripper = AvgLatency{1s}, .retry = retry, .permit = permit});
  row("the same with `CallStats`", Config{.tripper = rate, .retry = retry, .permit = permit, .stats = CallStats{}});
  row("`TimeWindow{10s}`", Config{.window = TimeWindow{10s}, .tripper = rate, .retry = retry, .permit = permit});

  const std::size_t more = bytes_of(Config{}) - bytes_of(Config{.tripper = rate, .retry = retry, .permit = permit});
  const std::string sentence = "The default policies take " + std::to_string(more) + " bytes more.";
  INFO("docs/performance.md must say: " << sentence);
  CHECK(read("docs/performance.md").find(sentence) != std::string::npos);
}

TEST_CASE("docs/performance.md says what other rules cost") {
  // What a call costs under the first rules, and what more under others.
  const auto more = [](auto config, auto cost_of) {
    Breaker first{config};
    Breaker retuned{config};
    retuned.retune(config);
    for (auto* breaker : {&first, &retuned}) breaker->successes(4);
    const Cost before = cost_of(first);
    return cost_of(retuned) - before;
  };
  const auto plain = [](auto permit) {
    return Config{.window = CountWindow{4},
                  .tripper = MinRequests{4} & FailureRate{0.9},
                  .retry = Cooldown{60s},
                  .permit = permit,
                  .environment = CountingEnvironment{},
                  .as_written = true};
  };
  const auto timed = Config{.window = CountWindow{4},
                            .tripper = MinRequests{4} & AvgLatency{1h},
                            .retry = Cooldown{60s},
                            .environment = CountingEnvironment{}};
  const auto in = [](State state, auto then) {
    return [state, then](auto& breaker) {
      breaker.command(state);
      return then(breaker);
    };
  };
  const auto admission = [](auto& breaker) { return breaker.admission(); };
  const auto success = [](auto& breaker) { return breaker.success(); };
  const auto failure = [](auto& breaker) { return breaker.failure(); };

  check_page("under other rules, more",
             {
                 {"an admission in CLOSED", {more(plain(AllowAll{}), admission), more(timed, admission)}},
                 {"an admission in METRICS_ONLY, DISABLED",
                  {more(plain(AllowAll{}), in(State::metrics_only, admission)),
                   more(plain(AllowAll{}), in(State::disabled, admission))}},
                 {"OPEN, FORCED_OPEN: refused",
                  {more(plain(AllowAll{}), in(State::open, admission)),
                   more(plain(AllowAll{}), in(State::forced_open, admission))}},
                 {"an admission in HALF_OPEN",
                  {more(plain(AllowAll{}), in(State::half_open, admission)),
                   more(plain(Probes{2, 60s}), in(State::half_open, admission))}},
                 {"a healthy success", {more(plain(AllowAll{}), success)}},
                 {"a healthy success, durations measured", {more(timed, success)}},
                 {"an outcome that is written", {more(plain(AllowAll{}), failure), more(timed, failure)}},
             });

  const auto row = [page = read("docs/performance.md")](const std::string& name, const Cost& cost) {
    const std::string text = "| " + name + " | " + std::to_string(cost.loads) + " | " + std::to_string(cost.stores) +
                             " | " + std::to_string(cost.changes) + " |";
    INFO("docs/performance.md must have the row " << text);
    CHECK(page.find(text) != std::string::npos);
  };
  Breaker breaker{plain(AllowAll{})};
  breaker.successes(4);
  row("`info()`", breaker.info());
  row("`snapshot()`", breaker.snapshot());
  row("the first `retune`", breaker.retune(plain(AllowAll{})));
  row("a later `retune`", breaker.retune(plain(AllowAll{})));
}

TEST_CASE("docs/performance.md says what CallStats cost") {
  const auto added = [](State state, const auto& ask, SlowThreshold threshold = 2s) {
    Breaker without{Config{.slow_threshold = threshold, .environment = CountingEnvironment{}, .as_written = true}};
    Breaker with{Config{
        .slow_threshold = threshold, .environment = CountingEnvironment{}, .stats = CallStats{}, .as_written = true}};
    without.command(state);
    with.command(state);
    return ask(with) - ask(without);
  };
  const auto admission = [](auto& breaker) { return breaker.admission(); };
  const auto success = [](auto& breaker) { return breaker.success(); };
  const auto failure = [](auto& breaker) { return breaker.failure(); };
  const auto slow_success = [](auto& breaker) { return breaker.success(2s); };
  const auto neutral = [](auto& breaker) { return breaker.neutral(); };
  const auto late = [](auto& breaker) { return breaker.late(true); };

  const std::vector untimed{added(State::disabled, success, std::nullopt),
                            added(State::disabled, failure, std::nullopt), added(State::closed, late, std::nullopt)};
  check_page("`CallStats` add",
             {
                 {"to an admission, to a refusal",
                  {added(State::closed, admission), added(State::half_open, admission), added(State::open, admission)}},
                 {"to an outcome", {added(State::closed, success), added(State::metrics_only, failure)}},
                 {"to one that is slow by `slow_threshold`", {added(State::closed, slow_success)}},
                 {"to a neutral one", {added(State::closed, neutral), added(State::half_open, neutral)}},
                 {"to an admission in DISABLED, durations measured", {added(State::disabled, admission)}},
                 {"to an outcome there, to a late one, durations not measured", untimed},
                 {"to the same, measured",
                  {added(State::disabled, success), added(State::disabled, failure), added(State::closed, late)}},
             });
}

TEST_CASE("docs/performance.md says what a transition costs") {
  const auto commands_over = [](auto window, auto tripper, int calls) {
    Breaker breaker{
        Config{.window = window, .tripper = tripper, .environment = CountingEnvironment{}, .as_written = true}};
    breaker.successes(calls);
    return std::vector{breaker.command(State::disabled), breaker.command(State::closed),
                       breaker.command(State::metrics_only)};
  };
  constexpr auto rate = MinRequests{2} & FailureRate{0.5};
  const std::vector commands = commands_over(CountWindow{100}, rate, 100);
  Breaker overridden{Config{.tripper = rate, .environment = CountingEnvironment{}}};
  const std::vector lasting{overridden.command(State::disabled, 60s), overridden.command(State::metrics_only, 60s)};
  CHECK(commands == commands_over(CountWindow{30'000}, rate, 30'000));

  Breaker breaker{Config{.window = CountWindow{4},
                         .tripper = rate,
                         .retry = Cooldown{60s},
                         .permit = AllowAll{},
                         .environment = CountingEnvironment{}}};
  const Cost forced_open = breaker.command(State::forced_open);
  breaker.command(State::closed);
  breaker.successes(4);
  const Cost failure = breaker.failure();
  breaker.advance(1s);
  const Cost opening = breaker.failure();
  CHECK(breaker.state() == State::open);
  breaker.advance(60s);
  const Cost half_opening = breaker.admission();
  CHECK(breaker.state() == State::half_open);
  const Cost success = breaker.success();
  breaker.advance(1s);
  const Cost closing = breaker.success();
  CHECK(breaker.state() == State::closed);
  breaker.command(State::half_open);
  breaker.success();
  breaker.advance(1s);
  const Cost reopening = breaker.failure();
  CHECK(breaker.state() == State::open);

  const auto half_opening_of = [](auto window, auto tripper, auto permit) {
    Breaker opened{Config{.window = window,
                          .tripper = tripper,
                          .retry = Cooldown{60s},
                          .permit = permit,
                          .environment = CountingEnvironment{},
                          .as_written = true}};
    opened.command(State::open);
    opened.advance(60s);
    return opened.admission();
  };
  const auto half_opening_with = [&](auto permit) { return half_opening_of(CountWindow{4}, rate, permit); };
  const auto opening_after = [rate](auto retry) {
    Breaker failing{Config{.window = CountWindow{4},
                           .tripper = rate,
                           .retry = retry,
                           .environment = CountingEnvironment{},
                           .as_written = true}};
    failing.failure();
    failing.advance(1s);
    return failing.failure();
  };
  const auto forced = [](auto window, auto tripper) {
    return Breaker{
        Config{.window = window, .tripper = tripper, .environment = CountingEnvironment{}, .as_written = true}}
        .command(State::forced_open);
  };
  const auto last_probe = [rate](bool failed, auto window) {
    Breaker probing{Config{.window = window,
                           .tripper = rate,
                           .retry = Cooldown{60s},
                           .permit = Probes{2, 60s},
                           .environment = CountingEnvironment{},
                           .as_written = true}};
    probing.command(State::half_open);
    probing.success();
    probing.advance(1s);
    return failed ? probing.failure() : probing.success();
  };

  check_page(
      "a transition without listeners",
      {
          {"`disable()`, `reset()`, `metrics_only()` over a count window of any size", commands},
          {"the same with `AvgLatency`", commands_over(CountWindow{4}, AvgLatency{1h}, 4)},
          {"the same over `TimeWindow{10s}`, 1 of 10 buckets in use", {commands_over(TimeWindow{10s}, rate, 1)[0]}},
          {"`disable()` or `metrics_only()` for a time", {lasting[0], lasting[1]}},
          {"`force_open()`", {forced_open}},
          {"the same with `FailureStreak`, with `AvgLatency`, with a `SlowRate` of its own threshold",
           {forced(CountWindow{4}, FailureStreak{3}), forced(CountWindow{4}, AvgLatency{1h}),
            forced(CountWindow{4}, SlowRate{0.5, 1s})}},
          {"the same over `TimeWindow{10s}`, no bucket in use", {forced(TimeWindow{10s}, rate)}},
          {"a failure that opens, beyond one that does not", {opening - failure}},
          {"the same, with jitter in the delay",
           {opening - failure - (opening_after(Cooldown{60s}) - opening_after(Cooldown{60s, 0.1}))}},
          {"an admission that turns OPEN to HALF_OPEN, `AllowAll`", {half_opening}},
          {"the same, `Random` or `RampUp`",
           {half_opening_with(Random{0.6}), half_opening_with(RampUp{0.6, 1.0, 60s})}},
          {"the same, `Probes`", {half_opening_with(Probes{2, 60s})}},
          {"the same, `AllowAll`, with `AvgLatency`", {half_opening_of(CountWindow{4}, AvgLatency{1h}, AllowAll{})}},
          {"the same, `AllowAll`, over `TimeWindow{10s}`, no bucket in use",
           {half_opening_of(TimeWindow{10s}, rate, AllowAll{})}},
          {"a success that closes, beyond one that leaves HALF_OPEN", {closing - success}},
          {"a failure that reopens, likewise", {reopening - success}},
          {"the last outcome of a round of `Probes`, which closes", {last_probe(false, CountWindow{4})}},
          {"the same, which reopens", {last_probe(true, CountWindow{4})}},
          {"the same over `TimeWindow{10s}`, either",
           {last_probe(false, TimeWindow{10s}), last_probe(true, TimeWindow{10s})}},
      },
      1);
}

namespace {

/// How many instructions a path takes, with g++ 12 and with clang 19.
std::pair<std::string, std::string> counts(const std::string& path, const std::string& file = "expected.txt") {
  const auto count = [lines = read("tests/instructions/" + file)](const std::string& name) {
    CAPTURE(name);
    const std::size_t begin = lines.find("\n" + name + " ");
    REQUIRE(begin != std::string::npos);
    return std::to_string(std::stoi(lines.substr(begin + name.size() + 2)));
  };
  return {count("GNU-12-x86_64 " + path), count("Clang-19-x86_64 " + path)};
}

}  // namespace

TEST_CASE("docs/in-series.md says how many instructions a call through a series is") {
  const auto [series_gnu, series_clang] = counts("healthy_in_series");
  const auto [nested_gnu, nested_clang] = counts("healthy_nested");
  std::string page = read("docs/in-series.md");
  std::replace(page.begin(), page.end(), '\n', ' ');
  const std::string sentence = "takes " + series_gnu + " instructions with g++ 12 and " + series_clang +
                               " with clang++-19, the call itself included, where two nested calls take " + nested_gnu +
                               " and " + nested_clang + ":";
  INFO("docs/in-series.md must say: " << sentence);
  CHECK(page.find(sentence) != std::string::npos);
}

TEST_CASE("docs/any.md says how many instructions a call through a breaker of any type is") {
  const auto [any_gnu, any_clang] = counts("healthy_any", "any_expected.txt");
  const auto [gnu, clang] = counts("healthy");
  const std::string row = "| a healthy call over a `CountWindow` without a streak, a latency or an `OnResult` | " +
                          any_gnu + " instructions with g++ 12 and " + any_clang +
                          " with clang++-19, the call itself included, instead of " + gnu + " and " + clang + " |";
  INFO("docs/any.md must say: " << row);
  CHECK(read("docs/any.md").find(row) != std::string::npos);
  // What the page calls a virtual call or two.
  for (const std::string path : {"on_result", "streak", "avg_latency"}) {
    CAPTURE(path);
    const bool is_there = path == "on_result";
    const auto [known, known_clang] = counts("healthy_" + path, is_there ? "any_expected.txt" : "expected.txt");
    const auto [asked, asked_clang] = counts("healthy_any_" + path, "any_expected.txt");
    CHECK(std::stoi(asked) <= std::stoi(known) + 80);
    CHECK(std::stoi(asked_clang) <= std::stoi(known_clang) + 120);
  }
}

TEST_CASE("docs/performance.md says how many instructions a healthy call is") {
  const auto [gnu, clang] = counts("healthy");
  const auto [bare_gnu, bare_clang] = counts("bare");
  const auto [function_gnu, function_clang] = counts("healthy_function");
  const auto [bare_function_gnu, bare_function_clang] = counts("bare_function");
  std::ostringstream text;
  text << gnu << " instructions with g++ 12 and " << clang
       << " with clang++-19, the call and what it calls included, which come to " << bare_gnu << " and " << bare_clang
       << " without a breaker; in a function of its own, which has registers to save, " << function_gnu << " and "
       << function_clang << ", which come to " << bare_function_gnu << " and " << bare_function_clang
       << " without a breaker.";
  const auto [hand_gnu, hand_clang] = counts("function_by_hand");
  CHECK(std::stoi(function_gnu) <= std::stoi(hand_gnu) + 3);
  CHECK(std::stoi(function_clang) <= std::stoi(hand_clang) + 3);
  std::string page = read("docs/performance.md");
  std::replace(page.begin(), page.end(), '\n', ' ');
  for (const std::string& sentence :
       {text.str(), "comes to " + function_gnu + " instructions where the call in the loop has " + gnu + ".",
        "library, and comes to " + hand_gnu + "."}) {
    INFO("docs/performance.md must say: " << sentence);
    CHECK(page.find(sentence) != std::string::npos);
  }
}

TEST_CASE("calls by the uneven clock take some microseconds, and never as many as the one before in the window") {
  std::vector<std::uint32_t> lengths;
  for (int call = 0; call != 10'000; ++call) {
    CAPTURE(call);
    const nanoseconds began = uneven();
    lengths.push_back(detail::to_micros(uneven() - began));
    REQUIRE(lengths.back() >= 1);
    REQUIRE(lengths.back() <= 17);
    if (call >= 100) REQUIRE(lengths.back() != lengths[lengths.size() - 101]);
  }
}

TEST_CASE("docs/performance.md says what a lookup in a registry takes") {
  struct Node : detail::KeyNode<CountingAtomics> {};
  detail::KeyTable<Node, CountingAtomics> table;
  Node node;
  REQUIRE(table.reserve());
  table.insert(node, 7);
  const auto look_up = [&](bool for_handle) {
    const Cost before = spent;
    {
      const auto hazard = table.hazards().claim(7);
      const auto found = table.find(7, [](const Node&) { return true; });
      hazard.found(7);
      found.node->use();
      if (for_handle) found.node->hold();
    }
    if (for_handle) (void)node.release();
    return spent - before;
  };
  const auto row = [page = read("docs/performance.md")](const std::string& name, const Cost& cost) {
    const std::string text = "| " + name + " | " + std::to_string(cost.loads) + " | " + std::to_string(cost.stores) +
                             " | " + std::to_string(cost.changes) + " |";
    INFO("docs/performance.md must have the row " << text);
    CHECK(page.find(text) != std::string::npos);
  };
  row("of a key in its first place", look_up(false));
  node.idle_from(1);
  row("the same, marked as idle", look_up(false));
  row("for a handle, and its end", look_up(true));
}
