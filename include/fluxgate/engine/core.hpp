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

#include <fluxgate/call_stats.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/block.hpp>
#include <fluxgate/engine/call_counter.hpp>
#include <fluxgate/engine/clock.hpp>
#include <fluxgate/engine/hold.hpp>
#include <fluxgate/engine/notifier.hpp>
#include <fluxgate/engine/phase.hpp>
#include <fluxgate/engine/reason.hpp>
#include <fluxgate/engine/recorder.hpp>
#include <fluxgate/engine/round.hpp>
#include <fluxgate/engine/sample.hpp>
#include <fluxgate/engine/streak.hpp>
#include <fluxgate/engine/ticket.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

template <class W, class Tr, class R, class P, class E, class S = NoStats, class Atomics = StdAtomics>
class Core {
  static constexpr Needs needs = needs_of<Tr>();
  static constexpr bool has_probes = probes_in<P>() == 1;
  static_assert(probes_in<P>() <= 1, "fluxgate: a permit can hold at most one Probes.");
  static_assert(needs.slow_rates < max_slow_thresholds,
                "fluxgate: a tripper can hold at most three SlowRates with a threshold of their own.");

  using Recorder = RecorderOf<W, Tr, Atomics>;
  using Words = Control<Atomics>;
  using Counter = CallCounter<Atomics, S>;
  static constexpr bool counts_calls = std::same_as<S, CallStats>;

 public:
  template <class T>
  explicit Core(Config<W, T, Tr, R, P, E, S>&& config)
      : recorder_{config.window},
        timed_{needs.clock || config.slow_threshold.has_value()},
        block_{recorder_.cells()},
        thresholds_{thresholds_of(config.slow_threshold.value_or_zero(), config.tripper)},
        least_threshold_{least_of(thresholds_)},
        tripper_(std::move(config.tripper)),
        retry_(std::move(config.retry)),
        permit_(std::move(config.permit)),
        environment_(std::move(config.environment)),
        notifier_{std::move(config.listeners), std::move(config.on_listener_error), Phase{}.epoch() + 1},
        name_{std::move(config.name)} {
    // Relaxed: nobody else has seen the breaker yet.
    words().changed_at.store(now().count(), std::memory_order_relaxed);
    recorder_.stamp(block_, Phase{}.epoch());
    if (notifier_.has_listeners()) attach();  // last: listeners see a whole breaker
  }

  const std::string& name() const noexcept { return name_; }

