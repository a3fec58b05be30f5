// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Decides by one set of rules, of those that a breaker has had, over the breaker's words.

#ifndef FLUXGATE_ENGINE_RULES_HPP
#define FLUXGATE_ENGINE_RULES_HPP

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/clock.hpp>
#include <fluxgate/engine/machine.hpp>
#include <fluxgate/engine/state/hold.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/state/round.hpp>
#include <fluxgate/engine/state/streak.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/engine/window/healthy_words.hpp>
#include <fluxgate/engine/window/recorder_of.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/permits/permit.hpp>
#include <fluxgate/permits/probes.hpp>
#include <fluxgate/permits/questions.hpp>
#include <fluxgate/retries/retry.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/questions.hpp>
#include <fluxgate/trippers/traits.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The tripper's answer to an outcome.
enum class Trips : bool { no, yes };

template <class W, class Tr, class R, class P, class E, class S, class Atomics>
class Rules : public Machine<W, Tr, R, P, E, S, Atomics> {
 protected:
  using Base = Machine<W, Tr, R, P, E, S, Atomics>;
  using Base::block_;
  using Base::context_of;
  using Base::counter;
  using Base::counts_calls;
  using Base::elapsed;
  using Base::environment;
  using Base::has_probes;
  using Base::is_whole;
  using Base::known_hold;
  using Base::least_threshold_;
  using Base::leave;
  using Base::mode_;
  using Base::needs;
  using Base::never;
  using Base::newest;
  using Base::now;
  using Base::permit_;
  using Base::probes_of;
  using Base::recorder_;
  using Base::retry_;
  using Base::thresholds_;
  using Base::timed_;
  using Base::tripper_;
  using Base::words;
  using typename Base::WindowRecorder;

 public:
  using Base::Base;

  /// Whether admit() might admit a call now; see Core.
  bool would_admit() const noexcept {
    const Phase phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
    switch (phase.state()) {
      case State::open:
      case State::forced_open: return known_hold(phase).count() == 0;
      case State::half_open: return may_probe(phase.epoch());
      default: return true;
    }
  }

  /// Whether an outcome changes nothing, in the state that most calls meet.
  bool absorbs(Ticket ticket, bool failed) const noexcept {
    if constexpr (!may_absorb<WindowRecorder, Tr> || needs.clock) {
      return false;
    } else {
      return !failed && is_healthy(ticket.phase());
    }
  }

  /// The part of record() that writes; a function of its own, since most calls need none of it.
  [[gnu::noinline]] void record_elsewhere(Ticket ticket, bool failed) noexcept {
    if (!words().is_current(ticket.epoch())) return record_only_in_counter(ticket);
    std::chrono::nanoseconds at{};
    Sample sample{.failed = failed, .slow = 0, .micros = 0};
    typename WindowRecorder::Index index{};
    const Mode mode = mode_.load(std::memory_order_acquire);  // pairs with the replacement, for the newest rules
    const bool timed = needs.clock || mode != Mode::plain;
    if (timed) {
      if (mode == Mode::replaced) [[unlikely]]
        return record_by_newest(ticket, failed);
      at = now();
      // Before the time is used: claiming a slot is an atomic write, and the processor does both at once.
      if constexpr (needs.durations) index = recorder_.next_index(block_, at, in_round(ticket));
      measure(sample, since(ticket.began(), at));
      if constexpr (counts_calls) {
        if (sample.slow_at(0)) counter().slow();
      }
    } else if constexpr (WindowRecorder::on_a_clock) {
      at = recorder_.bucket() >= coarse_enough ? since_epoch(environment().coarse_now()) : now();
    }
    const bool asks = ticket.state() != State::metrics_only;
    if constexpr (may_absorb<WindowRecorder, Tr>) {
      // absorbs() has not asked for METRICS_ONLY, which is treated as CLOSED, and not for timed calls.
      const bool absorbing = (timed && ticket.state() == State::closed) || !asks;
      if (absorbing && !sample.trouble() && is_healthy(Phase{ticket.epoch(), 0, State::closed})) return;
    }
    if constexpr (!needs.durations) index = recorder_.next_index(block_, at, in_round(ticket));
    std::uint32_t own_streak = 0;
    if constexpr (needs.streak) {
      const bool whole = is_whole(ticket.state());
      own_streak = update_streak(words(), ticket.epoch(), failed, whole).count(whole);
    }
    const typename WindowRecorder::Receipt receipt =
        recorder_.record(block_, index, ticket.epoch(), sample, [this] { return now(); }, is_whole(ticket.state()));
    if (!asks || receipt.what == Recorded::too_late) return;
    if constexpr (!asks_when_quiet<WindowRecorder, Tr>) {
      if (receipt.what == Recorded::quietly && ticket.state() == State::closed) return;
    }
    if constexpr (has_probes) {
      if (in_round(ticket)) return complete_probe(ticket.epoch());
    }
    ask(ticket, failed, receipt, at, own_streak);
  }

