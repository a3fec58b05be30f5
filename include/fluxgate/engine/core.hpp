// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The state machine: admits calls, records their outcomes, makes the transitions.

#ifndef FLUXGATE_ENGINE_CORE_HPP
#define FLUXGATE_ENGINE_CORE_HPP

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/block.hpp>
#include <fluxgate/engine/call_counter.hpp>
#include <fluxgate/engine/clock.hpp>
#include <fluxgate/engine/notifier.hpp>
#include <fluxgate/engine/reason.hpp>
#include <fluxgate/engine/state/hold.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/state/round.hpp>
#include <fluxgate/engine/state/streak.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/engine/window/recorder.hpp>
#include <fluxgate/engine/window/recorder_of.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/permits/permit.hpp>
#include <fluxgate/permits/probes.hpp>
#include <fluxgate/permits/questions.hpp>
#include <fluxgate/retries/retry.hpp>
#include <fluxgate/trippers/questions.hpp>
#include <fluxgate/trippers/traits.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class W, class Tr, class R, class P, class E, class S = NoStats, class Atomics = StdAtomics>
class Core {
  static constexpr Needs needs = traits_of<Tr>.needs;
  static constexpr bool has_probes = probes_in<P>() == 1;
  static_assert(probes_in<P>() <= 1, "fluxgate: a permit can hold at most one Probes.");
  static_assert(needs.slow_rates < max_slow_thresholds,
                "fluxgate: a tripper can hold at most three SlowRates with a threshold of their own.");

  using Recorder = typename recorder_of<W, Atomics, needs>::type;
  static_assert(std::constructible_from<Recorder, const W&>, "fluxgate: a window's recorder is made from the window.");
  static_assert(
      fluxgate::Recorder<Recorder>,
      "fluxgate: what a window names as its recorder must be a Recorder, with its types, constants and functions "
      "(fluxgate/engine/window/recorder.hpp).");
  using Words = Control<Atomics>;
  using Counter = CallCounter<Atomics, S>;
  static constexpr bool counts_calls = std::same_as<S, CallStats>;

 public:
  template <class T>
  explicit Core(Config<W, T, Tr, R, P, E, S>&& config)
      : recorder_{config.window},
        timed_{needs.clock || config.slow_threshold.has_value()},
        block_{recorder_.cells(probes_of(config.permit))},
        thresholds_{thresholds_of(config.slow_threshold.value_or_zero(), config.tripper)},
        least_threshold_{least_of(thresholds_)},
        tripper_(std::move(config.tripper)),
        retry_(std::move(config.retry)),
        permit_(std::move(config.permit)),
        environment_(std::move(config.environment)),
        notifier_{std::move(config.listeners), std::move(config.on_listener_error), Phase{}.epoch() + 1},
        name_{std::move(config.name)} {
    // Relaxed: nobody else has seen the breaker yet.
    words().changed_at.raise(now());
    auto& born = words().timestamps[Phase{}.epoch() % 2];
    born.store(Timestamp{Phase{}.epoch(), environment_.wall_now()}, std::memory_order_relaxed);
    recorder_.stamp(block_, Phase{}.epoch());
    if (notifier_.has_listeners()) attach();  // last: listeners see a whole breaker
  }

  const std::string& name() const noexcept { return name_; }

  /// True at the moment of the load.
  State state() const noexcept {
    return words().phase.load(std::memory_order_acquire).state();  // pairs with the transition's release
  }

  /// Whether admit() might let a call through now; changes nothing. True also where only a call can end what keeps
  /// calls out: an opening whose hold is not there yet, a round whose verdict is missing or whose probes are lost.
  /// Beside a thread that is making a transition it may measure from the next beginning, as admit() may.
  bool would_admit() const noexcept {
    const Phase phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
    switch (phase.state()) {
      case State::open:
      case State::forced_open: return known_hold(phase).count() == 0;
      case State::half_open: return may_probe(phase.epoch());
      default: return true;
    }
  }

