// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Writes a snapshot into the words of a breaker that is being made.
///
/// Only the constructor does this, before a listener or another thread sees the breaker: so every store is relaxed. What
/// publishes the breaker to other threads publishes these words, too.

#ifndef FLUXGATE_ENGINE_RESUME_HPP
#define FLUXGATE_ENGINE_RESUME_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/clock.hpp>
#include <fluxgate/engine/state/hold.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/state/streak.hpp>
#include <fluxgate/engine/state/timestamp.hpp>
#include <fluxgate/engine/window/old_calls.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Sums and differences of times; the nearest value if they do not fit. `by`: zero or more.
constexpr std::chrono::nanoseconds later(std::chrono::nanoseconds time, std::chrono::nanoseconds by) noexcept {
  return time > std::chrono::nanoseconds::max() - by ? std::chrono::nanoseconds::max() : time + by;
}
template <class Time>
constexpr Time earlier(Time time, typename Time::duration by) noexcept {
  return time < Time::min() + by ? Time::min() : time - by;
}
constexpr std::chrono::nanoseconds earlier(std::chrono::nanoseconds time, std::chrono::nanoseconds by) noexcept {
  return time < std::chrono::nanoseconds::min() + by ? std::chrono::nanoseconds::min() : time - by;
}

/// For how long before now the restored state has lasted. HALF_OPEN begins anew: what was being tested is not known any
/// more, so a ramp starts from its beginning, too.
inline std::chrono::nanoseconds time_in_state(const Restored& from) noexcept {
  if (from.snapshot().state == State::half_open) return {};
  return later(from.snapshot().in_state, from.age());
}

/// The hold of a state that has lasted for `passed` and, at the time of its snapshot, was to last for `remaining` more.
/// A hold is rounded up. One that is over is written so that it is not rounded beyond `passed`.
inline Hold hold_after(std::uint32_t epoch, std::chrono::nanoseconds passed, const Restored& from) noexcept {
  constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();
  if (!from.snapshot().remaining.has_value()) return Hold::of(epoch, never);
  const std::chrono::nanoseconds remaining = *from.snapshot().remaining;
  if (remaining > from.age()) return Hold::of(epoch, later(passed, remaining - from.age()));
  const std::chrono::nanoseconds whole = std::min(passed, later(from.snapshot().in_state, remaining));
  const auto is_over = [&](Hold hold) { return hold.span() <= passed && hold.span() != never; };
  const Hold hold = Hold::of(epoch, whole);
  if (is_over(hold)) return hold;
  const std::chrono::nanoseconds rounding = whole / 50'000'000 + std::chrono::microseconds{1};
  const Hold shorter = Hold::of(epoch, whole - std::min(whole, rounding));
  return is_over(shorter) ? shorter : Hold::of(epoch, {});  // of centuries
}

/// State, times and streak of a breaker's first epoch. `now`, `wall`: the times of its construction.
template <class Words>
void resume_words(Words& words, const Restored& from, std::chrono::nanoseconds now,
                  std::chrono::system_clock::time_point wall) noexcept {
  const Snapshot& snapshot = from.snapshot();
  const Phase phase{Phase{}.epoch(), static_cast<std::uint16_t>(snapshot.reopens), snapshot.state};
  const std::chrono::nanoseconds wanted = time_in_state(from);
  const std::chrono::nanoseconds began = earlier(now, wanted);
  words.changed_at.begin_at(began);
  const auto wall_wanted = std::chrono::duration_cast<std::chrono::system_clock::duration>(wanted);
  const Timestamp timestamp{phase.epoch(), earlier(wall, wall_wanted)};
  words.timestamps[phase.epoch() % 2].store(timestamp, std::memory_order_relaxed);
  words.phase.store(phase, std::memory_order_relaxed);
  if (phase.state() != State::closed && phase.state() != State::half_open) {
    words.hold.store(hold_after(phase.epoch(), since(began, now), from), std::memory_order_relaxed);
  }
  if (phase.state() == State::closed || phase.state() == State::metrics_only) {
    const auto streak = std::min<std::uint64_t>(snapshot.consecutive_failures, Streak::most);
    words.streak.store(Streak{phase.epoch(), static_cast<std::uint32_t>(streak)}, std::memory_order_relaxed);
  }
}

/// What the window begins with: nothing, but in the states that record without end.
inline OldCalls old_calls(const Restored& from, const Thresholds& thresholds, std::chrono::nanoseconds now) noexcept {
  const Snapshot& snapshot = from.snapshot();
  const Metrics& metrics = snapshot.metrics;
  OldCalls calls;
  if (snapshot.state != State::closed && snapshot.state != State::metrics_only) return calls;
  const std::int64_t duration = metrics.total_duration().count();
  calls.total = metrics.total_count();
  calls.failures = metrics.failure_count();
  for (std::size_t i = 0; i != thresholds.size(); ++i) calls.slow[i] = metrics.slow_count(thresholds[i]);
  calls.micros = static_cast<std::uint64_t>(duration / 1000 + (duration % 1000 >= 500 ? 1 : 0));
  calls.ended = earlier(now, from.age());
  calls.began = earlier(calls.ended, snapshot.in_state);
  calls.span = snapshot.window_span;
  return calls;
}

template <class R, class AnyBlock>
void resume_window(const R& recorder, const AnyBlock& block, const Restored& from, const Thresholds& thresholds,
                   std::chrono::nanoseconds now) noexcept {
  if constexpr (requires { recorder.resume(block, std::uint32_t{}, OldCalls{}, now); }) {
    recorder.resume(block, Phase{}.epoch(), old_calls(from, thresholds, now), now);
  }
}

/// Only an override has a reason. @throws std::bad_alloc
template <class Reason>
void resume_reason(Reason& words, const Restored& from) {
  const std::string& reason = from.snapshot().reason;
  if (reason.empty()) return;
  words.prepare(Phase{}.epoch() - 1);
  words.write(Phase{}.epoch(), reason);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
