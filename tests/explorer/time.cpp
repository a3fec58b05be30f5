// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls that meet each other, transitions, readers and the change of buckets over a TimeWindow.

#include "engine.hpp"

namespace {

using namespace engine;

auto wide(std::uint64_t minimum) { return MinRequests{minimum} & SlowRate{1.0, 2s} & AvgLatency{1h}; }
auto make_rate(Clock& clock, nanoseconds span, std::uint64_t minimum, double ratio) {
  return make(clock, TimeWindow{span, 1s}, rate(minimum, ratio), Probes{3, 10s});
}
auto make_wide(Clock& clock, nanoseconds span, std::uint64_t minimum) {
  return make(clock, TimeWindow{span, 1s}, wide(minimum), AllowAll{}, 1s);
}

void new_epoch() {
  Clock clock;
  const bool one = pick(2) == 1;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  fail(*core, 5);
  reset(*core);
  threads([&] { call(*core, one); }, [&] { fail(*core); });
  expect(counts_are(*core, 2, one ? 2 : 1), "both calls are counted, and no others");
}
const Case new_epoch_case{
    "time: two calls meet in a bucket that is new to their epoch", {2, 1, 0, 3000}, {3, 1, 0, 200'000}, new_epoch};

void new_time() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  fail(*core, 2);
  succeed(*core, 2);
  clock.advance(1s);
  threads([&] { succeed(*core); }, [&] { fail(*core); });
  expect(counts_are(*core, 2, 1), "both calls are counted, and no others");
}
const Case new_time_case{
    "time: two calls meet in a bucket that is new to both", {2, 1, 0, 3000}, {3, 1, 0, 200'000}, new_time};

void same_bucket() {
  Clock clock;
  const bool one = pick(2) == 1;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  succeed(*core);
  threads([&] { call(*core, one); }, [&] { fail(*core); },
          [&] {
            const Metrics metrics = core->info().metrics;
            expect(metrics.failure_count() <= metrics.total_count() && metrics.total_count() <= 3,
                   "a part is within its total");
          });
  expect(counts_are(*core, 3, one ? 2 : 1), "all calls are counted");
}
const Case same_bucket_case{
    "time: two calls and a reader meet in a live bucket", {2, 1, 0, 3000}, {2, 2, 1, 100'000}, same_bucket};

void late_one() {
  Clock clock;
  const bool failed = pick(2) == 1;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  const detail::Ticket late = admit(*core);
  Ledger ledger;
  threads([&] { core->record(late, failed); },
          [&] {
            reset(*core);
            ledger.call(*core, true);
            ledger.call(*core, false);
          });
  expect_ledger(*core, ledger);
}
const Case late_one_case{"time: a late recorder meets the next epoch", {2, 1, 0, 3000}, {3, 1, 0, 200'000}, late_one};

void late_two() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  succeed(*core);
  const detail::Ticket late = admit(*core);
  Ledger ledger;
  threads([&] { core->record(late, true); },
          [&] {
            reset(*core);
            ledger.call(*core, false);
            reset(*core);
            ledger.call(*core, true);
          },
          [&] { ledger.call(*core, false); });
  expect_ledger(*core, ledger);
}
const Case late_two_case{
    "time: late recorders meet the next but one epoch", {1, 1, 0, 5000}, {2, 1, 0, 200'000}, late_two};

void late_many() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  const detail::Ticket first = admit(*core);
  reset(*core);
  const detail::Ticket second = admit(*core);
  Ledger ledger;
  threads([&] { core->record(first, true); }, [&] { core->record(second, false); },
          [&] {
            for (int i = 0; i != 4; ++i) {
              reset(*core);
              ledger.call(*core, i % 2 == 0);
            }
          },
          [&] { ledger.call(*core, true); });
  expect_ledger(*core, ledger);
}
const Case late_many_case{"time: late recorders of many epochs", {1, 0, 0, 5000}, {1, 1, 0, 200'000}, late_many};

void epoch_and_time() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  succeed(*core);
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, true); },
          [&] {
            clock.advance(1s);
            succeed(*core);
          },
          [&] { reset(*core); });
  const detail::Ticket now = admit(*core);
  (void)now;
  expect(core->info().metrics.failure_count() == 0, "a call of the past epoch is dropped");
  expect(core->info().metrics.total_count() <= 1, "none is counted twice");
}
const Case epoch_and_time_case{
    "time: a bucket changes hands by time and by epoch at once", {1, 1, 0, 5000}, {2, 1, 0, 200'000}, epoch_and_time};

void late_for_newer_time() {
  // The bucket's time is a later owner's already when the late recorder looks at it.
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  succeed(*core);
  const detail::Ticket late = admit(*core);
  clock.advance(1s);
  threads([&] { core->record(late, true); },
          [&] {
            reset(*core);
            succeed(*core);
          });
  expect(counts_are(*core, 1, 0), "the late call is dropped, and the new epoch's is counted");
}
const Case late_for_newer_time_case{"time: a late recorder meets a later bucket of the next epoch",
                                    {2, 2, 0, 3000},
                                    {3, 2, 0, 200'000},
                                    late_for_newer_time};

void changing() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  const detail::Ticket slow = admit(*core);
  bool counted_late = false;
  threads([&] { core->record(slow, true); },
          [&] {
            clock.advance(1s);
            succeed(*core, 2);
          });
  const Metrics metrics = core->info().metrics;
  counted_late = metrics.failure_count() == 1;
  expect(metrics.total_count() == (counted_late ? 3U : 2U), "what comes into the new bucket is counted there");
  clock.advance(1s);
  expect(counts_are(*core, 0, 0), "and expires with it");
}
const Case changing_case{
    "time: a bucket changes hands under a recorder", {2, 1, 0, 3000}, {4, 1, 0, 200'000}, changing};

void parts_together() {
  Clock clock;
  const auto core = make_wide(clock, 1s, 1000);
  const detail::Ticket slow = admit(*core);
  clock.advance(10'500ms);
  threads([&] { core->record(slow, true); },
          [&] {
            clock.advance(500ms);
            succeed(*core);
          });
  const Metrics metrics = core->info().metrics;
  const std::uint64_t slow_ones = metrics.failure_count();
  expect(metrics.total_count() == slow_ones + 1, "what comes into the new bucket is counted there");
  expect(metrics.slow_count() == slow_ones && metrics.slow_count(2s) == slow_ones, "with all its parts");
  expect(metrics.total_duration() == slow_ones * 11s, "or none of them");
}
const Case parts_together_case{
    "time: the parts of a call go into one bucket or nowhere", {2, 1, 0, 3000}, {3, 1, 0, 200'000}, parts_together};

void laps_late() {
  Clock clock;
  const auto core = make_rate(clock, 2s, 1000, 1.0);
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, false); },
          [&] {
            clock.advance(4s);
            fail(*core, 2);
          });
  const Metrics metrics = core->info().metrics;
  expect(metrics.failure_count() == 2 && metrics.total_count() <= 3, "a thread that comes laps late wipes nothing");
}
const Case laps_late_case{"time: a recorder comes laps late", {2, 1, 0, 3000}, {3, 1, 0, 200'000}, laps_late};

// ---- readers ----------------------------------------------------------------------------------------------------------

void reader() {
  Clock clock;
  const auto core = make_rate(clock, 2s, 1000, 1.0);
  succeed(*core, 3);
  fail(*core);
  clock.advance(1s);
  succeed(*core, 3);
  fail(*core);
  threads(
      [&] {
        const Metrics seen = core->info().metrics;
        expect(seen.failure_rate().value_or(0) <= 0.25, "the rate is never overstated");
      },
      [&] {
        clock.advance(1s);  // the first bucket changes hands
        succeed(*core);
      });
}
const Case reader_case{"time: a bucket changes hands under a reader", {2, 1, 0, 3000}, {4, 2, 0, 100'000}, reader};

void expired() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  fail(*core, 2);
  clock.advance(1s);
  threads([&] { succeed(*core); },
          [&] { expect(core->info().metrics.failure_count() == 0, "nothing is seen of what has expired"); });
  expect(counts_are(*core, 1, 0), "the call is counted");
}
const Case expired_case{
    "time: a reader meets the claim of a bucket that has expired", {2, 3, 0, 3000}, {3, 3, 0, 100'000}, expired};

void reader_of_calls() {
  Clock clock;
  const auto core = make_rate(clock, 2s, 1000, 1.0);
  succeed(*core);
  threads(
      [&] {
        succeed(*core);
        fail(*core);
      },
      [&] {
        const Metrics seen = core->info().metrics;
        expect(seen.failure_rate().value_or(0) <= 1.0 / 3, "the rate is never overstated");
      });
}
const Case reader_of_calls_case{
    "time: a reader meets a success and a failure behind it", {3, 2, 0, 3000}, {4, 2, 1, 100'000}, reader_of_calls};

void reader_over_buckets() {
  Clock clock;
  const auto core = make_rate(clock, 2s, 1000, 1.0);
  clock.advance(1s);
  succeed(*core);
  threads(
      [&] {
        const Metrics seen = core->info().metrics;
        expect(seen.failure_rate().value_or(0) <= 0.5, "the rate is never overstated");
      },
      [&] {
        // A clock that lags: the failure goes into the bucket before.
        clock.advance(1s);
        succeed(*core, 2);
        clock.advance(-1s);
        fail(*core);
        clock.advance(1s);
      });
}
const Case reader_over_buckets_case{"time: a reader meets calls in one bucket after the other",
                                    {2, 1, 0, 3000},
                                    {4, 1, 0, 100'000},
                                    reader_over_buckets};

void wide_reader() {
  Clock clock;
  const auto core = make_wide(clock, 1s, 1000);
  succeed(*core);
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  succeed(*core);
  threads([&] { core->record(slow, true); },
          [&] {
            const Metrics metrics = core->info().metrics;
            expect(parts_within(metrics), "a part is within its total");
            expect(metrics.slow_rate(2s).value_or(0) <= 0.5, "the rate of slow calls");
            expect(metrics.slow_rate().value_or(0) <= 0.5, "the breaker's rate of slow calls");
            expect(metrics.failure_rate().value_or(0) <= 0.5, "the rate of failures");
            expect(metrics.avg_duration().value_or(0s) <= 1500ms, "the average duration");
          });
  expect(core->info().metrics.total_duration() == 3s, "the duration is there");
}
const Case wide_reader_case{"time: a reader meets a slow failure", {2, 2, 0, 3000}, {3, 2, 0, 100'000}, wide_reader};

void info_of_one_epoch() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1000, 1.0);
  fail(*core);
  threads(
      [&] {
        command(*core, State::metrics_only);
        succeed(*core);
      },
      [&] {
        const Info info = core->info();
        if (info.state == State::closed) {
          expect(info.metrics.total_count() == 1 && info.metrics.failure_count() == 1, "the old counts");
        } else {
          expect(info.metrics.failure_count() == 0, "the new counts");
        }
      });
  expect(counts_are(*core, 1, 0), "the call is counted in its epoch");
}
const Case info_of_one_epoch_case{
    "time: info() tells of one epoch", {2, 2, 0, 3000}, {3, 2, 0, 100'000}, info_of_one_epoch};

// ---- verdicts ---------------------------------------------------------------------------------------------------------

void trips() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 4, 0.75);
  succeed(*core);
  threads([&] { fail(*core); }, [&] { fail(*core); }, [&] { fail(*core); });
  expect(core->state() == State::open, "it is open");
}
const Case trips_case{"time: the last of several failures trips", {1, 1, 0, 5000}, {2, 1, 0, 200'000}, trips};

void minimum_trips() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 3, 0.6);
  fail(*core);
  threads([&] { fail(*core); }, [&] { succeed(*core); });
  expect(core->state() == State::open, "it is open");
}
const Case minimum_trips_case{
    "time: a failure and a success reach the minimum together", {2, 2, 0, 3000}, {3, 2, 1, 200'000}, minimum_trips};

void first_failure_trips() {
  // The success finds the trouble, or the failure finds the success.
  Clock clock;
  const auto core = make_rate(clock, 1s, 2, 0.5);
  threads([&] { fail(*core); }, [&] { succeed(*core); });
  expect(core->state() == State::open, "it is open");
}
const Case first_failure_trips_case{"time: the first failure and a success reach the minimum together",
                                    {2, 2, 0, 3000},
                                    {3, 2, 0, 200'000},
                                    first_failure_trips};

void newer_trouble_stays() {
  // A failure of an older bucket does not take the word back from a newer one.
  Clock clock;
  const auto core = make(clock, TimeWindow{2s, 1s}, MinRequests{3} & FailureRate{0.3}, AllowAll{});
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, true); },
          [&] {
            clock.advance(1s);
            fail(*core);
          });
  clock.advance(1s);
  succeed(*core);
  succeed(*core);
  expect(core->state() == State::open || core->info().metrics.total_count() < 3, "it is open");
}
const Case newer_trouble_stays_case{
    "time: two failures raise trouble at once", {2, 0, 0, 1000}, {2, 1, 0, 200'000}, newer_trouble_stays};

void trouble_of_the_past() {
  // A failure of a past epoch raises no trouble in the new one, nor takes the new one's away.
  Clock clock;
  const auto core = make_rate(clock, 1s, 2, 0.5);
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, true); },
          [&] {
            core->command(State::closed, Override{});
            fail(*core);
          });
  succeed(*core);
  expect(core->state() == State::open, "it is open");
}
const Case trouble_of_the_past_case{"time: trouble of a past epoch leaves that of the new one",
                                    {1, 1, 0, 3000},
                                    {2, 1, 0, 100'000},
                                    trouble_of_the_past};

void slow_trips() {
  Clock clock;
  const auto core =
      make(clock, TimeWindow{1s, 1s}, MinRequests{2} & SlowRate{1.0, 2s} & AvgLatency{4s}, AllowAll{}, 1s);
  const detail::Ticket longer = admit(*core);
  clock.advance(2s);
  const detail::Ticket shorter = admit(*core);
  clock.advance(4s);
  threads([&] { core->record(longer, false); }, [&] { core->record(shorter, true); });
  expect(core->state() == State::open, "it is open");
}
const Case slow_trips_case{
    "time: a slow rate beside an average trips, whoever comes last", {1, 1, 0, 5000}, {2, 1, 0, 200'000}, slow_trips};

void average_over_buckets() {
  // Each thread adds to a bucket of its own, and looks at the other's.
  Clock clock;
  const auto core = make(clock, TimeWindow{2s, 1s}, MinRequests{2} & AvgLatency{3s}, AllowAll{});
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  clock.advance(3500ms);
  threads([&] { core->record(one, false); },
          [&] {
            clock.advance(500ms);
            core->record(two, false);
          });
  expect(core->state() == State::open, "it is open");
}
const Case average_over_buckets_case{"time: an average over two buckets trips, whoever comes last",
                                     {1, 2, 0, 3000},
                                     {2, 2, 0, 200'000},
                                     average_over_buckets};

void failures_over_buckets() {
  Clock clock;
  const auto core = make(clock, TimeWindow{2s, 1s}, MinRequests{2} & FailureRate{1.0}, AllowAll{});
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  threads([&] { core->record(one, true); },
          [&] {
            clock.advance(1s);
            core->record(two, true);
          });
  expect(core->state() == State::open, "it is open");
}
const Case failures_over_buckets_case{"time: failures in two buckets trip, whichever comes last",
                                      {2, 2, 0, 3000},
                                      {3, 2, 0, 200'000},
                                      failures_over_buckets};

void failed_and_slow() {
  // One outcome changes the failures only and the other the slow calls, and each looks at the other's.
  Clock clock;
  const auto core = make(clock, TimeWindow{1s, 1s}, FailureRate{0.5} & SlowRate{0.5, 2s}, AllowAll{});
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  threads([&] { fail(*core); }, [&] { core->record(slow, false); });
  expect(core->state() == State::open, "it is open");
}
const Case failed_and_slow_case{
    "time: failures beside slow calls trip, whoever comes last", {2, 2, 0, 3000}, {3, 2, 0, 200'000}, failed_and_slow};

void not_tripped_by_the_past() {
  Clock clock;
  const auto core = make_rate(clock, 2s, 2, 0.9);
  clock.advance(1s);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  threads([&] { core->record(one, true); },
          [&] {
            clock.advance(1s);
            succeed(*core, 2);
            clock.advance(-1s);
            core->record(two, true);
            clock.advance(1s);
          });
  expect(core->state() == State::closed, "no order of these calls trips");
}
const Case not_tripped_by_the_past_case{"time: a verdict meets calls in one bucket after the other",
                                        {2, 1, 0, 3000},
                                        {3, 1, 0, 200'000},
                                        not_tripped_by_the_past};

void verdict_over_one_span() {
  Clock clock;
  const auto core = make(clock, TimeWindow{3s, 1s}, MinRequests{2} & FailureRate{0.6}, AllowAll{});
  fail(*core);
  clock.advance(2s);
  const detail::Ticket good = admit(*core);
  threads([&] { core->record(good, false); },
          [&] {
            clock.advance(3s);
            fail(*core);
          });
  expect(core->state() == State::closed, "the first failure is five seconds old, and no three of them have two");
}
const Case verdict_over_one_span_case{
    "time: a late verdict sees no more than one span", {2, 0, 0, 3000}, {3, 1, 0, 200'000}, verdict_over_one_span};

void verdict_at_the_outcomes_time() {
  Clock clock;
  const auto core = make(clock, TimeWindow{3s, 1s}, rate(1, 0.5), Probes{1, 10s});
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  threads([&] { core->record(probe, false); }, [&] { clock.advance(5s); });
  expect(core->state() == State::closed, "the only probe was good, and in the window when it ended");
}
const Case verdict_at_the_outcomes_time_case{"time: a round is judged at its last outcome's time",
                                             {2, 0, 0, 1000},
                                             {3, 1, 0, 100'000},
                                             verdict_at_the_outcomes_time};

void late_verdict_on_a_probe() {
  Clock clock;
  const auto core = make(clock, TimeWindow{3s, 1s}, rate(1, 0.5), Probes{1, 10s});
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  threads([&] { core->record(probe, true); },
          [&] {
            clock.advance(5s);
            (void)core->admit();
          });
  expect(core->state() == State::open, "the only probe has failed");
}
const Case late_verdict_on_a_probe_case{"time: a probe's verdict is due when its outcome has left the window",
                                        {2, 0, 0, 2000},
                                        {3, 1, 0, 200'000},
                                        late_verdict_on_a_probe};

void late_probe_completes() {
  Clock clock;
  const bool resets = pick(2) == 1;
  const auto core = make(clock, TimeWindow{3s, 1s}, rate(1, 0.5), Probes{2, 600s});
  open_until_due(*core, clock, 1);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  threads([&] { core->record(one, true); },
          [&] {
            clock.advance(6s);
            core->record(two, true);
            if (resets) reset(*core);
          });
  expect(core->state() == (resets ? State::closed : State::open),
         "both probes have failed, though the window has forgotten one or both; and a reset comes behind that");
}
const Case late_probe_completes_case{"time: a probe that comes two laps late completes the round",
                                     {2, 0, 0, 2000},
                                     {3, 1, 0, 200'000},
                                     late_probe_completes};

void late_success_without_a_bucket() {
  Clock clock;
  const auto core = make(clock, TimeWindow{3s, 1s}, AvgLatency{1s}, AllowAll{});
  const detail::Ticket opening = admit(*core);
  clock.advance(2s);
  core->record(opening, true);
  clock.advance(60s);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  clock.advance(5s);
  threads([&] { core->record(one, false); },
          [&] {
            clock.advance(6s);
            core->record(two, false);
          });
  expect(core->state() == State::half_open, "each call took five seconds or more");
}
const Case late_success_without_a_bucket_case{"time: a success that comes two laps late closes nothing",
                                              {2, 0, 0, 2000},
                                              {3, 1, 0, 200'000},
                                              late_success_without_a_bucket};

void pushed_time() {
  Clock clock;
  Announcements announcements;
  const auto core =
      make(clock, TimeWindow{3s, 1s}, FailureRate{0.5}, Probes{1, 600s}, {}, std::vector{announcements.listener()});
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  threads([&] { core->record(probe, true); }, [&] { command(*core, State::disabled); },
          [&] {
            clock.advance(5s);
            (void)core->admit();
          });
  for (const auto& heard : announcements.heard()) {
    expect(heard.cause != Cause::recovered, "the only probe has failed: nothing recovers");
  }
}
const Case pushed_time_case{
    "time: a command is about to move the time of a round on", {2, 0, 0, 20'000}, {3, 0, 0, 200'000}, pushed_time};

void probe_without_a_bucket() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1, 0.5);
  open_until_due(*core, clock, 1);
  const detail::Ticket first = admit(*core);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  core->record(first, false);
  threads([&] { core->record(one, false); },
          [&] {
            clock.advance(1s);
            core->record(two, false);
          });
  expect(core->state() == State::closed, "a probe whose bucket went to newer time completes the round");
}
const Case probe_without_a_bucket_case{
    "time: a probe loses its bucket to another", {2, 0, 0, 3000}, {3, 1, 0, 200'000}, probe_without_a_bucket};

void probes_in_time() {
  Clock clock;
  const auto core = make_rate(clock, 1s, 1, 0.3);
  open_until_due(*core, clock, 1);
  const detail::Ticket first = admit(*core);
  const detail::Ticket good = admit(*core);
  const detail::Ticket bad = admit(*core);
  core->record(first, false);
  clock.advance(1s);
  threads([&] { core->record(bad, true); }, [&] { core->record(good, false); });
  expect(core->state() == State::open, "one of two in this second has failed");
}
const Case probes_in_time_case{
    "time: two probes meet in a new bucket", {2, 1, 0, 3000}, {3, 1, 0, 200'000}, probes_in_time};

// Only the single order of looks at owners, a bucket's going live and counts shows this; in it two exchanges come between.
void failures_miss_each_other() {
  Clock clock;
  const auto core = make(clock, TimeWindow{2s, 1s}, rate(2, 0.5), AllowAll{});
  open_until_due(*core, clock, 2);
  const detail::Ticket good = admit(*core);
  const detail::Ticket bad = admit(*core);
  const detail::Ticket worse = admit(*core);
  threads([&] { core->record(good, false); }, [&] { core->record(bad, true); },
          [&] {
            clock.advance(1s);
            core->record(worse, true);
          });
  expect(core->state() == State::open, "each order of a success and two failures opens");
}
const Case failures_miss_each_other_case{"time: two failures meet behind a success that makes the bucket live",
                                         {1, 1, 0, 40'000},
                                         {2, 2, 0, 2'000'000},
                                         failures_miss_each_other};

}  // namespace
