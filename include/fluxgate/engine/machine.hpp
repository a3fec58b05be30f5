// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a breaker consists of, what it says of itself, and how it goes from one state to the next.

#ifndef FLUXGATE_ENGINE_MACHINE_HPP
#define FLUXGATE_ENGINE_MACHINE_HPP

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/block.hpp>
#include <fluxgate/engine/call_counter.hpp>
#include <fluxgate/engine/census.hpp>
#include <fluxgate/engine/clock.hpp>
#include <fluxgate/engine/notifier.hpp>
#include <fluxgate/engine/reason.hpp>
#include <fluxgate/engine/replacement.hpp>
#include <fluxgate/engine/snapshot_of.hpp>
#include <fluxgate/engine/state/hold.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/state/reason_words.hpp>
#include <fluxgate/engine/state/round.hpp>
#include <fluxgate/engine/state/streak.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/engine/window/recorder.hpp>
#include <fluxgate/engine/window/recorder_of.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/permits/questions.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/retries/retry.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/traits.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Result of trying to leave a phase.
enum class Left : std::uint8_t {
  yes,        ///< the phase is over; this thread ended it, or another
  no,         ///< there is no verdict yet
  no_memory,  ///< the transition could not be announced, so it was not made
};

/// What decides about an outcome that is written.
enum class Mode : std::uint8_t {
  plain,     ///< these rules, without durations
  timed,     ///< these rules, and durations are measured
  replaced,  ///< newer rules
};

/// What all rules of a breaker share besides its words.
template <class E, class Rules, class Atomics>
struct Common {
  template <class C>
  explicit Common(C& config)
      : environment(std::move(config.environment)),
        notifier{std::move(config.listeners), std::move(config.on_listener_error), Phase{}.epoch() + 1},
        name{std::move(config.name)},
        labels{std::move(config.labels)} {}

  [[no_unique_address]] E environment;
  ReasonWords<Atomics> reason{};
  Seat<Atomics> seat{};
  Notifier<Atomics> notifier;
  std::string name;
  Labels labels;
  Replacement<Rules, Atomics> replacement{};
};

template <class W, class Tr, class R, class P, class E, class S, class Atomics>
class Rules;

/// The state machine: the words, the policies, and the transitions. Rules, which derives from it, knows calls.
template <class W, class Tr, class R, class P, class E, class S, class Atomics>
class Machine {
 protected:
  static constexpr Needs needs = traits_of<Tr>.needs;
  static constexpr bool has_probes = probes_in<P>() == 1;
  static_assert(probes_in<P>() <= 1, "fluxgate: a permit can hold at most one Probes.");

  using WindowRecorder = typename recorder_of<W, Atomics, needs>::type;
  static_assert(std::constructible_from<WindowRecorder, const W&>,
                "fluxgate: a window's recorder is made from the window.");
  static_assert(
      Recorder<WindowRecorder>,
      "fluxgate: what a window names as its recorder must be a Recorder, with its types, constants and functions "
      "(fluxgate/engine/window/recorder.hpp).");
  using Words = Control<Atomics>;
  using Counter = CallCounter<Atomics, S>;
  static constexpr bool counts_calls = std::same_as<S, CallStats>;
  using CommonParts = Common<E, Rules<W, Tr, R, P, E, S, Atomics>, Atomics>;

 public:
  /// The first rules, with the words. `common` need not have been constructed yet.
  template <class T>
  Machine(Config<W, T, Tr, R, P, E, S>& config, CommonParts& common)
      : recorder_{config.window},
        timed_{needs.clock || config.slow_threshold.has_value()},
        mode_{timed_ ? Mode::timed : Mode::plain},
        block_{recorder_.cells(probes_of(config.permit))},
        thresholds_{thresholds_of(config.slow_threshold.value_or_zero(), config.tripper)},
        least_threshold_{least_of(thresholds_)},
        common_{&common},
        tripper_(std::move(config.tripper)),
        retry_(std::move(config.retry)),
        permit_(std::move(config.permit)) {}