  /// All but a closed breaker that measures no durations.
  [[gnu::noinline]] Ticket admit_elsewhere(Ticket ticket) noexcept {
    return ticket.is_closed() ? ticket.timed(now()) : admit_unless_open(ticket);
  }

 protected:
  /// Whether newer rules decide. Acquire: pairs with the replacement, for the newest rules.
  bool is_replaced() const noexcept { return mode_.load(std::memory_order_acquire) == Mode::replaced; }

 private:
  /// Whether the outcome is one of a probe.
  static constexpr bool in_round(Ticket ticket) noexcept { return has_probes && ticket.state() == State::half_open; }
  /// In DISABLED the ticket belongs to no epoch: its outcome is not recorded.
  Ticket issue(Phase phase) const noexcept {
    const bool recorded = phase.state() != State::disabled;
    const Ticket ticket{recorded ? phase : Phase{0, phase.reopens(), phase.state()}};
    if (!timed_) return ticket;
    return ticket.timed(counts_calls || recorded ? now() : std::chrono::nanoseconds{});
  }

  /// Whether a success of `phase` would change neither the window nor the streak; no in every state but CLOSED, unless
  /// durations are measured: then only CLOSED may be asked about, without a ticket's mark.
  bool is_healthy(Phase phase) const noexcept {
    bool healthy = recorder_.is_healthy(block_, phase);
    // The streak is asked as well: a success may enter the window after a failure, and the streak before it.
    if constexpr (needs.streak) healthy = healthy && !in_streak(words(), phase.epoch());
    return healthy;
  }

  /// After its epoch, and in DISABLED, an outcome only counts as slow.
  void record_only_in_counter(Ticket ticket) const noexcept {
    if constexpr (counts_calls) {
      if (!timed_) return;
      if (is_replaced()) return newest()->record_only_in_counter(ticket);
      Sample sample{};
      measure(sample, since(ticket.began(), now()));
      if (sample.slow_at(0)) counter().slow();
    }
  }

  [[gnu::cold, gnu::noinline]] void record_by_newest(Ticket ticket, bool failed) noexcept {
    const auto rules = newest();
    rules->record_elsewhere(ticket, failed);
    if constexpr (!asks_when_quiet<WindowRecorder, Tr>) rules->ask_anyway();
  }
  /// Asks for a verdict in CLOSED, as if the window had just changed: the last one may have been by older rules.
  void ask_anyway() noexcept {
    // Relaxed: whichever phase it is, the question is about its own calls.
    const Phase phase = words().phase.load(std::memory_order_relaxed);
    if (phase.state() != State::closed) return;
    const CallContext context = context_of(phase);
    if (fires(tripper_, context)) leave(phase, State::open, Cause::tripped, context);
  }
  [[gnu::cold, gnu::noinline]] Ticket admit_by_newest(Phase phase) noexcept { return newest()->admit_at_length(phase); }

  /// Says in `sample` how long its call took, and which thresholds that reaches.
  void measure(Sample& sample, std::chrono::nanoseconds duration) const noexcept {
    if (duration >= least_threshold_) sample.slow = slow_bits(thresholds_, duration);
    if constexpr (needs.durations) sample.micros = to_micros(duration);
  }

  /// Counts the outcome of a probe after its record, and asks for the verdict.
  [[gnu::noinline]] void complete_probe(std::uint32_t epoch) noexcept {
    const std::uint32_t done = complete_place(words(), epoch);
    if (done != 0) judge_round(epoch, done >= probes_of(permit_));
  }

