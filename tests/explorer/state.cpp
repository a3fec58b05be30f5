// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Transitions that meet each other, the rounds of Probes, the delays of openings, and the announcements of it all.

#include <algorithm>
#include <array>

#include "engine.hpp"

namespace {

using namespace engine;
using explorer::outcome;

/// A breaker that is judged by its rate of failures.
template <class Atomics = explorer::Atomics>
auto simple(Clock& clock, Announcements* announcements = nullptr, double jitter = 0.0) {
  return make<Atomics>(clock, CountWindow{4}, rate(1, 0.5), AllowAll{}, {},
                       announcements == nullptr ? std::vector<Listener>{} : std::vector{announcements->listener()},
                       jitter);
}
auto probing(Clock& clock, std::uint16_t probes, std::uint64_t minimum = 1, Announcements* announcements = nullptr) {
  return make(clock, CountWindow{4}, rate(minimum, 0.5), Probes{probes, 10s}, {},
              announcements == nullptr ? std::vector<Listener>{} : std::vector{announcements->listener()});
}

// ---- transition against transition ------------------------------------------------------------------------------------

void one_opening() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  threads([&] { core->record(one, true); }, [&] { core->record(two, true); });
  expect(announcements.heard().size() == 1 && announcements.count(State::open) == 1, "it opens once");
  announcements.expect_complete();
  const detail::Ticket refused = core->admit();
  expect(!refused && refused.rejection() == Rejection{State::open, 60s}, "and for its whole delay");
}
const Case one_opening_case{"state: two failures open once", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, one_opening};

void open_and_reset() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  const detail::Ticket one = admit(*core);
  threads([&] { core->record(one, true); }, [&] { command(*core, State::metrics_only); }, [&] { reset(*core); });
  announcements.expect_complete();
  expect(core->state() == announcements.heard().back().new_state, "the last announced is the state");
  expect(announcements.heard().size() == 2 || announcements.heard().size() == 3, "commands are obeyed");
  // A late failure does not undo a command: an opening comes before both or between them.
  expect(announcements.count(State::closed) == 1 && announcements.count(State::metrics_only) == 1,
         "each command happens once");
  expect(core->state() != State::open || announcements.heard()[0].new_state == State::closed ||
             announcements.heard()[1].new_state == State::closed,
         "a late failure undoes no command");
}
const Case open_and_reset_case{
    "state: a failure meets two commands", {1, 1, 0, 3000}, {2, 2, 0, 100'000}, open_and_reset};

void late_failure() {
  Clock clock;
  const auto core = simple(clock);
  const detail::Ticket one = admit(*core);
  threads([&] { core->record(one, true); }, [&] { reset(*core); });
  expect(core->state() == State::closed, "a failure of before the reset cannot open behind it");
  expect(counts_are(*core, 0, 0), "nor is it counted");
}
const Case late_failure_case{
    "state: a reset meets a failure of before", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, late_failure};

void one_half_open() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  open_until_due(*core, clock, 1);
  int admitted = 0;
  const auto ask = [&] { admitted += core->admit() ? 1 : 0; };
  threads(ask, ask);
  expect(admitted >= 1, "the caller that makes HALF_OPEN is admitted");
  expect(announcements.heard().size() == 2 && announcements.count(State::half_open) == 1, "HALF_OPEN begins once");
  expect(core->state() == State::half_open, "and goes on");
  announcements.expect_complete();
}
const Case one_half_open_case{
    "state: two callers begin HALF_OPEN once", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, one_half_open};

void one_verdict() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  open_until_due(*core, clock, 1);
  const detail::Ticket good = admit(*core);
  const detail::Ticket bad = admit(*core);
  threads([&] { core->record(good, false); }, [&] { core->record(bad, true); });
  announcements.expect_complete();
  expect(announcements.heard().size() == 3, "one of two outcomes ends HALF_OPEN");
  expect(core->state() == State::open || counts_are(*core, 0, 0), "the other is not counted behind it");
  expect(core->info().reopens == (core->state() == State::open ? 1 : 0), "reopens are counted");
}
const Case one_verdict_case{
    "state: a success meets a failure in HALF_OPEN", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, one_verdict};

void late_reopen() {
  Clock clock;
  const auto core = simple(clock);
  const detail::Ticket before = admit(*core);
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  const detail::Ticket other = admit(*core);
  threads([&] { core->record(before, true); }, [&] { core->record(probe, false); });
  expect(core->state() == State::closed, "a late failure does not keep it from closing");
  core->record(other, true);
  expect(core->state() == State::closed, "nor opens it again");
  expect(counts_are(*core, 0, 0), "nor is counted");
}
const Case late_reopen_case{
    "state: a recovery meets a failure of before", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, late_reopen};