  /// Lets a call through, or refuses it.
  Ticket admit() noexcept {
    const Ticket ticket{words().phase.load(std::memory_order_acquire)};  // pairs with the transition's release
    if (timed_ || !ticket.is_closed()) [[unlikely]] {
      const Ticket answer = admit_elsewhere(ticket);
      if constexpr (counts_calls) answer ? counter().admitted() : counter().refused();
      return answer;
    }
    if constexpr (counts_calls) counter().admitted();
    return ticket;
  }

  /// Records the outcome of an admitted call. User-written policies that throw are answered here; nothing leaves.
  void record(Ticket ticket, bool failed) noexcept {
    if constexpr (counts_calls) counter().ended(failed);
    if (!absorbs(ticket, failed)) [[unlikely]]
      record_elsewhere(ticket, failed);
  }

  /// Takes an admitted call back without an outcome: its place among the probes is free again.
  void release(Ticket ticket) noexcept {
    if constexpr (counts_calls) counter().ignored();
    if constexpr (has_probes) {
      if (ticket.state() == State::half_open) release_place(words(), ticket.epoch());
    }
  }

  /// Makes a manual transition, whatever the state. Throws what announcing it throws (memory), then nothing has
  /// changed.
  void command(State to, std::chrono::nanoseconds hold, Notify notify) {
    for (;;) {
      // Relaxed: the exchange decides, and the counts that it tells may lag.
      const Phase phase = words().phase.load(std::memory_order_relaxed);
      if (transition(phase, to, Cause::manual, context_of(phase), hold, notify)) return;
    }
  }

  /// Phase, counts and time of one epoch, unless transitions come faster than it can read.
  Info info() const {
    Info info;
    info.name = name_;
    info.listener_errors = notifier_.errors();
    info.signals_dropped = notifier_.dropped();
    Phase phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
    for (int attempt = 0; attempt != 8; ++attempt) {
      info.metrics = Recorder::metrics(sums_of(phase), thresholds_);
      info.changed_at = timestamp_of(words(), phase.epoch()).value_or(info.changed_at);
      info.state = phase.state();
      info.reopens = phase.reopens();
      info.retry_after.reset();
      if (phase.state() == State::open || phase.state() == State::forced_open) {
        if (const std::chrono::nanoseconds hold = known_hold(phase); hold != never) info.retry_after = hold;
      }
      const Phase again = words().phase.load(std::memory_order_acquire);  // as above
      if (again == phase) break;
      phase = again;
    }
    return info;
  }

  CallCounts call_counts() const noexcept
    requires counts_calls
  {
    return block_.counter().sum();
  }

  /// The mutable words as they lie in memory, for tests that watch them.
  auto bytes() const noexcept { return block_.bytes(); }

 private:
  static constexpr std::chrono::nanoseconds never = Ticket::never;
  static constexpr std::uint32_t probes_of(const P& permit) noexcept {
    if constexpr (has_probes) return find_probes(permit).count();
    return 0;
  }

  /// Out of the way of what makes breakers.
  [[gnu::cold, gnu::noinline]] void attach() { notifier_.attach(info()); }

  std::chrono::nanoseconds now() const noexcept { return since_epoch(environment_.now()); }

  Words& words() const noexcept { return block_.control(); }
  Counter& counter() const noexcept { return block_.counter(); }

  std::chrono::nanoseconds elapsed() const noexcept { return since(words().changed_at.load(), now()); }

  /// The time for the recorder.
  std::chrono::nanoseconds window_time() const noexcept {
    return Recorder::on_a_clock ? now() : std::chrono::nanoseconds{};
  }
  /// HALF_OPEN is judged as a whole: a window forgets nothing of it.
  static constexpr bool is_whole(State state) noexcept { return state == State::half_open; }
  /// Whether the outcome is one of a probe.
  static constexpr bool in_round(Ticket ticket) noexcept { return has_probes && ticket.state() == State::half_open; }
  typename Recorder::Sums sums_of(Phase phase) const noexcept {
    return recorder_.snapshot(block_, phase.epoch(), window_time(), is_whole(phase.state()));
  }

  Ticket issue(Phase phase) const noexcept {
    if (!timed_) return Ticket{phase};
    const bool looks = counts_calls || phase.state() != State::disabled;
    return Ticket{phase}.timed(looks ? now() : std::chrono::nanoseconds{});
  }