  /// Asks for the verdict on an outcome that was recorded.
  [[gnu::noinline]] void ask(Ticket ticket, bool failed, const typename WindowRecorder::Receipt& receipt,
                             std::chrono::nanoseconds at, std::uint32_t own_streak) noexcept {
    const auto sums = recorder_.sum(receipt, block_, ticket.epoch(), at, is_whole(ticket.state()));
    std::uint64_t streak = 0;
    if constexpr (needs.streak) {
      streak = std::max(own_streak, read_streak(words(), ticket.epoch()).count(is_whole(ticket.state())));
    }
    const bool trips = fires(tripper_, context_of(ticket.state(), sums, streak));
    if (trips || ticket.state() != State::closed) [[unlikely]]
      conclude(ticket, failed, trips ? Trips::yes : Trips::no, sums, streak);
  }

  /// First the common case: the breaker is open, and not due for long.
  [[gnu::noinline]] Ticket admit_unless_open(Ticket ticket) noexcept {
    if (ticket.state() == State::open || ticket.state() == State::forced_open) {
      const Hold hold = words().hold.load(std::memory_order_relaxed);  // the word holds its epoch and its span together
      const std::chrono::nanoseconds span = hold.span();
      if (hold.epoch() == ticket.epoch() && span != never) {
        const std::chrono::nanoseconds remaining =
            span - since(words().changed_at.load(), since_epoch(environment().coarse_now()));
        // The time may have been measured from a newer phase's beginning.
        if (remaining > coarse_lag && words().is_current(ticket.epoch())) return ticket.refused(remaining);
      }
    }
    return admit_at_length(ticket.phase());
  }

  /// The answer to a call, or none if a transition has made the phase stale.
  struct Decision {
    bool final = false;
    Ticket ticket;
  };
  static Decision refuse(Phase phase, std::chrono::nanoseconds remaining = never) noexcept {
    return {true, Ticket{phase}.refused(remaining)};
  }

  [[gnu::noinline]] Ticket admit_at_length(Phase phase) noexcept {
    if (is_replaced()) return admit_by_newest(phase);
    // Each further round follows a transition, of this thread or of another: no thread waits for one that is suspended.
    for (;;) {
      Decision answer;
      switch (phase.state()) {
        case State::closed: return issue(phase);
        case State::metrics_only:
        case State::disabled: answer = admit_overridden(phase); break;
        case State::open:
        case State::forced_open: answer = admit_if_due(phase); break;
        case State::half_open: answer = admit_half_open(phase); break;
      }
      if (answer.final) return answer.ticket;
      phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
    }
  }

  /// DISABLED and METRICS_ONLY admit every call; the first one after the time of the override ends them.
  Decision admit_overridden(Phase phase) noexcept {
    // Without the memory to announce the end, they last until a call has it.
    const bool ends = known_hold(phase).count() == 0 &&
                      leave(phase, State::closed, Cause::override_ended, context_of(phase)) == Left::yes;
    return ends ? Decision{} : Decision{true, issue(phase)};
  }

  Decision admit_if_due(Phase phase) noexcept {
    const std::chrono::nanoseconds remaining = remaining_hold(phase);
    if (remaining.count() > 0) {
      // Stale, if the time was measured from the beginning of a newer phase.
      return words().is_current(phase.epoch()) ? refuse(phase, remaining) : Decision{};
    }
    const Left left = leave(phase, State::half_open, Cause::retry_due, context_of(phase));
    return left == Left::yes ? Decision{} : refuse(phase);
  }

  Decision admit_half_open(Phase phase) noexcept {
    const std::chrono::nanoseconds time = now();
    if constexpr (has_probes) {
      const Round round = round_of(words(), phase.epoch());
      // The thread that completed the round has not reached its verdict yet, or had no memory for it.
      if (round.done >= probes_of(permit_)) {
        return judge_round(phase.epoch(), true) == Left::yes ? Decision{} : refuse(phase);
      }
      if (has_lost_probes(round, time)) {
        const Left left = leave(phase, State::open, Cause::probes_lost, context_of(phase));
        return left == Left::yes ? Decision{} : refuse(phase);
      }
    }
    if (!permits(permit_, since(words().changed_at.load(), time), environment())) return refuse(phase);
    if constexpr (has_probes) {
      switch (claim_place(words(), phase.epoch(), probes_of(permit_), time)) {
        case Place::none: return refuse(phase);
        case Place::stale: return {};
        case Place::claimed: break;
      }
    }
    return {true, issue(phase)};
  }