void seen_time() {
  // A thread that sees HALF_OPEN sees when it began: else its patience would seem to be over.
  Clock clock;
  Announcements announcements;
  const auto core = probing(clock, 2, 1, &announcements);
  open_until_due(*core, clock, 1);
  int admitted = 0;
  const auto ask = [&] { admitted += core->admit() ? 1 : 0; };
  threads(ask, ask);
  expect(core->state() == State::half_open && announcements.heard().size() == 2, "the round goes on");
  expect(admitted >= 1, "the caller that makes HALF_OPEN is admitted");
  expect(core->admit() ? admitted == 1 : admitted == 2, "two places are there");
}
const Case seen_time_case{
    "state: a thread that sees a round sees when it began", {2, 2, 1, 3000}, {3, 3, 1, 200'000}, seen_time};

void due_time() {
  // A thread that sees an opening sees when it began: else it would seem to be due.
  Clock clock;
  const auto core = simple(clock);
  clock.advance(120s);
  threads([&] { fail(*core); },
          [&] {
            const detail::Ticket ticket = core->admit();
            expect(!ticket || ticket.state() == State::closed, "an opening is not due at once");
          });
  expect(core->state() == State::open, "it stays open");
}
const Case due_time_case{
    "state: a thread that sees an opening sees when it began", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, due_time};

void late_opener() {
  Clock clock;
  const auto core = simple(clock);
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, true); },
          [&] {
            fail(*core);
            clock.advance(30s);
          });
  const detail::Ticket refused = core->admit();
  expect(!refused && refused.state() == State::open, "it is open");
  const nanoseconds left = refused.rejection().retry_after.value_or(0s);
  expect(left == 30s || left == 60s, "one of two failures has begun the opening");
}
const Case late_opener_case{
    "state: a failure comes too late to open", {3, 1, 0, 2000}, {4, 2, 1, 100'000}, late_opener};

void late_by_the_clock() {
  // Without stale values: a thread that has seen the clock move on sees what has happened before, too. What the
  // listener is told is made between a verdict and its look at the clock, so that it may be late there.
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, true); },
          [&] {
            fail(*core);
            clock.advance(30s);
          });
  const detail::Ticket refused = core->admit();
  expect(!refused && refused.rejection() == Rejection{State::open, 30s},
         "a late caller does not begin the opening anew");
}
const Case late_by_the_clock_case{
    "state: a failure that comes too late leaves the opening's time", {3, 0, 0, 0}, {4, 0, 1, 0}, late_by_the_clock};