  /// Whether an outcome changes nothing, in the state that most calls meet.
  bool absorbs(Ticket ticket, bool failed) const noexcept {
    if constexpr (!may_absorb<Recorder, Tr> || needs.clock) {
      return false;
    } else {
      return !failed && is_healthy(ticket.phase());
    }
  }

  /// Whether a success of `phase` would change neither the window nor the streak; no in every state but CLOSED, unless
  /// durations are measured: then only CLOSED may be asked about, without a ticket's mark.
  bool is_healthy(Phase phase) const noexcept {
    bool healthy = recorder_.is_healthy(block_, phase);
    // The streak by itself: successes that were counted there before a failure may be in the window behind it.
    if constexpr (needs.streak) healthy = healthy && !in_streak(words(), phase.epoch());
    return healthy;
  }

  /// The part of record() that writes, out of the way of the calls that need not.
  [[gnu::noinline]] void record_elsewhere(Ticket ticket, bool failed) noexcept {
    const bool in_window = ticket.state() != State::disabled && words().is_current(ticket.epoch());
    if (!in_window) return record_only_in_counter(ticket);
    std::chrono::nanoseconds at{};
    Sample sample{.failed = failed, .slow = 0, .micros = 0};
    typename Recorder::Index index{};
    if (timed_) {
      at = now();
      // Before anything is made of the time: a slot is claimed by an atomic write, and the processor does both at once.
      if constexpr (needs.durations) index = recorder_.next_index(block_, at, in_round(ticket));
      measure(sample, since(ticket.began(), at));
      if constexpr (counts_calls) {
        if (sample.slow_at(0)) counter().slow();
      }
    } else if constexpr (Recorder::on_a_clock) {
      at = recorder_.bucket() >= coarse_enough ? since_epoch(environment_.coarse_now()) : now();
    }
    const bool asks = ticket.state() != State::metrics_only;
    if constexpr (may_absorb<Recorder, Tr>) {
      // What absorbs() has not asked: METRICS_ONLY, as if it were CLOSED, and what is timed.
      const bool absorbing = !asks || (timed_ && ticket.state() == State::closed);
      if (absorbing && !sample.trouble() && is_healthy(Phase{ticket.epoch(), 0, State::closed})) return;
    }
    if constexpr (!needs.durations) index = recorder_.next_index(block_, at, in_round(ticket));
    std::uint32_t own_streak = 0;
    if constexpr (needs.streak) {
      const bool whole = is_whole(ticket.state());
      own_streak = update_streak(words(), ticket.epoch(), failed, whole).told(whole);
    }
    const typename Recorder::Outcome outcome =
        recorder_.record(block_, index, ticket.epoch(), sample, [this] { return now(); }, is_whole(ticket.state()));
    if (!asks || outcome.what == Recorded::too_late) return;
    if (!asks_when_quiet<Recorder, Tr> && outcome.what == Recorded::quietly && ticket.state() == State::closed) return;
    if constexpr (has_probes) {
      if (in_round(ticket)) return complete_probe(ticket.epoch());
    }
    ask(ticket, failed, outcome, at, own_streak);
  }

  /// What is left of an outcome that came too late for the window, or of a DISABLED breaker: that the call was slow.
  void record_only_in_counter(Ticket ticket) const noexcept {
    if constexpr (counts_calls) {
      if (!timed_) return;
      Sample sample{};
      measure(sample, since(ticket.began(), now()));
      if (sample.slow_at(0)) counter().slow();
    }
  }

  /// Says in `sample` how long its call took, and which thresholds that reaches.
  void measure(Sample& sample, std::chrono::nanoseconds duration) const noexcept {
    if (duration >= least_threshold_) sample.slow = slow_bits(thresholds_, duration);
    if constexpr (needs.durations) sample.micros = to_micros(duration);
  }

  /// Counts the outcome of a probe behind its record, and asks for the verdict.
  [[gnu::noinline]] void complete_probe(std::uint32_t epoch) noexcept {
    const std::uint32_t done = complete_place(words(), epoch);
    if (done != 0) judge(epoch, done == probes_of(permit_));
  }