  /// Whether all places of a round have been taken for longer than its patience, so that the missing outcomes are lost.
  bool has_lost_probes(Round round, std::chrono::nanoseconds time) const noexcept {
    const Probes& probes = find_probes(permit_);
    return round.taken >= probes.count() && since(words().last_probe.load(), time) >= probes.patience();
  }

  /// Whether a call might be admitted in HALF_OPEN, or is needed to end the round.
  bool may_probe(std::uint32_t epoch) const noexcept {
    if constexpr (has_probes) {
      const Round round = round_of(words(), epoch);
      const std::uint32_t count = probes_of(permit_);
      return round.taken < count || round.done >= count || has_lost_probes(round, now());
    } else {
      return true;
    }
  }

  /// How long the phase still refuses calls: zero when it is due. Draws the delay of an opening if it is missing.
  std::chrono::nanoseconds remaining_hold(Phase phase) noexcept {
    // Relaxed: the word holds its epoch and its span together.
    Hold hold = words().hold.load(std::memory_order_relaxed);
    if (hold.epoch() != phase.epoch()) {
      if (phase.state() != State::open) return never;  // force_open is about to say how long
      // A hold of a newer epoch misleads no caller: it loads the phase again, or fails to leave it.
      hold = install(words(), Hold::of(phase.epoch(), delay_of(retry_, phase.reopens(), environment())));
    }
    if (hold.span() == never) return never;
    const std::chrono::nanoseconds exactly = elapsed();
    return exactly >= hold.span() ? std::chrono::nanoseconds{} : hold.span() - exactly;
  }

  /// Asks for the verdict on a round of probes. It opens as soon as that is certain: when the tripper fires even if
  /// every outcome that is missing were a success that took no time.
  Left judge_round(std::uint32_t epoch, bool complete) noexcept {
    // Relaxed: the epoch was acquired at admission, and only another epoch ends it.
    const Phase phase = words().phase.load(std::memory_order_relaxed);
    if (phase.epoch() != epoch) return Left::yes;
    if (!traits_of<Tr>.monotone && !complete) return Left::no;
    const CallContext context = context_of(phase);
    const std::uint32_t count = probes_of(permit_);
    // Without a success no tripper closes: not one that looks at nothing in HALF_OPEN, or at durations only. If only
    // commands decide, no outcome does.
    const TreeTraits traits = traits_in(tripper_);
    const bool by_hand = traits.holds_manual && traits.never_opens();
    const std::uint64_t failed = context.metrics.failure_count();
    const bool all_failed = !by_hand && failed >= count && failed == context.metrics.total_count();
    if (all_failed || fires(tripper_, at_best(context, count))) {
      return leave(phase, State::open, Cause::tripped, context);
    }
    return complete ? leave(phase, State::closed, Cause::recovered, context) : Left::no;
  }

  /// Makes the transition that the tripper's answer demands.
  [[gnu::noinline]] void conclude(Ticket ticket, bool failed, Trips trips, typename WindowRecorder::Sums sums,
                                  std::uint64_t streak) noexcept {
    const CallContext context = context_of(ticket.state(), sums, streak);
    // Relaxed: the epoch was acquired at admission, and only another epoch ends it.
    const Phase phase = words().phase.load(std::memory_order_relaxed);
    if (phase.epoch() != ticket.epoch()) return;
    if (phase.state() != State::half_open) {
      if (trips == Trips::yes) leave(phase, State::open, Cause::tripped, context);
    } else if (trips == Trips::yes) {
      // A success that leaves it true keeps the round going, as long as more of them can make it false.
      const bool for_good = traits_of<Tr>.monotone && fires(tripper_, at_best(context, unlimited));
      if (failed || for_good) leave(phase, State::open, Cause::tripped, context);
    } else if (!failed && settled(tripper_, context)) {
      leave(phase, State::closed, Cause::recovered, context);
    }
  }
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
