// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The engine of a breaker: admits calls, records their outcomes, and has the newest rules decide.

#ifndef FLUXGATE_ENGINE_CORE_HPP
#define FLUXGATE_ENGINE_CORE_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/clock.hpp>
#include <fluxgate/engine/machine.hpp>
#include <fluxgate/engine/replacement.hpp>
#include <fluxgate/engine/resume.hpp>
#include <fluxgate/engine/retuning.hpp>
#include <fluxgate/engine/rules.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/state/round.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/engine/state/timestamp.hpp>
#include <fluxgate/engine/window/healthy_words.hpp>
#include <fluxgate/engine/window/recorder_of.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Its base holds the first rules, by which it decides until others replace them. A healthy call needs no rules, and does
/// not notice.
template <class W, class Tr, class R, class P, class E, class S = NoStats, class Atomics = StdAtomics>
class Core : private Rules<W, Tr, R, P, E, S, Atomics> {
  using First = Rules<W, Tr, R, P, E, S, Atomics>;
  using First::absorbs;
  using First::admit_elsewhere;
  using First::block_;
  using First::counter;
  using First::counts_calls;
  using First::has_probes;
  using First::is_replaced;
  using First::mode_;
  using First::needs;
  using First::newest;
  using First::record_elsewhere;
  using First::recorder_;
  using First::timed_;
  using First::words;

 public:
  using typename First::WindowRecorder;

  /// `from`: nothing, or the Restored to begin with.
  template <class T, class... From>
  explicit Core(Config<W, T, Tr, R, P, E, S>&& config, const From&... from) : First{config, parts_}, parts_{config} {
    // Relaxed: no other thread has seen the breaker yet.
    words().changed_at.raise(this->now());
    auto& born = words().timestamps[Phase{}.epoch() % 2];
    born.store(Timestamp{Phase{}.epoch(), this->environment().wall_now()}, std::memory_order_relaxed);
    recorder_.stamp(block_, Phase{}.epoch());
    (resume(from), ...);
    if (parts_.notifier.has_listeners()) attach();  // last: listeners see a whole breaker
  }

  using First::bytes;
  using First::call_counts;
  using First::labels;
  using First::name;
  using First::seat;
  using First::state;

  /// The words by which admit() and record() know a healthy call, as far as they need no others and count nothing.
  HealthyWords<Atomics> healthy_words() const noexcept {
    HealthyWords<Atomics> healthy;
    if constexpr (!counts_calls) {
      if (!timed_) healthy.admits_by(words().phase);
      if constexpr (may_absorb<WindowRecorder, Tr> && !needs.clock && !needs.streak) {
        if constexpr (requires { recorder_.show(healthy, block_); }) recorder_.show(healthy, block_);
      }
    }
    return healthy;
  }

  /// Admits a call, or refuses it.
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

  /// Records the outcome of an admitted call. Exceptions of user-written policies end here.
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

  /// Whether admit() might admit a call now; changes nothing. True also if only a call can end the refusals: an opening
  /// without its hold yet, a round without its verdict or with lost probes. Beside a thread that is making a transition
  /// it may measure from the next beginning, as admit() may.
  bool would_admit() const noexcept {
    return by_newest([](const First& rules) { return rules.would_admit(); });
  }

  /// As Machine, by the newest rules.
  Info info() const {
    return by_newest([](const First& rules) { return rules.info(); });
  }
  Snapshot snapshot() const {
    return by_newest([](const First& rules) { return rules.snapshot(); });
  }
  PolicyTexts policy_texts() const {
    return by_newest([](const First& rules) { return rules.policy_texts(); });
  }
  bool is_untroubled() const noexcept {
    return by_newest([](const First& rules) { return rules.is_untroubled(); });
  }
  void command(State to, const Override& given) {
    is_replaced() ? newest()->command(to, given) : First::command(to, given);
  }
  void command(State to, std::chrono::nanoseconds hold, Notify notify) {
    if (is_replaced()) [[unlikely]]
      return command_newest(to, hold, notify);
    First::command(to, hold, notify);
  }

  /// Lets the rules of `config`, which are valid by themselves, decide from now on. A step under way ends by the rules
  /// that it began with. @throws std::invalid_argument for what cannot change, std::bad_alloc; nothing has changed then
  template <class C>
  void retune(C& config) {
    refuse_other_frame(recorder_, block_, timed_, config, Refusal{name()});
    const First& first = *this;
    auto node = std::make_unique<typename Replacement<First, Atomics>::Node>(config, first);
    for (bool done = false; !done;) {
      const auto current = newest();
      node->rules.follow(current ? *current : first);
      done = parts_.replacement.replace(current, node);
    }
    mode_.store(Mode::replaced, std::memory_order_release);  // pairs with the loads of mode_, for the newest rules
    parts_.replacement.clean();
  }

 private:
  /// Begins with a snapshot; in the constructor only.
  void resume(const Restored& from) {
    resume_words(words(), from, this->now(), this->environment().wall_now());
    resume_window(recorder_, block_, from, this->thresholds_, this->now());
    if (First::is_override(state())) resume_reason(parts_.reason, from);
  }

  /// A function of its own, to keep construction small.
  [[gnu::cold, gnu::noinline]] void attach() { parts_.notifier.attach(info()); }

  /// Out of the way, so that commands are compiled for their arguments.
  [[gnu::cold, gnu::noinline]] void command_newest(State to, std::chrono::nanoseconds hold, Notify notify) {
    newest()->command(to, hold, notify);
  }

  /// `ask(rules)` of the rules that decide.
  template <class Ask>
  auto by_newest(Ask ask) const {
    if (!is_replaced()) return ask(static_cast<const First&>(*this));
    const auto rules = newest();
    return ask(std::as_const(*rules));
  }

  typename First::CommonParts parts_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