  /// Asks for the verdict on an outcome that was recorded.
  [[gnu::noinline]] void ask(Ticket ticket, bool failed, const typename Recorder::Outcome& outcome,
                             std::chrono::nanoseconds at, std::uint32_t own_streak) noexcept {
    const auto sums = recorder_.sum(outcome, block_, ticket.epoch(), at, is_whole(ticket.state()));
    std::uint64_t streak = 0;
    if constexpr (needs.streak) {
      streak = std::max(own_streak, read_streak(words(), ticket.epoch()).told(is_whole(ticket.state())));
    }
    const bool trips = fires(tripper_, context_of(ticket.state(), sums, streak));
    if (trips || ticket.state() != State::closed) [[unlikely]]
      conclude(ticket, failed, trips, sums, streak);
  }

  /// Made anew for each that wants it: what only the tripper sees, and sees a part of, is never put into memory.
  CallContext context_of(State state, const typename Recorder::Sums& sums, std::uint64_t streak) const noexcept {
    const Metrics metrics = Recorder::metrics(sums, thresholds_);
    // What time has taken out of the window is no part of a streak there.
    if constexpr (Recorder::on_a_clock && needs.streak) streak = std::min(streak, metrics.failure_count());
    return {state, metrics, streak};
  }
  CallContext context_of(Phase phase) const noexcept {
    std::uint64_t streak = 0;
    if constexpr (needs.streak) streak = read_streak(words(), phase.epoch()).told(is_whole(phase.state()));
    return context_of(phase.state(), sums_of(phase), streak);
  }

  /// All but a closed breaker that measures no durations.
  [[gnu::noinline]] Ticket admit_elsewhere(Ticket ticket) noexcept {
    return ticket.is_closed() ? ticket.timed(now()) : admit_unless_open(ticket);
  }

  /// A breaker that is not closed is open for long, mostly.
  [[gnu::noinline]] Ticket admit_unless_open(Ticket ticket) noexcept {
    if (ticket.state() == State::open || ticket.state() == State::forced_open) {
      const Hold hold = words().hold.load(std::memory_order_relaxed);  // the word says its epoch and its span itself
      if (hold.epoch() == ticket.epoch() && hold.span() != never) {
        const std::chrono::nanoseconds remaining =
            hold.span() - since(words().changed_at.load(), since_epoch(environment_.coarse_now()));
        // The time may have been measured from a newer phase's beginning.
        if (remaining > coarse_lag && words().is_current(ticket.epoch())) return ticket.refused(remaining);
      }
    }
    return admit_at_length(ticket.phase());
  }

  [[gnu::noinline]] Ticket admit_at_length(Phase phase) noexcept {
    // What sends a call round again is a transition: its own, which leads to where it is admitted or refused, or
    // another thread's progress.
    for (;;) {
      const Ticket refused = Ticket{phase}.refused(never);
      switch (phase.state()) {
        case State::closed:
        case State::metrics_only:
        case State::disabled: return issue(phase);
        case State::open:
        case State::forced_open: {
          const std::chrono::nanoseconds remaining = remaining_hold(phase);
          if (remaining.count() > 0) {
            // The time may have been measured from a newer phase's beginning: then that phase is asked.
            const Phase again = words().phase.load(std::memory_order_acquire);  // as below
            if (again == phase) return Ticket{phase}.refused(remaining);
            phase = again;
            continue;
          }
          if (!attempt(phase, State::half_open, Cause::retry_due, context_of(phase))) return refused;
          break;
        }
        case State::half_open: {
          const std::chrono::nanoseconds time = now();
          if constexpr (has_probes) {
            const Round round = round_of(words(), phase.epoch());
            // The thread that completed the round has not come to its verdict yet, or had no memory for it.
            if (round.done == probes_of(permit_)) {
              if (!judge(phase.epoch(), true)) return refused;
              break;
            }
            if (has_lost_probes(round, time)) {
              if (!attempt(phase, State::open, Cause::probes_lost, context_of(phase))) return refused;
              break;
            }
          }
          if (!permits(permit_, since(words().changed_at.load(), time), environment_)) return refused;
          if constexpr (has_probes) {
            const Place place = claim_place(words(), phase.epoch(), probes_of(permit_), time);
            if (place == Place::none) return refused;
            if (place == Place::stale) break;
          }
          return issue(phase);
        }
      }
      phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
    }
  }

