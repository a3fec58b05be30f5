// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls that meet each other, transitions and readers over a CountWindow.

#include "engine.hpp"

namespace {

using namespace engine;

auto wide(std::uint64_t minimum, double ratio, nanoseconds average) {
  return MinRequests{minimum} & SlowRate{ratio, 2s} & AvgLatency{average};
}
auto streak(std::uint64_t minimum, std::uint32_t failures) { return MinRequests{minimum} & FailureStreak{failures}; }

void same_slot() {
  Clock clock;
  const auto size = static_cast<std::uint32_t>(1 + pick(2));
  const bool one = pick(2) == 1;
  const bool two = pick(2) == 1;
  const auto core = make(clock, CountWindow{size}, rate(1, 1.0), AllowAll{});
  command(*core, State::metrics_only);
  succeed(*core);
  threads([&] { call(*core, one); }, [&] { call(*core, two); });
  const Metrics metrics = core->info().metrics;
  expect(metrics.total_count() == size, "the window is full");
  const auto failures = static_cast<std::uint64_t>((one ? 1 : 0) + (two ? 1 : 0));
  if (size == 2) expect(metrics.failure_count() == failures, "both calls are counted");
  if (size == 1) expect(metrics.failure_count() <= failures && metrics.failure_count() <= 1, "one call is counted");
  expect_washable(*core, size);
}
const Case same_slot_case{"count: two calls meet in one slot", {3, 1, 1, 1000}, {4, 2, 1, 50'000}, same_slot};

void wrap() {
  Clock clock;
  const auto size = static_cast<std::uint32_t>(1 + pick(2));
  const auto core = make(clock, CountWindow{size}, rate(1, 1.0), AllowAll{});
  command(*core, State::metrics_only);
  threads([&] { fail(*core); },
          [&] {
            succeed(*core);
            fail(*core);
          },
          [&] {
            const Metrics seen = core->info().metrics;
            expect(parts_within(seen) && seen.total_count() <= size, "a part is within its total");
            succeed(*core);
          });
  expect(core->info().metrics.total_count() == size, "the window is full");
  expect_washable(*core, size);
}
const Case wrap_case{"count: three threads go round the ring", {2, 1, 0, 2000}, {3, 1, 1, 100'000}, wrap};

void first_calls() {
  Clock clock;
  const bool one = pick(2) == 1;
  const auto core = make(clock, CountWindow{3}, rate(3, 1.0), AllowAll{});
  fail(*core, 2);
  reset(*core);
  Ledger ledger;
  threads([&] { ledger.call(*core, one); }, [&] { ledger.call(*core, true); });
  expect_ledger(*core, ledger);
  expect_washable(*core, 3);
}
const Case first_calls_case{"count: the first calls of an epoch meet", {3, 1, 1, 1000}, {4, 2, 1, 50'000}, first_calls};

void late_one() {
  Clock clock;
  const auto size = static_cast<std::uint32_t>(1 + 2 * pick(2));
  const bool failed = pick(2) == 1;
  const auto core = make(clock, CountWindow{size}, streak(1, 9), AllowAll{});
  const detail::Ticket late = admit(*core);
  Ledger ledger;
  threads([&] { core->record(late, failed); },
          [&] {
            reset(*core);
            ledger.call(*core, true);
          });
  expect_ledger(*core, ledger);
  expect_washable(*core, size);
}
const Case late_one_case{"count: a late recorder meets the next epoch", {2, 2, 0, 2000}, {4, 3, 1, 100'000}, late_one};

void late_two() {
  Clock clock;
  const auto size = static_cast<std::uint32_t>(3 + pick(2));
  const auto core = make(clock, CountWindow{size}, rate(size, 1.0), AllowAll{});
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
  expect_washable(*core, size);
}
const Case late_two_case{
    "count: late recorders meet the next but one epoch", {2, 1, 0, 2000}, {3, 2, 1, 100'000}, late_two};

/// The late thread finds a slot of its own epoch, and an outcome that counts as its own does: only the durations differ.
void late_longer() {
  Clock clock;
  const auto core = make(clock, CountWindow{2}, MinRequests{2} & AvgLatency{1h}, AllowAll{});
  succeed(*core, 2);
  const detail::Ticket late = admit(*core);
  clock.advance(3s);
  threads([&] { core->record(late, false); },
          [&] {
            reset(*core);
            const detail::Ticket ticket = admit(*core);
            clock.advance(2s);
            core->record(ticket, false);
          });
  const Metrics metrics = core->info().metrics;
  expect(metrics.total_count() == 1 && metrics.total_duration() == 2s, "the next epoch has its own durations");
  expect_washable(*core, 2);
}
const Case late_longer_case{
    "count: a late duration meets the next epoch", {2, 2, 0, 2000}, {4, 3, 1, 100'000}, late_longer};

void late_many() {
  Clock clock;
  const auto core = make(clock, CountWindow{4}, rate(4, 1.0), AllowAll{});
  const detail::Ticket first = admit(*core);
  reset(*core);
  const detail::Ticket second = admit(*core);
  Ledger ledger;
  threads([&] { core->record(first, true); }, [&] { core->record(second, true); },
          [&] {
            for (int i = 0; i != 4; ++i) {
              reset(*core);
              ledger.call(*core, i % 2 == 0);
            }
          },
          [&] { ledger.call(*core, false); });
  expect_ledger(*core, ledger);
  expect_washable(*core, 4);
}
const Case late_many_case{"count: late recorders of many epochs", {1, 1, 0, 5000}, {2, 1, 0, 200'000}, late_many};

void two_resets() {
  Clock clock;
  const auto core = make(clock, CountWindow{8}, wide(8, 1.0, 1h), AllowAll{}, 1s);
  fail(*core, 2);
  Ledger ledger;
  threads([&] { reset(*core); },
          [&] {
            reset(*core);
            ledger.call(*core, true, 2);
          });
  expect_ledger(*core, ledger);
  expect_washable(*core, 8);
}
const Case two_resets_case{
    "count: a transition that comes late empties no newer window", {2, 1, 0, 2000}, {4, 2, 1, 100'000}, two_resets};

void wrapped_tag() {
  Clock clock;
  const auto core = make(clock, CountWindow{8}, wide(8, 1.0, 1h), AllowAll{}, 1s);
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  core->record(slow, true);
  for (int i = 0; i != 65'536; ++i) reset(*core);
  const Metrics metrics = core->info().metrics;
  expect(metrics.total_count() == 0 && metrics.failure_count() == 0, "no call is found");
  expect(metrics.total_duration() == 0s, "no duration is found");
  succeed(*core);
  expect(core->info().metrics.slow_count(2s) == 0 && core->info().metrics.slow_count() == 0, "no slow call is found");
}
const Case wrapped_tag_case{
    "count: an epoch 65,536 later finds nothing of this one", {0, 0, 0, 0}, {0, 0, 0, 0}, wrapped_tag};

void late_by_65536() {
  Clock clock;
  const auto core = make(clock, CountWindow{1}, rate(1, 1.0), AllowAll{});
  const detail::Ticket late = admit(*core);
  succeed(*core);
  for (int i = 0; i != 65'536; ++i) reset(*core);
  core->record(late, true);  // over a slot and totals that look like its own
  expect(counts_are(*core, 0, 0) && core->state() == State::closed, "it is dropped");
  succeed(*core);
  expect(counts_are(*core, 1, 0), "and nothing is left of it");
}
const Case late_by_65536_case{
    "count: a thread that is 65,536 epochs late is stopped by the phase", {0, 0, 0, 0}, {0, 0, 0, 0}, late_by_65536};

void first_success() {
  Clock clock;
  const auto core = make(clock, CountWindow{2}, rate(2, 1.0), AllowAll{});
  succeed(*core, 2);
  Ledger ledger;
  threads([&] { reset(*core); }, [&] { ledger.call(*core, false); });
  const std::uint32_t epoch = admit(*core).epoch();
  expect(counts_are(*core, ledger.count(epoch, false), 0), "it is counted in its epoch");
}
const Case first_success_case{"count: the first success of an epoch meets the reset of a healthy window",
                              {3, 2, 1, 1000},
                              {4, 3, 1, 50'000},
                              first_success};

// ---- verdicts ---------------------------------------------------------------------------------------------------------

void absorption() {
  Clock clock;
  const auto core = make(clock, CountWindow{2}, rate(2, 0.5), AllowAll{});
  succeed(*core, 2);
  const int others = pick(2);
  threads([&] { fail(*core); }, [&] { succeed(*core, 1 + others); });
  const bool open = core->state() == State::open;
  expect(open || core->info().metrics.failure_count() == 0, "a failure that is in the window has opened the breaker");
  if (!open) expect_washable(*core, 2);
}
const Case absorption_case{
    "count: successes are absorbed while a failure is in flight", {3, 1, 1, 3000}, {4, 3, 1, 200'000}, absorption};

void absorption_three() {
  Clock clock;
  const auto core = make(clock, CountWindow{3}, rate(3, 0.6), AllowAll{});
  succeed(*core, 3);
  threads([&] { fail(*core, 2); }, [&] { succeed(*core); }, [&] { fail(*core); });
  const Metrics metrics = core->info().metrics;
  expect(core->state() == State::open || metrics.failure_count() < 2, "what is in the window has opened the breaker");
}
const Case absorption_three_case{
    "count: two threads absorb while a failure is in flight", {2, 1, 0, 3000}, {3, 2, 0, 200'000}, absorption_three};

void trips() {
  Clock clock;
  const auto core = make(clock, CountWindow{10}, rate(4, 0.75), AllowAll{});
  succeed(*core);
  threads([&] { fail(*core); }, [&] { fail(*core); }, [&] { fail(*core); });
  expect(core->state() == State::open, "it is open");
}
const Case trips_case{"count: the last of several failures trips", {2, 1, 0, 2000}, {3, 2, 1, 100'000}, trips};

void trips_among_successes() {
  Clock clock;
  const auto core = make(clock, CountWindow{3}, rate(3, 0.6), AllowAll{});
  succeed(*core);
  threads([&] { fail(*core); }, [&] { succeed(*core); }, [&] { fail(*core); });
  const Metrics metrics = core->info().metrics;
  expect(core->state() == State::open || metrics.failure_count() < 2, "what is in the window has opened the breaker");
}
const Case trips_among_successes_case{"count: failures among successes trip where the window says so",
                                      {2, 1, 0, 2000},
                                      {3, 1, 1, 100'000},
                                      trips_among_successes};

void streak_trips() {
  Clock clock;
  const auto core = make(clock, CountWindow{10}, streak(4, 3), AllowAll{});
  succeed(*core);
  fail(*core);
  threads([&] { fail(*core); }, [&] { fail(*core); });
  expect(core->state() == State::open, "it is open");
}
const Case streak_trips_case{
    "count: a streak beside a minimum trips, whoever comes last", {2, 2, 0, 2000}, {4, 3, 1, 100'000}, streak_trips};

void streak_absorbed() {
  // A success may end the streak before a failure makes one, and take the failure's place in the window after it.
  Clock clock;
  const auto size = static_cast<std::uint32_t>(1 + pick(2));
  const auto core = make(clock, CountWindow{size}, streak(1, 2), AllowAll{});
  succeed(*core, static_cast<int>(size));
  const detail::Ticket failing = admit(*core);
  if (size == 1) threads([&] { core->record(failing, true); }, [&] { succeed(*core); });
  if (size == 2) threads([&] { core->record(failing, true); }, [&] { succeed(*core); }, [&] { succeed(*core); });
  succeed(*core, 2);
  fail(*core);
  expect(core->state() == State::closed, "a failure behind successes begins a streak");
}
const Case streak_absorbed_case{
    "count: successes that are absorbed end a streak", {2, 0, 0, 3000}, {3, 1, 1, 100'000}, streak_absorbed};

void streak_told() {
  // A success may end the streak behind the verdict.
  Clock clock;
  std::string reason = "consecutive_failures 2 >= 2";
  const Listener listener = [&](const Signal& signal) { reason = signal.reason; };
  const auto core = make(clock, CountWindow{4}, streak(1, 2), AllowAll{}, {}, {listener});
  fail(*core);
  threads([&] { fail(*core); }, [&] { succeed(*core); });
  expect(reason.find("consecutive_failures 2 >= 2") != std::string::npos, "what is told is what was decided on");
}
const Case streak_told_case{
    "count: an opening tells of the streak that made it", {2, 2, 0, 2000}, {3, 2, 1, 100'000}, streak_told};

void wide_trips() {
  Clock clock;
  const auto core = make(clock, CountWindow{10}, wide(2, 1.0, 4s), AllowAll{});
  const detail::Ticket longer = admit(*core);
  clock.advance(2s);
  const detail::Ticket shorter = admit(*core);
  clock.advance(4s);
  threads([&] { core->record(longer, false); }, [&] { core->record(shorter, false); });
  expect(core->state() == State::open, "it is open");
}
const Case wide_trips_case{
    "count: a slow rate beside an average trips, whoever comes last", {2, 2, 0, 2000}, {3, 2, 1, 100'000}, wide_trips};

void streak_beside_slow() {
  // Of two failures one changes the streak only and the other the slow calls, and each looks at the other's.
  Clock clock;
  const auto core = make(clock, CountWindow{2}, MinRequests{1} & SlowRate{0.5, 2s} & FailureStreak{4}, AllowAll{}, 1s);
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  fail(*core, 2);
  threads([&] { fail(*core); }, [&] { core->record(slow, true); });
  expect(core->state() == State::open, "it is open");
}
const Case streak_beside_slow_case{"count: a streak beside slow calls trips, whoever comes last",
                                   {2, 2, 0, 2000},
                                   {3, 2, 1, 100'000},
                                   streak_beside_slow};

void failed_beside_slow() {
  // One outcome changes the totals only and the other the slow calls only, and each looks at the other's.
  Clock clock;
  const auto core = make(clock, CountWindow{2}, MinRequests{1} & FailureRate{0.5} & SlowRate{0.5, 2s}, AllowAll{});
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  succeed(*core, 2);
  threads([&] { fail(*core); }, [&] { core->record(slow, false); });
  expect(core->state() == State::open, "it is open");
}
const Case failed_beside_slow_case{"count: failures beside slow calls trip, whoever comes last",
                                   {2, 2, 0, 2000},
                                   {3, 2, 1, 100'000},
                                   failed_beside_slow};

void like_of_another_epoch() {
  // A slow call that finds its like asks for the verdict on totals that it has not written, and that may not be stamped.
  Clock clock;
  const auto core = make(clock, CountWindow{1}, rate(1, 1.0), AllowAll{}, 1s);
  command(*core, State::metrics_only);
  fail(*core);
  const auto call_slowly = [&] {
    const detail::Ticket ticket = core->admit();
    if (ticket.state() != State::closed) return;
    clock.advance(2s);
    core->record(ticket, false);
  };
  threads([&] { reset(*core); }, call_slowly, call_slowly);
  expect(core->state() == State::closed, "no failure is in its epoch");
}
const Case like_of_another_epoch_case{
    "count: slow calls meet the reset of a failure", {2, 0, 0, 3000}, {3, 1, 0, 100'000}, like_of_another_epoch};

void slow_in_flight() {
  Clock clock;
  const auto core = make(clock, CountWindow{2}, MinRequests{1} & SlowRate{0.5, 2s} & FailureStreak{1}, AllowAll{});
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  succeed(*core, 2);
  threads([&] { core->record(slow, false); }, [&] { succeed(*core); });
  succeed(*core, 2);
  expect(counts_are(*core, 2, 0) && core->info().metrics.slow_count(2s) == 0, "successes wash the slow call out");
}
const Case slow_in_flight_case{"count: successes are absorbed while a slow call is in flight",
                               {2, 2, 0, 2000},
                               {3, 2, 1, 100'000},
                               slow_in_flight};

// A failure comes and a slow call goes, or the other way round: the window is in trouble all the time, though each of its
// words is without at some time.
void trouble_changes(bool failure_first) {
  Clock clock;
  const auto core = make(clock, CountWindow{2}, MinRequests{1} & FailureRate{1.0} & SlowRate{1.0, 2s}, AllowAll{});
  command(*core, State::metrics_only);
  const detail::Ticket slow = core->admit();
  clock.advance(3s);
  succeed(*core);
  failure_first ? fail(*core) : core->record(slow, false);
  bool both = false;
  threads(
      [&] {
        failure_first ? core->record(slow, false) : fail(*core);
        const Metrics seen = core->info().metrics;
        both = seen.failure_count() == 1 && seen.slow_count(2s) == 1;
        succeed(*core);
      },
      [&] { succeed(*core); });
  const Metrics metrics = core->info().metrics;
  // What was seen beside the older trouble took the first place, and both successes came behind it.
  expect(!both || (metrics.failure_count() == 0 && metrics.slow_count(2s) == 0), "no success is left out");
}
const Case failure_for_slow_case{
    "count: a success meets a failure that comes and a slow call that goes", {3, 1, 0, 3000}, {4, 2, 0, 100'000}, [] {
      trouble_changes(false);
    }};
const Case slow_for_failure_case{
    "count: a success meets a slow call that comes and a failure that goes", {3, 1, 0, 3000}, {4, 2, 0, 100'000}, [] {
      trouble_changes(true);
    }};

void streak_ends() {
  Clock clock;
  const auto core = make(clock, CountWindow{3}, streak(1, 2), AllowAll{});
  succeed(*core, 3);
  threads([&] { fail(*core); }, [&] { succeed(*core, 2); });
  succeed(*core, 3);
  fail(*core);
  expect(core->state() == State::closed, "one failure is no streak of two");
}
const Case streak_ends_case{
    "count: a success ends a streak, or the failure comes behind it", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, streak_ends};

void streak_late() {
  Clock clock;
  const auto core = make(clock, CountWindow{10}, streak(1, 3), AllowAll{});
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, true); },
          [&] {
            reset(*core);
            fail(*core, 2);
          });
  expect(core->state() == State::closed, "two failures are no streak of three");
  fail(*core);
  expect(core->state() == State::open, "three are");
}
const Case streak_late_case{
    "count: a failure of a past epoch leaves the streak alone", {2, 2, 1, 2000}, {4, 3, 1, 100'000}, streak_late};

// ---- readers ----------------------------------------------------------------------------------------------------------

void wide_reader() {
  Clock clock;
  const auto size = static_cast<std::uint32_t>(1 + pick(2));
  const auto core = make(clock, CountWindow{size}, wide(1, 1.0, 1h), AllowAll{}, 1s);
  command(*core, State::metrics_only);
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  threads([&] { core->record(slow, true); }, [&] { succeed(*core); },
          [&] { expect(parts_within(core->info().metrics), "a part is within its total"); });
  const Metrics metrics = core->info().metrics;
  expect(metrics.total_count() == size, "the window is full");
  expect(metrics.slow_count() == metrics.failure_count(), "the slow call is the failed one");
  expect(metrics.slow_count(2s) == metrics.failure_count(), "the slow call is the failed one");
  expect(metrics.total_duration() == 3s * metrics.failure_count(), "and its duration is there");
  expect_washable(*core, size);
}
const Case wide_reader_case{
    "count: a reader sees no part above its total", {2, 2, 0, 3000}, {3, 3, 0, 200'000}, wide_reader};

void wide_rate() {
  Clock clock;
  const auto core = make(clock, CountWindow{10}, wide(9, 1.0, 1h), AllowAll{}, 1s);
  succeed(*core);
  const detail::Ticket slow = admit(*core);
  clock.advance(3s);
  // One of two at most, whatever a reader misses.
  threads([&] { core->record(slow, true); },
          [&] {
            const Metrics metrics = core->info().metrics;
            expect(metrics.slow_rate(2s).value_or(0) <= 0.5, "the rate of slow calls");
            expect(metrics.slow_rate().value_or(0) <= 0.5, "the breaker's rate of slow calls");
            expect(metrics.failure_rate().value_or(0) <= 0.5, "the rate of failures");
            expect(metrics.avg_duration().value_or(0s) <= 1500ms, "the average duration");
          });
}
const Case wide_rate_case{
    "count: a reader never sees a rate overstated", {2, 2, 0, 3000}, {3, 3, 0, 200'000}, wide_rate};

void info_of_one_epoch() {
  Clock clock;
  const auto core = make(clock, CountWindow{4}, rate(4, 1.0), AllowAll{});
  fail(*core);
  threads(
      [&] {
        clock.advance(5s);
        command(*core, State::metrics_only);
        succeed(*core);
      },
      [&] {
        const Info info = core->info();
        const Metrics& metrics = info.metrics;
        if (info.state == State::closed) {
          expect(metrics.total_count() == 1 && metrics.failure_count() == 1, "the old counts");
        } else {
          expect(metrics.failure_count() == 0, "the new counts");
          expect(info.changed_at.time_since_epoch() == 5s, "the new time");
        }
      });
}
const Case info_of_one_epoch_case{
    "count: info() tells of one epoch", {2, 2, 0, 3000}, {3, 3, 0, 200'000}, info_of_one_epoch};

void rate_or_streak() {
  Clock clock;
  const auto core = make(clock, CountWindow{8}, rate(3, 0.6) | FailureStreak{2}, AllowAll{});
  const std::array bad{admit(*core), admit(*core)};
  const std::array good{admit(*core), admit(*core)};
  const auto both = [&](std::size_t i) {
    core->record(bad.at(i), true);
    core->record(good.at(i), false);
  };
  threads([&] { both(0); }, [&] { both(1); });
  expect(core->state() == State::open, "each order has two failures in a row, or two of three");
}
const Case rate_or_streak_case{
    "count: a rate is judged beside a streak", {2, 1, 0, 3000}, {3, 2, 0, 200'000}, rate_or_streak};

void counter() {
  detail::CallCounter<explorer::Atomics, CallStats> calls;
  const int end = pick(3);
  threads(
      [&] {
        calls.admitted();
        if (end == 2) {
          calls.ignored();
        } else {
          calls.ended(end == 1);
          calls.slow();
        }
        calls.refused();
      },
      [&] {
        const CallCounts seen = calls.sum();
        expect(seen.succeeded + seen.failed + seen.ignored <= seen.admitted,
               "no more calls have ended than were admitted");
        expect(seen.slow <= seen.succeeded + seen.failed, "no more were slow than have ended");
      });
  const CallCounts seen = calls.sum();
  expect(seen.admitted == 1 && seen.in_flight() == 0 && seen.refused == 1, "all are counted");
}
const Case counter_case{
    "count: no more calls have ended than were admitted", {3, 3, 0, 1000}, {5, 4, 0, 50'000}, counter};

void counter_of_two_stripes() {
  detail::CallCounter<explorer::Atomics, CallStats> calls;
  explorer::Atomic<std::uint64_t> handed_over{0};
  threads(
      [&] {
        calls.admitted();
        handed_over.store(1, std::memory_order_release);
      },
      [&] {
        if (handed_over.load(std::memory_order_acquire) == 1) calls.ended(false);
      },
      [&] {
        const CallCounts seen = calls.sum();
        expect(seen.succeeded <= seen.admitted, "no more calls have ended than were admitted");
      });
}
const Case counter_of_two_stripes_case{"count: a call ends on another thread than it began on",
                                       {2, 1, 0, 1000},
                                       {3, 2, 0, 50'000},
                                       counter_of_two_stripes};

void streak_beside_a_success() {
  // A success of another thread may end the streak between a failure's count and its verdict, and then comes behind it.
  Clock clock;
  const auto core = make(clock, CountWindow{10}, FailureStreak{2} & MinRequests{1}, AllowAll{});
  threads([&] { fail(*core, 2); }, [&] { succeed(*core); });
  if (core->state() != State::closed) return;
  fail(*core);
  expect(core->state() == State::open,
         "closed, the success lies between: then the third failure is the second in a row");
}
const Case streak_beside_a_success_case{
    "count: a success meets two failures in a row", {2, 1, 0, 2000}, {3, 2, 0, 100'000}, streak_beside_a_success};

void streak_beside_successes() {
  Clock clock;
  const auto core = make(clock, CountWindow{10}, FailureStreak{2} & MinRequests{1}, AllowAll{});
  fail(*core);
  threads([&] { fail(*core, 3); }, [&] { succeed(*core, 2); });
  expect(core->state() == State::open, "of four failures, two are in a row whatever two successes lie between");
}
const Case streak_beside_successes_case{
    "count: two successes meet four failures", {2, 0, 0, 3000}, {4, 1, 0, 100'000}, streak_beside_successes};

void counting_breaker() {
  using Tripper = decltype(MinRequests{1} & FailureRate{0.5});
  Clock clock;
  detail::Core<CountWindow, Tripper, Cooldown, AllowAll, ClockEnvironment, CallStats, explorer::Atomics> core{
      Config<CountWindow, All, Tripper, Cooldown, AllowAll, ClockEnvironment, CallStats>{
          .name = "b",
          .window = CountWindow{4},
          .tripper = MinRequests{1} & FailureRate{0.5},
          .retry = Cooldown{60s},
          .permit = AllowAll{},
          .slow_threshold = 1s,
          .environment = ClockEnvironment{clock}}};
  const bool failed = pick(2) == 1;
  threads(
      [&] {
        const detail::Ticket ticket = core.admit();
        clock.advance(2s);
        core.record(ticket, failed);
      },
      [&] {
        const bool open = core.state() == State::open;
        const CallCounts seen = core.call_counts();
        expect(!open || (seen.failed == 1 && seen.slow == 1),
               "a thread that sees it open sees the call counted that opened it");
        expect(seen.succeeded + seen.failed <= seen.admitted, "no more calls have ended than were admitted");
        expect(seen.slow <= seen.succeeded + seen.failed, "no more were slow than have ended");
      });
  expect(core.call_counts() == CallCounts{1, failed ? 0U : 1U, failed ? 1U : 0U, 1, 0, 0}, "all are counted");
}
const Case counting_breaker_case{
    "count: a breaker counts the call that opens it", {2, 2, 0, 2000}, {3, 3, 0, 100'000}, counting_breaker};

/// More threads than stripes, in the smallest form.
struct OneStripe : explorer::Atomics {
  template <std::size_t>
  static std::size_t stripe() noexcept {
    return 0;
  }
};

void counted_by_two() {
  detail::CallCounter<OneStripe, CallStats> calls;
  const auto both = [&] {
    calls.admitted();
    calls.ended(false);
    calls.slow();
    calls.admitted();
    calls.ignored();
    calls.refused();
  };
  threads(both, both);
  expect(calls.sum() == CallCounts{4, 2, 0, 2, 2, 2}, "all are counted");
}
const Case counted_by_two_case{"count: two threads count their calls", {2, 0, 0, 100}, {4, 0, 0, 1000}, counted_by_two};

}  // namespace