void reader_of_time() {
  Clock clock;
  clock.advance(10s);
  const auto core = simple(clock);
  threads(
      [&] {
        clock.advance(5s);
        fail(*core);
        clock.advance(60s);
        (void)core->admit();
      },
      [&] {
        const Info info = core->info();
        const auto changed = info.changed_at.time_since_epoch();
        if (info.state == State::open) expect(changed >= 15s, "an opening's time is its own or later");
        if (info.state == State::half_open) expect(changed == 75s, "a round's time is its own");
        expect(info.reopens == 0, "reopens");
      });
}
const Case reader_of_time_case{
    "state: info() knows when the state began", {2, 2, 0, 3000}, {3, 3, 0, 100'000}, reader_of_time};

void reader_of_a_reopening() {
  // The state comes back under the reader.
  Clock clock;
  clock.advance(10s);
  const auto core = simple(clock);
  open_until_due(*core, clock, 1);
  threads(
      [&] {
        const detail::Ticket probe = core->admit();
        clock.advance(5s);
        core->record(probe, true);
      },
      [&] {
        const nanoseconds before = clock.now;
        const Info info = core->info();
        if (before != clock.now || info.state != State::open) return;  // its looks at the clock were of two times
        const auto changed = info.changed_at.time_since_epoch();
        if (info.reopens == 0) {
          expect(changed == 10s, "an opening's time is its own");
          // Or measured from the beginning of the next round, which is just being made.
          expect(info.retry_after == 0s || info.retry_after == 70s - before + 60s, "and what is left of it");
        }
        if (info.reopens == 1) expect(changed == 75s, "a reopening's time is its own");
      });
}
const Case reader_of_a_reopening_case{
    "state: info() meets a reopening", {3, 3, 0, 5000}, {3, 3, 0, 100'000}, reader_of_a_reopening};

void growing_time() {
  Clock clock;
  clock.advance(10s);
  const auto core = simple(clock);
  threads([&] { fail(*core); },
          [&] {
            clock.advance(5s);
            command(*core, State::disabled);
          });
  expect(core->info().changed_at.time_since_epoch() == 15s, "the time of the last transition is the latest");
}

void growing_times() {
  Clock clock;
  clock.advance(10s);
  const auto core = simple(clock);
  const detail::Ticket ticket = admit(*core);
  nanoseconds asked{0};
  threads(
      [&] {
        clock.advance(5s);
        core->record(ticket, true);
      },
      [&] {
        clock.advance(5s);
        asked = clock.now;
        command(*core, State::disabled);
      });
  // The command is the last transition, whoever raised the time first.
  expect(core->info().changed_at.time_since_epoch() >= asked,
         "the time is not before the last transition was asked for");
}
const Case growing_times_case{
    "state: two threads raise the time, each to its own", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, growing_times};

const Case growing_time_case{
    "state: the time of transitions only grows", {2, 2, 1, 2000}, {3, 2, 1, 100'000}, growing_time};

void dated_alike() {
  Clock clock;
  clock.advance(10s);
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  Info info{};
  threads(
      [&] {
        clock.advance(5s);
        command(*core, State::disabled);
      },
      [&] {
        clock.advance(5s);
        command(*core, State::metrics_only);
      },
      [&] { info = core->info(); });
  const Info later = core->info();
  expect(later.changed_at.time_since_epoch() == announcements.heard().back().timestamp,
         "info() dates the last state as its signal");
  for (const auto& heard : announcements.heard()) {
    if (heard.new_state != info.state) continue;
    expect(info.changed_at.time_since_epoch() == heard.timestamp, "a reader meanwhile dates it the same");
  }
  if (info.state == State::closed) expect(info.changed_at.time_since_epoch() == 10s, "or finds the first state");
}
const Case dated_alike_case{
    "state: info() and the signal date a state alike", {2, 1, 0, 5000}, {3, 2, 1, 200'000}, dated_alike};

void dated_by_a_later_epoch() {
  // The words are used in turn: a late proposal for the next epoch leaves the date of the one behind it.
  Clock clock;
  clock.advance(10s);
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  const detail::Ticket late = admit(*core);
  threads([&] { core->record(late, true); },
          [&] {
            clock.advance(5s);
            command(*core, State::disabled);
            clock.advance(5s);
            command(*core, State::metrics_only);
            clock.advance(5s);
            command(*core, State::disabled);
          });
  expect(core->info().changed_at.time_since_epoch() == announcements.heard().back().timestamp &&
             announcements.heard().back().timestamp == 25s,
         "the last state has its own date");
  expect(announcements.heard().front().timestamp <= 15s, "and the first one has not that of a later one");
}
const Case dated_by_a_later_epoch_case{"state: a late transition leaves the date of a later state",
                                       {2, 1, 1, 3000},
                                       {3, 2, 1, 100'000},
                                       dated_by_a_later_epoch};

void next_time() {
  Clock clock;
  clock.advance(10s);
  const auto core = simple(clock);
  threads(
      [&] {
        clock.advance(5s);
        command(*core, State::disabled);
        clock.advance(5s);
        command(*core, State::metrics_only);
      },
      [&] {
        const nanoseconds before = clock.now;
        const Info info = core->info();
        if (before != clock.now) return;  // it was suspended between two looks at the clock
        if (info.state == State::closed) {
          expect(info.changed_at.time_since_epoch() <= 15s, "a state's time is its own or that of the next, just made");
        }
      });
}
const Case next_time_case{
    "state: info() is one transition behind its time at most", {1, 3, 0, 3000}, {3, 3, 0, 100'000}, next_time};

void looks_again() {
  // A caller that is late looks again, and sees when what it then sees began: else that would seem to be due.
  Clock clock;
  const auto core = probing(clock, 1);
  open_until_due(*core, clock, 1);
  threads([&] { (void)core->admit(); }, [&] { reset(*core); },
          [&] {
            if (core->state() != State::closed) return;
            clock.advance(60s);
            fail(*core);
          });
  expect(core->state() != State::half_open, "the new opening is not due at once");
}
const Case looks_again_case{
    "state: a caller that is late looks again", {2, 1, 0, 10'000}, {3, 1, 0, 500'000}, looks_again};

void looks_behind_a_verdict() {
  Clock clock;
  const auto core = probing(clock, 1);
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  threads([&] { core->record(probe, false); }, [&] { (void)core->admit(); },
          [&] {
            if (core->state() != State::closed) return;
            clock.advance(60s);
            fail(*core);
          });
  expect(core->state() != State::half_open, "the new opening is not due at once");
}
const Case looks_behind_a_verdict_case{"state: a caller that has taken a verdict looks again",
                                       {2, 1, 0, 10'000},
                                       {3, 1, 0, 500'000},
                                       looks_behind_a_verdict};

void asked_beside_a_command() {
  // A question that sees the new opening sees when it began: else the opening would seem to be due.
  Clock clock;
  const auto core = simple(clock);
  command(*core, State::forced_open);
  clock.advance(120s);
  bool would = false;
  threads([&] { core->command(State::forced_open, Override{.lasting = 60s}); }, [&] { would = core->would_admit(); });
  expect(!would, "neither opening is due");
}
const Case asked_beside_a_command_case{"state: would_admit() meets a command that forces it open for a time",
                                       {3, 3, 1, 3000},
                                       {4, 3, 1, 100'000},
                                       asked_beside_a_command};

// ---- delays -----------------------------------------------------------------------------------------------------------

void one_delay() {
  Clock clock;
  clock.draws = {0.1, 0.3, 0.7, 0.9};
  const auto core = simple(clock, nullptr, 0.5);
  std::optional<nanoseconds> told[3];
  const auto ask = [&](std::size_t place) {
    const detail::Ticket ticket = core->admit();
    if (!ticket) told[place] = ticket.rejection().retry_after;
  };
  threads([&] { fail(*core); },
          [&] {
            ask(0);
            ask(1);
          });
  ask(2);
  expect(told[2].has_value(), "the last to ask is told");
  for (const auto& one : told) expect(!one.has_value() || one == told[2], "an opening has one delay");
}
const Case one_delay_case{
    "state: an opening has one delay, whoever draws it", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, one_delay};

void later_delay() {
  Clock clock;
  clock.draws = {0.1, 0.3, 0.7, 0.9};
  const auto core = simple(clock, nullptr, 0.5);
  const detail::Ticket early = admit(*core);
  std::optional<nanoseconds> before;
  threads([&] { core->record(early, true); },
          [&] {
            reset(*core);
            fail(*core);
            before = core->admit().rejection().retry_after;
          });
  expect(before.has_value() && core->admit().rejection().retry_after == before,
         "an earlier opening does not change a later one's delay");
}
const Case later_delay_case{
    "state: an earlier opening leaves a later one's delay", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, later_delay};

void forced() {
  Clock clock;
  const auto core = simple(clock);
  fail(*core);
  Rejection told{};
  threads([&] { told = core->admit().rejection(); },
          [&] { core->command(State::forced_open, Override{.lasting = 500s}); });
  expect(told == Rejection{State::open, 60s} || told == Rejection{State::open, std::nullopt} ||
             told == Rejection{State::forced_open, 500s} || told == Rejection{State::forced_open, std::nullopt},
         "no delay is told under another state's name");
  expect(core->admit().rejection() == Rejection{State::forced_open, 500s}, "the command's delay holds");
}
const Case forced_case{"state: a caller meets force_open", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, forced};

/// A caller meets force_open(`next`): it is told what is left of the state that it found, or all of `next`. Without stale
/// values, and where the command is not just being carried out.
template <class Core>
void meet_force_open(Core& core, Rejection found, nanoseconds next) {
  bool begun = false;
  bool done = false;
  threads(
      [&] {
        const Rejection told = core.admit().rejection();
        if (begun && !done) return;
        expect(told == found || told == Rejection{found.state, std::nullopt} ||
                   told == Rejection{State::forced_open, next} || told == Rejection{State::forced_open, std::nullopt},
               "no delay is told that is measured from another state's beginning");
      },
      [&] {
        begun = true;
        core.command(State::forced_open, Override{.lasting = next});
        done = true;
      });
}

void forced_meanwhile() {
  Clock clock;
  const auto core = simple(clock);
  fail(*core);
  clock.advance(30s);
  meet_force_open(*core, {State::open, 30s}, 500s);
}
const Case forced_meanwhile_case{
    "state: a caller is told one state's delay from its own beginning", {2, 0, 0, 0}, {4, 0, 1, 0}, forced_meanwhile};

void forced_again() {
  // The same state once more, near enough to the first one's end that a caller measures exactly.
  Clock clock;
  const auto core = simple(clock);
  core->command(State::forced_open, Override{.lasting = 100s});
  clock.advance(100s - 10ms);
  meet_force_open(*core, {State::forced_open, 10ms}, 500s);
}
const Case forced_again_case{
    "state: a caller is told one opening's delay from its own beginning", {2, 0, 0, 0}, {4, 0, 1, 0}, forced_again};

void forced_in_time() {
  // In the last moments of a delay, when it is measured exactly.
  Clock clock;
  const auto core = simple(clock);
  fail(*core);
  clock.advance(60s - 20ms);
  meet_force_open(*core, {State::open, 20ms}, 40ms);
}
const Case forced_in_time_case{"state: a caller is told the last of one state's delay from its own beginning",
                               {2, 0, 0, 0},
                               {4, 0, 1, 0},
                               forced_in_time};

void forced_due() {
  Clock clock;
  const auto core = simple(clock);
  threads([&] { core->command(State::forced_open, Override{.lasting = 20s}); },
          [&] { core->command(State::forced_open, Override{.lasting = 500s}); });
  const Rejection told = core->admit().rejection();
  expect(told == Rejection{State::forced_open, 20s} || told == Rejection{State::forced_open, 500s},
         "one of two commands' delays holds");
}
const Case forced_due_case{"state: two commands force it open", {3, 1, 1, 2000}, {4, 2, 1, 100'000}, forced_due};

/// info() shows the reason of the state that it shows, whole or not at all.
template <class Core>
std::string reason_beside(const Core& core) {
  const Info info = core.info();
  const std::string_view whole = info.state == State::disabled       ? "first"
                                 : info.state == State::metrics_only ? "other"
                                                                     : "";
  expect(info.reason.empty() || info.reason == whole, "a state's reason is its own, and whole");
  return info.reason;
}

void reasons() {
  Clock clock;
  const auto core = simple(clock);
  core->command(State::closed, Override{.reason = "made"});  // their words, since no atomic is born among threads
  threads([&] { core->command(State::disabled, Override{.reason = "first"}); },
          [&] { core->command(State::metrics_only, Override{.reason = "other"}); }, [&] { reason_beside(*core); });
  expect(!reason_beside(*core).empty(), "the last command's reason stays");
}
const Case reasons_case{
    "state: two commands say why, and a third thread asks", {2, 0, 1, 2000}, {3, 1, 1, 100'000}, reasons};

void override_ends() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  core->command(State::disabled, Override{.lasting = 60s});
  clock.advance(60s);
  const auto call = [&] {
    const detail::Ticket ticket = core->admit();
    expect(static_cast<bool>(ticket), "neither state refuses a call");
    core->record(ticket, false);
  };
  threads(call, call);
  expect(core->state() == State::closed, "the first call after the time ends it");
  expect(announcements.count(State::closed) == 1, "it ends once");
}
const Case override_ends_case{
    "state: two callers end an override once", {2, 1, 1, 2000}, {4, 2, 1, 100'000}, override_ends};

void override_ends_late() {
  Clock clock;
  const auto core = simple(clock);
  core->command(State::metrics_only, Override{.lasting = 60s});
  clock.advance(60s);
  threads([&] { core->admit(); }, [&] { core->command(State::disabled, Override{.lasting = 60s}); });
  expect(core->state() == State::disabled, "the command has the last word");
  core->admit();
  expect(core->state() == State::disabled, "it lasts from its own beginning");
}
const Case override_ends_late_case{
    "state: a caller that ends an override meets a command", {3, 1, 1, 2000}, {4, 2, 1, 100'000}, override_ends_late};

// ---- probes -----------------------------------------------------------------------------------------------------------

void two_outcomes() {
  Clock clock;
  Announcements announcements;
  const bool bad = pick(2) == 1;
  const auto core = probing(clock, 2, 2, &announcements);
  open_until_due(*core, clock, 2);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  threads([&] { core->record(one, bad); }, [&] { core->record(two, false); });
  expect(core->state() == (bad ? State::open : State::closed), "the verdict knows both outcomes");
  expect(announcements.heard().size() == 3, "and is taken once");
  announcements.expect_complete();
}
const Case two_outcomes_case{"probes: two outcomes end a round", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, two_outcomes};

void place_of_a_lost_round() {
  Clock clock;
  const auto core = probing(clock, 1);
  bool lost = false;
  bool admitted = false;
  command(*core, State::half_open);
  threads([&] { admitted = static_cast<bool>(core->admit()); },
          [&] {
            const detail::Ticket probe = core->admit();
            if (!probe) return;
            clock.advance(10s);
            expect(!core->admit(), "there is no other place");
            // Not where the other is about to take a place, which moves the patience.
            lost = core->state() == State::open;
            core->release(probe);
          });
  expect(!admitted || !lost, "the place is free when the breaker is open again");
}
const Case place_of_a_lost_round_case{
    "probes: a place is given back when the round is over", {2, 2, 1, 2000}, {3, 2, 1, 100'000}, place_of_a_lost_round};

void streak_of_probes() {
  Clock clock;
  const auto core = make(clock, CountWindow{10}, MinRequests{1} & FailureStreak{2}, Probes{2, 10s});
  open_until_due(*core, clock, 2);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  threads([&] { core->record(one, true); }, [&] { core->record(two, true); });
  expect(core->state() == State::open && core->info().reopens == 1, "the verdict knows both failures in a row");
}
const Case streak_of_probes_case{
    "probes: a verdict on a streak", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, streak_of_probes};

void ignored() {
  Clock clock;
  const auto core = probing(clock, 2, 2);
  open_until_due(*core, clock, 2);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  bool third = false;
  threads([&] { core->release(one); }, [&] { core->record(two, false); },
          [&] { third = static_cast<bool>(core->admit()); });
  expect(core->state() == State::half_open, "one outcome ends no round");
  const detail::Ticket other = core->admit();
  expect(static_cast<bool>(other) == !third, "the place that was given back is one place");
  expect(!core->admit(), "and no more");
}
const Case ignored_case{
    "probes: a place is given back among outcomes and callers", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, ignored};

void ignored_at_the_end() {
  Clock clock;
  const auto core = probing(clock, 2);
  open_until_due(*core, clock, 2);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  detail::Ticket third = detail::Ticket{}.refused(detail::Ticket::never);
  threads(
      [&] {
        core->release(one);
        third = core->admit();
      },
      [&] { core->record(two, false); });
  expect(static_cast<bool>(third), "the place that was given back can be taken");
  core->record(third, false);
  expect(core->state() == State::closed, "and its outcome ends the round");
}
const Case ignored_at_the_end_case{"probes: the round's last outcome comes for a place given back",
                                   {3, 1, 1, 2000},
                                   {4, 2, 1, 100'000},
                                   ignored_at_the_end};

void places() {
  Clock clock;
  const auto core = probing(clock, 2, 2);
  open_until_due(*core, clock, 2);
  int admitted = 0;
  const auto ask = [&] { admitted += core->admit() ? 1 : 0; };
  threads(ask, ask, ask);
  expect(core->state() == State::half_open, "the round goes on");
  admitted += core->admit() ? 1 : 0;
  expect(admitted == 2, "two places are there");
}
const Case places_case{
    "probes: no more are admitted than there are places", {2, 1, 0, 3000}, {3, 1, 1, 100'000}, places};

void full_round() {
  Clock clock;
  const auto core = probing(clock, 1);
  const bool bad = pick(2) == 1;
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  detail::Ticket other = detail::Ticket{}.refused(detail::Ticket::never);
  threads([&] { core->record(probe, bad); }, [&] { other = core->admit(); });
  expect(core->state() == (bad ? State::open : State::closed), "the verdict is taken");
  expect(!other || (!bad && other.state() == State::closed), "the other finds no place before it");
  expect(core->info().reopens == (bad ? 1 : 0), "once");
}
const Case full_round_case{"probes: a caller meets a complete round", {3, 1, 1, 2000}, {4, 2, 1, 100'000}, full_round};

void lost() {
  Clock clock;
  Announcements announcements;
  const auto core = probing(clock, 1, 1, &announcements);
  const bool bad = pick(2) == 1;
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  clock.advance(10s);
  threads([&] { core->record(probe, bad); }, [&] { expect(!core->admit() || !bad, "a lost round admits no call"); });
  announcements.expect_complete();
  expect(announcements.heard().size() == 3, "a round ends once");
  const bool was_lost = announcements.heard().back().cause == Cause::probes_lost;
  expect(core->state() == (bad || was_lost ? State::open : State::closed), "by its outcome or by its patience");
}
const Case lost_case{"probes: an outcome meets the end of patience", {2, 1, 1, 2000}, {4, 2, 1, 100'000}, lost};

void later_round() {
  Clock clock;
  const auto core = probing(clock, 2, 1);
  open_until_due(*core, clock, 1);
  const detail::Ticket late = admit(*core);
  const int what = pick(3);
  int taken = 0;
  threads(
      [&] {
        if (what == 0) core->record(late, false);
        if (what == 1) core->release(late);
        if (what == 2) core->release(core->admit());
      },
      [&] {
        reset(*core);
        fail(*core);
        clock.advance(60s);
        const detail::Ticket ticket = core->admit();
        expect(ticket || what == 2, "a caller of the past takes no place");
        if (!ticket) return;  // it does not know yet of the round that the other has begun
        ++taken;
        core->record(ticket, false);
      });
  // A thread that saw the round of the past moved the time: not due yet.
  if (what == 2 && core->state() == State::open) return;
  expect(core->state() == State::half_open, "one outcome ends no round");
  for (; taken != 2; ++taken) {
    expect(core->state() == State::half_open, "one outcome ends no round");
    core->record(admit(*core), false);
  }
  expect(core->state() == State::closed, "two outcomes end the round");
}
const Case later_round_case{
    "probes: a call that ends in a later round does not count there", {2, 2, 0, 3000}, {3, 2, 1, 200'000}, later_round};

void unused_round() {
  // A word that was not written for some epochs is not mistaken for the newest.
  Clock clock;
  const auto core = probing(clock, 2, 1);
  open_until_due(*core, clock, 1);
  const detail::Ticket late = admit(*core);
  threads(
      [&] {
        core->release(late);
        core->record(late, false);  // a failure would be certain, and about to open
      },
      [&] {
        reset(*core);
        reset(*core);
        fail(*core);
        clock.advance(60s);
      },
      [&] { reset(*core); });
  if (core->state() == State::closed) return;
  const detail::Ticket one = core->admit();
  const detail::Ticket two = core->admit();
  expect(one && two && !core->admit(), "a round has its two places");
}
const Case unused_round_case{"probes: late ones of a round that several epochs have followed",
                             {1, 1, 0, 5000},
                             {2, 1, 0, 200'000},
                             unused_round};

void certain() {
  Clock clock;
  Announcements announcements;
  const auto core = probing(clock, 3, 1, &announcements);
  open_until_due(*core, clock, 1);
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  const detail::Ticket three = admit(*core);
  const bool last = pick(2) == 1;
  if (last) core->record(three, false);
  threads([&] { core->record(one, true); }, [&] { core->record(two, true); });
  expect(core->state() == State::open, "two failures of three are enough, whichever comes last");
  expect(announcements.heard().size() == 3, "the round ends once");
  if (!last) core->record(three, false);
  expect(core->state() == State::open && core->info().reopens == 1, "the outcome that was missing changes nothing");
  announcements.expect_complete();
}
const Case certain_case{
    "probes: a round ends when its verdict is certain", {2, 1, 1, 2000}, {3, 2, 1, 100'000}, certain};

void certain_or_complete() {
  Clock clock;
  Announcements announcements;
  const auto core = probing(clock, 3, 1, &announcements);
  open_until_due(*core, clock, 1);
  const bool bad = pick(2) == 1;
  const detail::Ticket one = admit(*core);
  const detail::Ticket two = admit(*core);
  const detail::Ticket three = admit(*core);
  threads([&] { core->record(one, true); }, [&] { core->record(two, bad); }, [&] { core->record(three, false); });
  expect(core->state() == (bad ? State::open : State::closed), "each order of outcomes has the same verdict");
  expect(announcements.heard().size() == 3, "and it is taken once");
}
const Case certain_or_complete_case{"probes: a verdict ahead of the last outcome meets that outcome",
                                    {1, 1, 0, 5000},
                                    {2, 1, 1, 200'000},
                                    certain_or_complete};

void last_place() {
  // A reader of a full round sees when the last place was taken: else the round would seem to be lost.
  Clock clock;
  const auto core = probing(clock, 1);
  command(*core, State::half_open);
  clock.advance(20s);
  int admitted = 0;
  const auto ask = [&] { admitted += core->admit() ? 1 : 0; };
  threads(ask, ask);
  expect(core->state() == State::half_open, "the round goes on, however late its place was taken");
  expect(admitted == 1, "one place is there");
}
const Case last_place_case{
    "probes: a full round shows when its last place was taken", {2, 2, 1, 3000}, {3, 3, 1, 100'000}, last_place};

void last_of_two_places() {
  Clock clock;
  const auto core = probing(clock, 2);
  command(*core, State::half_open);
  const detail::Ticket first = admit(*core);
  clock.advance(10s);
  threads([&] { (void)core->admit(); }, [&] { (void)core->admit(); }, [&] { (void)core->would_admit(); });
  expect(core->state() == State::half_open, "patience counts from the last place");
  clock.advance(10s);
  expect(core->would_admit() && !core->admit() && core->state() == State::open, "and ends");
  core->record(first, false);
  expect(core->state() == State::open, "what comes behind it changes nothing");
}
const Case last_of_two_places_case{
    "probes: patience counts from the last of several places", {2, 1, 0, 3000}, {3, 2, 1, 100'000}, last_of_two_places};

void asked_without_a_call() {
  Clock clock;
  const auto core = probing(clock, 1);
  open_until_due(*core, clock, 1);
  const detail::Ticket probe = admit(*core);
  const bool bad = pick(2) == 1;
  bool would = false;
  threads([&] { core->record(probe, bad); }, [&] { would = core->would_admit(); });
  expect(core->would_admit() == !bad, "at rest it is known");
  expect(!bad || !would || core->state() == State::open, "a question changes nothing");
}
const Case asked_without_a_call_case{
    "probes: would_admit() meets a verdict", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, asked_without_a_call};

void late_stamp() {
  // A thread that begins a round and is suspended before it stamps the word leaves the word of a later round alone.
  Clock clock;
  const auto core = probing(clock, 1);
  open_until_due(*core, clock, 1);
  detail::Ticket late{};
  detail::Ticket probe{};
  threads([&] { late = core->admit(); },
          [&] {
            reset(*core);
            fail(*core);
            clock.advance(60s);
            probe = core->admit();
          });
  if (!probe) return;  // it does not know yet when the opening began
  expect(core->state() == State::half_open, "the later round goes on");
  expect(!core->admit() && (!late || late.epoch() != probe.epoch()), "its one place is taken once");
}
const Case late_stamp_case{
    "probes: a round that is begun late leaves a later one alone", {1, 2, 0, 5000}, {2, 2, 1, 200'000}, late_stamp};

// ---- announcements ----------------------------------------------------------------------------------------------------

void two_commanders() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  threads([&] { command(*core, State::disabled); },
          [&] {
            command(*core, State::metrics_only);
            reset(*core);
          });
  announcements.expect_complete();
  expect(announcements.heard().size() == 3, "every transition is announced");
}
const Case two_commanders_case{
    "notifier: two threads make transitions", {2, 1, 1, 3000}, {3, 2, 1, 200'000}, two_commanders};

void three_commanders() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  threads([&] { command(*core, State::disabled); }, [&] { command(*core, State::metrics_only); },
          [&] { reset(*core); });
  announcements.expect_complete();
  expect(announcements.heard().size() == 3, "every transition is announced");
}
const Case three_commanders_case{
    "notifier: three threads make transitions", {1, 1, 0, 5000}, {2, 1, 1, 200'000}, three_commanders};

void silent_ones() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  const bool silent = pick(2) == 1;
  threads([&] { command(*core, State::disabled, silent ? Notify::no : Notify::yes); },
          [&] {
            command(*core, State::metrics_only, silent ? Notify::yes : Notify::no);
            command(*core, State::forced_open);
          });
  expect(announcements.heard().size() == 2, "what is not silent is announced");
  expect(announcements.count(State::disabled) == (silent ? 0 : 1) && announcements.count(State::forced_open) == 1,
         "and nothing else");
}
const Case silent_ones_case{
    "notifier: a silent transition leaves no gap", {2, 1, 0, 3000}, {3, 1, 1, 200'000}, silent_ones};

void called_back() {
  Clock clock;
  Announcements announcements;
  const auto core = simple(clock, &announcements);
  announcements.on_signal = [&](const Signal& signal) {
    if (signal.new_state == State::disabled) reset(*core);
  };
  threads([&] { command(*core, State::disabled); }, [&] { command(*core, State::metrics_only); });
  announcements.expect_complete();
  expect(announcements.heard().size() == 3, "every transition is announced");
}
const Case called_back_case{
    "notifier: a listener makes a transition", {2, 1, 1, 3000}, {3, 2, 1, 200'000}, called_back};

/// At rest: what was not told was dropped, and the last was told.
template <class Core>
void expect_last(const Core& core, const Announcements& announcements, std::uint64_t transitions) {
  const Info info = core.info();
  expect(announcements.heard().size() + info.signals_dropped == transitions, "what was not told is counted as dropped");
  expect(announcements.heard().back().new_state == info.state && announcements.heard().back().sequence == transitions,
         "the last is told");
}

void more_than_can_wait() {
  Clock clock;
  Announcements announcements;
  const auto core = simple<Narrow<1>>(clock, &announcements);
  threads([&] { command(*core, State::disabled); },
          [&] {
            command(*core, State::metrics_only);
            command(*core, State::forced_open);
            reset(*core);
          });
  expect_last(*core, announcements, 4);
  outcome(announcements.heard().size() == 4 ? "all" : "some");
}
const Case more_than_can_wait_case{
    "notifier: more is told than can wait", {2, 1, 0, 5000}, {3, 1, 0, 200'000}, more_than_can_wait, "all | some"};

void three_with_room_for_one() {
  Clock clock;
  Announcements announcements;
  const auto core = simple<Narrow<1>>(clock, &announcements);
  threads([&] { command(*core, State::disabled); }, [&] { command(*core, State::metrics_only); },
          [&] { reset(*core); });
  expect_last(*core, announcements, 3);
}
const Case three_with_room_for_one_case{
    "notifier: three threads have room for one notice", {2, 1, 0, 5000}, {3, 1, 0, 200'000}, three_with_room_for_one};

void late_notice() {
  Clock clock;
  Announcements announcements;
  const auto core = simple<Narrow<2>>(clock, &announcements);
  threads([&] { command(*core, State::disabled); },
          [&] {
            command(*core, State::metrics_only);
            command(*core, State::forced_open);
            reset(*core);
          });
  expect_last(*core, announcements, 4);
}
const Case late_notice_case{
    "notifier: a notice comes later than those that needed its room", {2, 1, 0, 5000}, {3, 1, 0, 200'000}, late_notice};

void relieved() {
  // The listener makes one transition after the other, so that whoever tells of them comes to no end.
  Clock clock;
  Announcements announcements;
  const auto core = simple<Narrow<2>>(clock, &announcements);
  std::array<int, 8> told_by{};
  announcements.on_signal = [&](const Signal& signal) {
    told_by.at(signal.sequence) = explorer::this_thread();
    if (signal.sequence < 6) command(*core, signal.sequence % 2 == 0 ? State::disabled : State::metrics_only);
  };
  threads([&] { command(*core, State::disabled); }, [&] { reset(*core); });
  const auto& heard = announcements.heard();
  expect_last(*core, announcements, core->info().signals_dropped + heard.size());
  // What came before the second thread's own transition, and behind the first, is left to the first thread. (The first may be
  // placed, and not counted yet.)
  const auto own =
      std::find_if(heard.begin(), heard.end(), [](const auto& one) { return one.new_state == State::closed; });
  bool is_relieved = false;
  for (auto one = heard.begin(); one < own; ++one) {
    is_relieved = is_relieved || (one->sequence > 1 && told_by.at(one->sequence) == 1);
  }
  outcome(own != heard.end() && is_relieved ? "relieved" : "not relieved");
}
const Case relieved_case{"notifier: a thread that has delivered enough is relieved",
                         {2, 0, 0, 5000},
                         {3, 1, 0, 200'000},
                         relieved,
                         "not relieved | relieved"};

void relief_meets_the_end() {
  // The first thread comes to its end while the second one waits for the drain; then others come.
  Clock clock;
  Announcements announcements;
  const auto core = simple<Narrow<1>>(clock, &announcements);
  threads(
      [&] {
        command(*core, State::disabled);
        command(*core, State::closed);
      },
      [&] { command(*core, State::metrics_only); }, [&] { command(*core, State::forced_open); });
  expect_last(*core, announcements, 4);
}
const Case relief_meets_the_end_case{
    "notifier: relief meets the end", {1, 0, 0, 150'000}, {4, 0, 0, 600'000}, relief_meets_the_end};

}  // namespace