  /// Other rules over the words of `first`.
  template <class C>
  Machine(C& config, const Machine& first)
      : recorder_{first.recorder_},
        timed_{first.timed_},
        mode_{timed_ ? Mode::timed : Mode::plain},
        block_{first.block_.alias()},
        thresholds_{thresholds_of(config.slow_threshold.value_or_zero(), config.tripper)},
        least_threshold_{least_of(thresholds_)},
        common_{first.common_},
        tripper_(std::move(config.tripper)),
        retry_(std::move(config.retry)),
        permit_(std::move(config.permit)) {}

  /// Measures the thresholds that `before` measures as it does, so that what the window holds keeps its meaning.
  void follow(const Machine& before) noexcept { thresholds_ = in_lanes_of(before.thresholds_, thresholds_); }

  const std::string& name() const noexcept { return common_->name; }
  const Labels& labels() const noexcept { return common_->labels; }

  /// True at the moment of the load.
  State state() const noexcept {
    return words().phase.load(std::memory_order_acquire).state();  // pairs with the transition's release
  }

  /// Whether it is CLOSED, and its window holds neither a failure nor a slow call: what a new breaker would be.
  bool is_untroubled() const noexcept {
    // Relaxed: exact if no other thread uses the breaker, as when a registry evicts it; else the answer may be out of date.
    const Phase phase = words().phase.load(std::memory_order_relaxed);
    if (phase.state() != State::closed) return false;
    const Metrics metrics = WindowRecorder::metrics(sums_of(phase), thresholds_);
    const auto is_slow = [](const SlowCount& slow) { return slow.count != 0; };
    return metrics.failure_count() == 0 && std::ranges::none_of(metrics.slow_counts(), is_slow);
  }

  /// Its place in the census of a registry.
  Seat<Atomics>& seat() noexcept { return common_->seat; }

  /// Makes a manual transition, whatever the state. Throws what announcing it throws (memory), then nothing has
  /// changed.
  void command(State to, const Override& given) {
    command(to, given.lasting.value_or(never), given.notify, given.reason.empty() ? nullptr : &given.reason);
  }
  void command(State to, std::chrono::nanoseconds hold, Notify notify, const std::string_view* reason = nullptr) {
    for (;;) {
      // Relaxed: the exchange decides, and the counts that it tells may lag.
      const Phase phase = words().phase.load(std::memory_order_relaxed);
      if (reason != nullptr) common_->reason.prepare(phase.epoch());
      if (transition(phase, to, Cause::manual, context_of(phase), hold, notify, reason)) return;
    }
  }

  /// Phase, counts and time of one epoch, unless transitions come faster than it can read.
  Info info(Besides* besides = nullptr) const {
    Info info;
    info.name = common_->name;
    info.labels = common_->labels;
    info.listener_errors = common_->notifier.errors();
    info.signals_dropped = common_->notifier.dropped();
    Phase phase = words().phase.load(std::memory_order_acquire);  // pairs with the transition's release
    for (int attempt = 0; attempt != 8; ++attempt) {
      const CallContext context = context_of(phase);
      info.metrics = context.metrics;
      info.changed_at = timestamp_of(words(), phase.epoch()).value_or(info.changed_at);
      info.state = phase.state();
      info.reopens = phase.reopens();
      info.retry_after.reset();
      info.override_ends_after.reset();
      info.reason.clear();
      if (const std::chrono::nanoseconds hold = known_hold(phase); hold != never) {
        if (phase.state() == State::open || phase.state() == State::forced_open) info.retry_after = hold;
        if (is_override(phase.state())) info.override_ends_after = hold;
      }
      if (is_override(phase.state())) info.reason = common_->reason.read(phase.epoch());
      if (besides != nullptr) *besides = {elapsed(), context.consecutive_failures};
      const Phase again = words().phase.load(std::memory_order_acquire);  // as above
      if (again == phase) break;
      phase = again;
    }
    return info;
  }

  /// As info(); and the texts, of all policies but the tracker.
  Snapshot snapshot() const {
    Besides besides;
    Info info = this->info(&besides);
    return snapshot_of(std::move(info), besides, span_of(recorder_), policy_texts());
  }
  PolicyTexts policy_texts() const { return texts_of(recorder_, tripper_, retry_, permit_, thresholds_[0]); }