  /// Whether all places of a round have been taken for longer than its patience, so that the missing outcomes are lost.
  bool has_lost_probes(Round round, std::chrono::nanoseconds time) const noexcept {
    const Probes& probes = find_probes(permit_);
    return round.taken == probes.count() && since(words().last_probe.load(), time) >= probes.patience();
  }

  /// Whether a call might be let through in HALF_OPEN, or is needed to go on.
  bool may_probe(std::uint32_t epoch) const noexcept {
    if constexpr (has_probes) {
      const Round round = round_of(words(), epoch);
      const std::uint32_t count = probes_of(permit_);
      return round.taken != count || round.done == count || has_lost_probes(round, now());
    } else {
      return true;
    }
  }

  /// How long the phase refuses yet: zero when it is due.
  std::chrono::nanoseconds remaining_hold(Phase phase) noexcept {
    // Relaxed: as above.
    Hold hold = words().hold.load(std::memory_order_relaxed);
    if (hold.epoch() != phase.epoch()) {
      if (phase.state() != State::open) return never;  // force_open is about to say how long
      // What a newer epoch has there misleads nobody: the caller looks at the phase again, or fails to leave it.
      hold = install(words(), Hold::of(phase.epoch(), delay_of(retry_, phase.reopens(), environment_)));
    }
    if (hold.span() == never) return never;
    const std::chrono::nanoseconds exactly = elapsed();
    return exactly >= hold.span() ? std::chrono::nanoseconds{} : hold.span() - exactly;
  }

  /// The same without a draw: zero where an opening's hold is not there yet.
  std::chrono::nanoseconds known_hold(Phase phase) const noexcept {
    const Hold hold = words().hold.load(std::memory_order_relaxed);  // as above
    if (hold.epoch() != phase.epoch()) return phase.state() == State::open ? std::chrono::nanoseconds{} : never;
    return hold.span() == never ? never : hold.span() - std::min(hold.span(), elapsed());
  }

  /// Asks for the verdict on a round of probes. It opens as soon as that is certain: when the tripper fires even if
  /// every outcome that is missing were a success that took no time. False as `attempt`.
  bool judge(std::uint32_t epoch, bool complete) noexcept {
    // Relaxed: the epoch was acquired at admission, and another one ends it.
    const Phase phase = words().phase.load(std::memory_order_relaxed);
    if (phase.epoch() != epoch) return true;
    if (!traits_of<Tr>.monotone && !complete) return true;
    const CallContext context = context_of(phase);
    const std::uint32_t count = probes_of(permit_);
    // A round without a success closes under no tripper: one that looks at nothing in HALF_OPEN, or at durations only,
    // too. Where a person alone decides, no outcome does.
    constexpr bool by_hand = traits_of<Tr>.holds_manual && traits_of<Tr>.ruled_out.contains(State::closed);
    const bool all_failed = !by_hand && context.metrics.failure_count() == count;
    if (all_failed || fires(tripper_, at_best(context, count))) {
      return attempt(phase, State::open, Cause::tripped, context);
    }
    return !complete || attempt(phase, State::closed, Cause::recovered, context);
  }

  /// Makes the transition that the tripper's answer demands.
  [[gnu::noinline]] void conclude(Ticket ticket, bool failed, bool trips, typename Recorder::Sums sums,
                                  std::uint64_t streak) noexcept {
    const CallContext context = context_of(ticket.state(), sums, streak);
    // Relaxed: the epoch was acquired at admission, and another one ends it.
    const Phase phase = words().phase.load(std::memory_order_relaxed);
    if (phase.epoch() != ticket.epoch()) return;
    if (phase.state() != State::half_open) {
      if (trips) attempt(phase, State::open, Cause::tripped, context);
    } else if (trips) {
      // A success that leaves it true keeps the round going, as long as more of them can make it false.
      const bool for_good = traits_of<Tr>.monotone && fires(tripper_, at_best(context, unlimited));
      if (failed || for_good) attempt(phase, State::open, Cause::tripped, context);
    } else if (!failed && settled(tripper_, context)) {
      attempt(phase, State::closed, Cause::recovered, context);
    }
  }