  /// True at the moment of the load.
  State state() const noexcept {
    return words().phase.load(std::memory_order_acquire).state();  // pairs with the transition's release
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

  /// Makes a manual transition, whatever the state. Throws what announcing it throws (memory), then nothing has changed.
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
    Phase phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
    for (int attempt = 0; attempt != 8; ++attempt) {
      info.metrics = metrics_of(phase.epoch(), window_time());
      const std::chrono::nanoseconds age = elapsed();
      info.changed_at = environment_.wall_now() - std::chrono::duration_cast<std::chrono::system_clock::duration>(age);
      info.state = phase.state();
      info.reopens = phase.reopens();
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

  /// Out of the way of what makes breakers.
  [[gnu::cold, gnu::noinline]] void attach() { notifier_.attach(info()); }

  std::chrono::nanoseconds now() const noexcept { return since_epoch(environment_.now()); }

  Words& words() const noexcept { return block_.control(); }
  Counter& counter() const noexcept { return block_.counter(); }

  std::chrono::nanoseconds changed_at() const noexcept {
    return std::chrono::nanoseconds{words().changed_at.load(std::memory_order_acquire)};  // pairs with raise_changed_at
  }
  std::chrono::nanoseconds elapsed() const noexcept { return since(changed_at(), now()); }

  /// The time for the recorder.
  std::chrono::nanoseconds window_time() const noexcept { return on_a_clock<W> ? now() : std::chrono::nanoseconds{}; }
  Metrics metrics_of(std::uint32_t epoch, std::chrono::nanoseconds at) const noexcept {
    return Recorder::metrics(recorder_.snapshot(block_, epoch, at), thresholds_);
  }

  Ticket issue(Phase phase) const noexcept {
    if (!timed_) return Ticket{phase};
    const bool looks = counts_calls || phase.state() != State::disabled;
    return Ticket{phase}.timed(looks ? now() : std::chrono::nanoseconds{});
  }

  /// Whether an outcome changes nothing, in the state that most calls meet.
  bool absorbs(Ticket ticket, bool failed) const noexcept {
    if constexpr (!may_absorb<W, Tr> || needs.clock) {
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
    if constexpr (needs.streak) healthy = healthy && read_streak(words(), phase.epoch()) == 0;
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
      if constexpr (needs.durations) index = recorder_.next_index(block_, at);
      measure(sample, since(ticket.began(), at));
      if constexpr (counts_calls) {
        if (sample.slow_at(0)) counter().slow();
      }
    } else if constexpr (on_a_clock<W>) {
      at = recorder_.bucket() >= coarse_enough ? since_epoch(environment_.coarse_now()) : now();
    }
    const bool asks = ticket.state() != State::metrics_only;
    if constexpr (may_absorb<W, Tr>) {
      // What absorbs() has not asked: METRICS_ONLY, as if it were CLOSED, and what is timed.
      const bool absorbing = !asks || (timed_ && ticket.state() == State::closed);
      if (absorbing && !sample.trouble() && is_healthy(Phase{ticket.epoch(), 0, State::closed})) return;
    }
    if constexpr (!needs.durations) index = recorder_.next_index(block_, at);
    std::uint32_t own_streak = 0;
    if constexpr (needs.streak) own_streak = update_streak(words(), ticket.epoch(), failed);
    const typename Recorder::Outcome outcome =
        recorder_.record(block_, index, ticket.epoch(), sample, [this] { return now(); });
    if (!asks || outcome.what == Recorded::too_late) return;
    if (!asks_when_quiet<W, Tr> && outcome.what == Recorded::quietly && ticket.state() == State::closed) return;
    if constexpr (has_probes) {
      if (ticket.state() == State::half_open) return complete_probe(ticket, sample.trouble(), at);
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

  /// Counts the outcome of a probe behind its record; the last one asks for the verdict.
  [[gnu::noinline]] void complete_probe(Ticket ticket, bool trouble, std::chrono::nanoseconds at) noexcept {
    const std::uint32_t epoch = ticket.epoch();
    if (complete_place(words(), epoch, find_probes(permit_).count(), trouble)) judge(epoch, at);
  }

  /// Asks for the verdict on an outcome that was recorded.
  [[gnu::noinline]] void ask(Ticket ticket, bool failed, const typename Recorder::Outcome& outcome,
                             std::chrono::nanoseconds at, std::uint32_t own_streak) noexcept {
    const auto sums = recorder_.sum(outcome, block_, ticket.epoch(), at);
    std::uint64_t streak = own_streak;
    if constexpr (needs.streak) streak = std::max(own_streak, read_streak(words(), ticket.epoch()));
    const bool trips = fires(tripper_, context_of(ticket.state(), sums, streak));
    if (trips || ticket.state() != State::closed) [[unlikely]]
      conclude(ticket, failed, trips, sums, streak);
  }

  /// Made anew for each that wants it: what only the tripper sees, and sees a part of, is never put into memory.
  CallContext context_of(State state, const typename Recorder::Sums& sums, std::uint64_t streak) const noexcept {
    return {state, Recorder::metrics(sums, thresholds_), streak};
  }
  CallContext context_of(Phase phase) const noexcept { return context_of(phase.state(), phase.epoch(), window_time()); }
  CallContext context_of(State state, std::uint32_t epoch, std::chrono::nanoseconds at) const noexcept {
    CallContext context{.state = state, .metrics = metrics_of(epoch, at), .consecutive_failures = 0};
    if constexpr (needs.streak) context.consecutive_failures = read_streak(words(), epoch);
    return context;
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
            hold.span() - since(changed_at(), since_epoch(environment_.coarse_now()));
        // The time may have been measured from a newer phase's beginning.
        if (remaining > coarse_lag && words().is_current(ticket.epoch())) return ticket.refused(remaining);
      }
    }
    return admit_at_length(ticket.phase());
  }

  [[gnu::noinline]] Ticket admit_at_length(Phase phase) noexcept {
    // A call that has made HALF_OPEN does not find it lost, however long its listeners took: else it could go round the
    // states for ever. Everything else that sends it round again is another thread's progress.
    bool began_round = false;
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
          began_round = true;
          break;
        }
        case State::half_open: {
          const std::chrono::nanoseconds began = changed_at();
          const std::chrono::nanoseconds time = now();
          const std::chrono::nanoseconds in_round = since(began, time);
          if constexpr (has_probes) {
            // Whoever completed the round has not come to its verdict yet, or had no memory for it.
            if (round_of(words(), phase.epoch()).done == find_probes(permit_).count()) {
              if (!judge(phase.epoch(), time)) return refused;
              break;
            }
            if (in_round >= find_probes(permit_).patience() && !began_round) {
              if (!attempt(phase, State::open, Cause::probes_lost, context_of(phase))) return refused;
              break;
            }
          }
          if (!permits(permit_, in_round, environment_)) return refused;
          if constexpr (has_probes) {
            const Place place = claim_place(words(), phase.epoch(), find_probes(permit_).count());
            if (place == Place::none) return refused;
            if (place == Place::stale) break;
          }
          return issue(phase);
        }
      }
      phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
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

  /// Asks for the verdict on a complete round of probes, at the time `at`. False as `attempt`.
  bool judge(std::uint32_t epoch, std::chrono::nanoseconds at) noexcept {
    const CallContext context = context_of(State::half_open, epoch, at);
    const bool trips = fires(tripper_, context);
    if (!trips && has_lost_probes(epoch, context.metrics)) {
      // Relaxed: as for every verdict.
      const Phase phase = words().phase.load(std::memory_order_relaxed);
      return phase.epoch() != epoch || attempt(phase, State::open, Cause::probes_lost, context);
    }
    return conclude(epoch, true, trips, context);
  }
  /// Whether a time window has forgotten outcomes of a complete round that may speak against closing: all of them, or some
  /// of a round with a failure or a slow call in it.
  bool has_lost_probes(std::uint32_t epoch, const Metrics& metrics) const noexcept {
    if constexpr (!on_a_clock<W>) return false;
    const Round round = round_of(words(), epoch);
    const std::uint64_t left = metrics.total_count();
    return left < round.done && (round.trouble != 0 || left == 0);
  }

  /// Makes the transition that the tripper's answer demands. False as `attempt`.
  [[gnu::noinline]] bool conclude(Ticket ticket, bool failed, bool trips, typename Recorder::Sums sums,
                                  std::uint64_t streak) noexcept {
    return conclude(ticket.epoch(), failed, trips, context_of(ticket.state(), sums, streak));
  }
  bool conclude(std::uint32_t epoch, bool failed, bool trips, const CallContext& context) noexcept {
    // Relaxed: the epoch was acquired at admission, and another one ends it.
    const Phase phase = words().phase.load(std::memory_order_relaxed);
    if (phase.epoch() != epoch) return true;
    if (trips) {
      // Only a failure or a verdict reopens: a success that came too late or in bad company leaves the round going.
      if (phase.state() == State::half_open && !failed) return true;
      return attempt(phase, State::open, Cause::tripped, context);
    }
    if (phase.state() != State::half_open) return true;
    if constexpr (!has_probes) {
      if (failed || !settled(tripper_, context)) return true;
      // A time window that is empty has forgotten even the success that asks.
      if (on_a_clock<W> && context.metrics.total_count() == 0) return true;
    }
    return attempt(phase, State::closed, Cause::recovered, context);
  }

  /// A transition that time or an outcome makes due. False when it could not be announced for lack of memory: then it has
  /// not happened, and the next call (of what time makes due, or a verdict) or the next outcome that is written tries
  /// again. True also when another was faster.
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
    if (!advance(from, next, hold)) {
      delete notice;
      return false;
    }
    if (notice != nullptr) notifier_.push(notice);
    return true;
  }