  CallCounts call_counts() const noexcept
    requires counts_calls
  {
    return block_.counter().sum();
  }

  /// The mutable words as they lie in memory, for tests that watch them.
  auto bytes() const noexcept { return block_.bytes(); }

 protected:
  static constexpr std::chrono::nanoseconds never = Ticket::never;
  static constexpr std::uint32_t probes_of(const P& permit) noexcept {
    if constexpr (has_probes) return find_probes(permit).count();
    return 0;
  }

  const E& environment() const noexcept { return common_->environment; }
  /// The rules that have replaced these, if any have.
  typename Replacement<Rules<W, Tr, R, P, E, S, Atomics>, Atomics>::InUse newest() const noexcept {
    return typename Replacement<Rules<W, Tr, R, P, E, S, Atomics>, Atomics>::InUse{common_->replacement};
  }

  std::chrono::nanoseconds now() const noexcept { return since_epoch(environment().now()); }

  Words& words() const noexcept { return block_.control(); }
  Counter& counter() const noexcept { return block_.counter(); }

  std::chrono::nanoseconds elapsed() const noexcept { return since(words().changed_at.load(), now()); }

  /// The time for the recorder.
  std::chrono::nanoseconds window_time() const noexcept {
    return WindowRecorder::on_a_clock ? now() : std::chrono::nanoseconds{};
  }
  /// Whether only a command makes this state, which may say why and for how long.
  static constexpr bool is_override(State state) noexcept {
    return state == State::forced_open || state == State::disabled || state == State::metrics_only;
  }

  /// HALF_OPEN is judged as a whole: a window forgets nothing of it.
  static constexpr bool is_whole(State state) noexcept { return state == State::half_open; }
  typename WindowRecorder::Sums sums_of(Phase phase) const noexcept {
    return recorder_.snapshot(block_, phase.epoch(), window_time(), is_whole(phase.state()));
  }

  /// Built anew for each use: what only the tripper reads, and reads in part, then never reaches memory.
  CallContext context_of(State state, const typename WindowRecorder::Sums& sums, std::uint64_t streak) const noexcept {
    const Metrics metrics = WindowRecorder::metrics(sums, thresholds_);
    // Calls that time has removed from the window are no part of a streak.
    if constexpr (WindowRecorder::on_a_clock && needs.streak) streak = std::min(streak, metrics.failure_count());
    return {state, metrics, streak};
  }
  CallContext context_of(Phase phase) const noexcept {
    std::uint64_t streak = 0;
    if constexpr (needs.streak) streak = read_streak(words(), phase.epoch()).count(is_whole(phase.state()));
    return context_of(phase.state(), sums_of(phase), streak);
  }

  /// How long the phase still lasts, as far as that is known: zero while the hold of an opening is missing.
  std::chrono::nanoseconds known_hold(Phase phase) const noexcept {
    const Hold hold = words().hold.load(std::memory_order_relaxed);  // the word holds its epoch and its span together
    if (hold.epoch() != phase.epoch()) return phase.state() == State::open ? std::chrono::nanoseconds{} : never;
    return hold.span() == never ? never : hold.span() - std::min(hold.span(), elapsed());
  }

  /// Makes a transition that time or an outcome makes due. Without the memory to announce it, nothing happens; the next
  /// call (where time or a verdict is due) or the next outcome that is written tries again.
  Left leave(Phase from, State to, Cause cause, const CallContext& context) noexcept {
    FLUXGATE_TRY {
      transition(from, to, cause, context, never, Notify::yes, nullptr);
      return Left::yes;
    }
    FLUXGATE_CATCH_ALL { return Left::no_memory; }
  }