  /// A transition that time or an outcome makes due. False when it could not be announced for lack of memory: then it
  /// has not happened, and the next call (of what time makes due, or a verdict) or the next outcome that is written
  /// tries again. True also when another was faster.
  bool attempt(Phase from, State to, Cause cause, const CallContext& context) noexcept {
    FLUXGATE_TRY {
      transition(from, to, cause, context, never, Notify::yes);
      return true;
    }
    FLUXGATE_CATCH_ALL { return false; }
  }

  /// Moves on from exactly `from`, and tells the listeners; false when the breaker is not there any more. Throws only
  /// before anything has changed.
  bool transition(Phase from, State to, Cause cause, const CallContext& context, std::chrono::nanoseconds hold,
                  Notify notify) {
    const Phase next = from.to(to);
    Notice* const notice = notifier_.has_listeners() ? new Notice{.signal = signal(from, next, cause, context),
                                                                  .epoch = next.epoch(),
                                                                  .silent = notify == Notify::no}
                                                     : nullptr;
    const Timestamp proposal{next.epoch(), environment_.wall_now()};
    propose_timestamp(words(), next.epoch(), proposal);
    if (!advance(from, next)) {
      delete notice;
      return false;
    }
    // A thread that comes here when the next but one has begun tells the time that it has proposed.
    if (notice != nullptr) notice->signal.timestamp = timestamp_of(words(), next.epoch()).value_or(proposal.time());
    furnish(next, hold);
    if (notice != nullptr) notifier_.push(notice);
    return true;
  }

  Signal signal(Phase from, Phase next, Cause cause, const CallContext& context) const {
    // Relaxed: for the words only; who makes it due has seen it before.
    const std::chrono::nanoseconds held = words().hold.load(std::memory_order_relaxed).span();
    return {.circuit_name = concat({name_}),  // no copy: its constructor is one function more for each unit to compile
            .old_state = from.state(),
            .new_state = next.state(),
            .timestamp = {},  // known when the epoch has begun
            .sequence = next.epoch() - Phase{}.epoch(),
            .cause = cause,
            .reason = reason_for(next.state(), cause, context, held, tripper_, permit_),
            .metrics = context.metrics};
  }

  [[gnu::always_inline]] bool advance(Phase from, Phase next) noexcept {
    const std::chrono::nanoseconds time = now();
    // Who is late must not move the time of a transition that has been made already. One that becomes late right here
    // moves it by as long as it was suspended.
    if (!words().is_current(from.epoch())) return false;
    words().changed_at.raise(time);
    Phase expected = from;
    // Release: who sees the phase sees changed_at. Who fails loads the phase again, or is done.
    return words().phase.compare_exchange_strong(expected, next, std::memory_order_release, std::memory_order_relaxed);
  }

  /// Puts there what a phase that has begun needs, unless somebody needed it before.
  [[gnu::always_inline]] void furnish(Phase next, std::chrono::nanoseconds hold) noexcept {
    if (next.state() == State::open)
      install(words(), Hold::of(next.epoch(), delay_of(retry_, next.reopens(), environment_)));
    if (next.state() == State::forced_open) install(words(), Hold::of(next.epoch(), hold));
    if constexpr (has_probes) {
      if (next.state() == State::half_open) stamp_round(words(), next.epoch());
    }
    recorder_.stamp(block_, next.epoch());
  }

  // What a healthy call reads comes first, side by side.
  Recorder recorder_;
  bool timed_;
  Block<Words, typename Recorder::Head, Counter, typename Recorder::Cell> block_;
  Thresholds thresholds_;
  std::chrono::nanoseconds least_threshold_;
  [[no_unique_address]] Tr tripper_;
  [[no_unique_address]] R retry_;
  [[no_unique_address]] P permit_;
  [[no_unique_address]] E environment_;
  Notifier<Atomics> notifier_;
  std::string name_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