  Signal signal(Phase from, Phase next, Cause cause, const CallContext& context) const {
    // Relaxed: for the words only; who makes it due has seen it before.
    const std::chrono::nanoseconds held = words().hold.load(std::memory_order_relaxed).span();
    return {.circuit_name = concat({name_}),  // no copy: its constructor is one function more for each unit to compile
            .old_state = from.state(),
            .new_state = next.state(),
            .timestamp = environment_.wall_now(),
            .sequence = next.epoch() - Phase{}.epoch(),
            .cause = cause,
            .reason = reason_for(next.state(), cause, context, held, tripper_, permit_),
            .metrics = context.metrics};
  }

  bool advance(Phase from, Phase next, std::chrono::nanoseconds hold) noexcept {
    const std::chrono::nanoseconds time = now();
    // Who is late must not move the time of a transition that has been made already. One that becomes late right here
    // moves it by as long as it was suspended.
    if (!words().is_current(from.epoch())) return false;
    words().raise_changed_at(time.count());
    Phase expected = from;
    // Release: who sees the phase sees changed_at. Who fails loads the phase again, or is done.
    if (!words().phase.compare_exchange_strong(expected, next, std::memory_order_release, std::memory_order_relaxed))
      return false;
    if (next.state() == State::open)
      install(words(), Hold::of(next.epoch(), delay_of(retry_, next.reopens(), environment_)));
    if (next.state() == State::forced_open) install(words(), Hold::of(next.epoch(), hold));
    recorder_.stamp(block_, next.epoch());
    return true;
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

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