  /// Moves on from exactly `from` and tells the listeners; false if the breaker has left that phase. If the registry
  /// does not let it open, it goes on to CLOSED, without what the tripper has seen. Throws only before anything has
  /// changed.
  bool transition(Phase from, State to, Cause cause, const CallContext& context, std::chrono::nanoseconds hold,
                  Notify notify, const std::string_view* reason) {
    CommonParts& common = *common_;
    typename Seat<Atomics>::Claim claim = common.seat.claim(from.state(), to, cause);
    const Phase next = from.to(claim.denied() ? from.state() : to);
    Notice* const notice = common.notifier.has_listeners()
                               ? new Notice{.signal = signal(from, next, cause, context, reason),
                                            .epoch = next.epoch(),
                                            .silent = notify == Notify::no}
                               : nullptr;
    const Timestamp proposal{next.epoch(), environment().wall_now()};
    propose_timestamp(words(), next.epoch(), proposal);
    if (!advance(from, next)) {
      delete notice;
      return false;
    }
    claim.keep();
    // If the phase after next has begun meanwhile, the signal carries the time that this thread proposed.
    if (notice != nullptr) notice->signal.timestamp = timestamp_of(words(), next.epoch()).value_or(proposal.time());
    furnish(next, hold);
    if (reason != nullptr) common.reason.write(next.epoch(), *reason);
    if (notice != nullptr) common.notifier.push(notice);
    return true;
  }

  Signal signal(Phase from, Phase next, Cause cause, const CallContext& context, const std::string_view* reason) const {
    // Relaxed: for the text only; the thread that made the transition due has seen the hold.
    const std::chrono::nanoseconds held = words().hold.load(std::memory_order_relaxed).span();
    const bool denied = cause == Cause::tripped && next.state() == State::closed;
    // The name is no copy: the constructor for that is one function more for each unit to compile.
    return {.circuit_name = concat({common_->name}),
            .old_state = from.state(),
            .new_state = next.state(),
            .timestamp = {},  // known when the epoch has begun
            .sequence = next.epoch() - Phase{}.epoch(),
            .cause = cause,
            .reason = denied              ? reason_denied(context)
                      : reason == nullptr ? reason_for(next.state(), cause, context, held, tripper_, permit_)
                                          : concat({*reason}),
            .metrics = context.metrics,
            .labels = common_->labels,
            .enforced = !denied};
  }
  /// Out of the way: outside of a registry no breaker needs it.
  [[gnu::cold, gnu::noinline]] std::string reason_denied(const CallContext& context) const {
    return concat({reason_for(State::open, Cause::tripped, context, {}, tripper_, permit_), "; kept closed by ",
                   "AtMostOpen{", text(common_->seat.share()), "}"});
  }

  [[gnu::always_inline]] bool advance(Phase from, Phase next) noexcept {
    const std::chrono::nanoseconds time = now();
    // A late thread must not move the time of a transition that another thread has made. If it is suspended right here,
    // it moves that time by the length of its suspension.
    if (!words().is_current(from.epoch())) return false;
    words().changed_at.raise(time);
    Phase expected = from;
    // Release: a thread that sees the phase sees changed_at. After a failure the phase is loaded again, or not needed.
    return words().phase.compare_exchange_strong(expected, next, std::memory_order_release, std::memory_order_relaxed);
  }

  /// Publishes what a phase that has begun needs, unless another thread needed it earlier.
  [[gnu::always_inline]] void furnish(Phase next, std::chrono::nanoseconds hold) noexcept {
    if (next.state() == State::open)
      install(words(), Hold::of(next.epoch(), delay_of(retry_, next.reopens(), environment())));
    if (hold != never || next.state() == State::forced_open) {
      install(words(), Hold::of(next.epoch(), hold));
    }
    if constexpr (has_probes) {
      if (next.state() == State::half_open) stamp_round(words(), next.epoch());
    }
    recorder_.stamp(block_, next.epoch());
  }

  // What a healthy call reads comes first, side by side.
  WindowRecorder recorder_;
  bool timed_;
  typename Atomics::template Atomic<Mode> mode_;
  Block<Words, typename WindowRecorder::Head, Counter, typename WindowRecorder::Cell> block_;
  Thresholds thresholds_;
  std::chrono::nanoseconds least_threshold_;
  CommonParts* common_;
  [[no_unique_address]] Tr tripper_;
  [[no_unique_address]] R retry_;
  [[no_unique_address]] P permit_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
