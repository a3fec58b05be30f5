// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The recorder of CountWindow: a ring of slots, and totals that equal its sum.
///
/// A recorder claims an index, exchanges that slot, and adds the difference between new and old to the totals. Slots
/// and totals carry the tag of their epoch. Readers treat a word with another tag as empty, and the first writer of the
/// current epoch replaces it. A thread that meets a foreign tag loads the phase, and drops its outcome if its own epoch
/// is over: a tag alone never tells old from new.
///
/// Invariant, at rest: the totals of the current epoch equal the sum of the slots that carry its tag.
///
/// Verdicts. The last of several recorders must be judged by what all of them wrote, or a breaker stays closed at
/// counts that trip it. Where all counts lie in one word, its exchange gives the exact sum; a streak is written before
/// it and read after it. Where they lie in several words, a recorder reads all of them again after its last write.
/// These writes and reads are sequentially consistent, because of this execution: A adds to one word only, B to another
/// only, and each then reads the other's word. With acquire and release both may read the old value. In the single
/// order of all these operations, the reads after the last write see every other write.
///
/// Races.
/// - Two recorders on one slot (the ring went round once between them): each subtracts exactly what it saw in the slot,
///   so the differences add up in any order. In between a lane may be below zero or above the size; readers clamp.
/// - A recorder of a past epoch wakes up: if the slot or the totals have changed, its compare-exchange fails, and it
///   loads the phase. If not, the stale write lands under a tag that no reader accepts.
/// - A success is absorbed while a failure is in flight: the failure is not counted yet, so the success is ordered
///   first.
/// Tags are short: 26 bits in a slot, 16 in the totals. The winner of each transition stamps the totals, and a recorder
/// loads the phase before it begins. So two cases can be mistaken: a slot that was untouched through exactly 2^26
/// transitions, and the addition of a recorder that was suspended after that load through exactly 65,536 transitions.

#ifndef FLUXGATE_ENGINE_WINDOW_COUNT_RECORDER_HPP
#define FLUXGATE_ENGINE_WINDOW_COUNT_RECORDER_HPP

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/window/count_words.hpp>
#include <fluxgate/engine/window/healthy_words.hpp>
#include <fluxgate/engine/window/old_calls.hpp>
#include <fluxgate/engine/window/recorder.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/windows/count_window.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class Atomics, Needs needs>
class CountRecorder {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;
  using Slot = std::conditional_t<needs.durations, WideSlot, NarrowSlot>;
  /// Whether all counts lie in the totals.
  static constexpr bool one_word = needs.slow_rates == 0 && !needs.durations;

 public:
  static constexpr bool on_a_clock = false;
  static constexpr bool quiet_is_unchanged = true;

  /// Words that each call reads lie together; the cursor, which each record writes, lies apart.
  struct alignas(cache_line) Head {
    Atomic<Lanes> totals{Lanes{}};  ///< calls, failures, slow by the breaker's threshold
    [[no_unique_address]] Optional<(needs.slow_rates > 0), Atomic<Lanes>, 0> slow{};  ///< by the other three
    [[no_unique_address]] Optional<needs.durations, Atomic<Duration>, 1> duration{};
    alignas(cache_line) Atomic<std::uint64_t> cursor{0};
  };
  using Cell = Atomic<Slot>;
  using Index = std::size_t;  ///< of a slot in the ring

  explicit CountRecorder(const CountWindow& window) noexcept : full_{static_cast<int>(window.size()), 0, 0} {}

  /// A round of `probes` calls is kept whole, even if the window is smaller.
  std::size_t cells(std::uint32_t probes) const noexcept { return std::max<std::size_t>(size(), probes); }

  /// The result of recording a sample, and the totals after it.
  struct Receipt {
    Recorded what = Recorded::too_late;
    Lanes totals{};
  };

  /// Claims the oldest slot.
  template <class AnyBlock>
  Index next_index(const AnyBlock& block, std::chrono::nanoseconds, bool in_round) const noexcept {
    const std::size_t slots = in_round ? block.cells().size() : size();
    // Acquire and release: a thread whose place is after another thread's later calls sees what that thread's earlier
    // calls left in the slots.
    return static_cast<Index>(block.head().cursor.fetch_add(1, std::memory_order_acq_rel) % slots);
  }

  /// Counts `sample` for `epoch` in the claimed slot; quietly if it is a success that replaces an equal outcome.
  template <class AnyBlock, class Clock>
  Receipt record(const AnyBlock& block, Index index, std::uint32_t epoch, const Sample& sample, const Clock&,
                 bool /*whole*/) const {
    const auto& control = block.control();
    Head& head = block.head();
    Cell& cell = block.cell(index);
    const Slot next = Slot::of(epoch, sample);
    // Loaded before it is needed: after the slot's exchange the processor would wait for it.
    Duration duration{};
    if constexpr (needs.durations) duration = head.duration.load(std::memory_order_acquire);  // as in add
    // Acquire: pairs with the exchange below. A thread that sees a newer epoch's slot sees its phase.
    Slot old = cell.load(std::memory_order_acquire);
    // An exchange for an equal slot would change nothing.
    while (old != next) {
      if (!old.belongs_to(epoch) && !control.is_current(epoch)) return {};
      // Release: see above. On failure, acquire again for the same reason.
      if (cell.compare_exchange_weak(old, next, std::memory_order_release, std::memory_order_acquire)) break;
    }
    // Trouble asks for a verdict even if it changes nothing: the last verdict may have lacked the memory for its
    // notice.
    if (old == next && !sample.trouble()) return {Recorded::quietly, {}};

    const bool replaces = old.belongs_to(epoch);
    const Sample before = replaces ? old.sample() : Sample{};
    Receipt receipt{Recorded::counted, {}};
    if (old.counts() == next.counts()) {
      if constexpr (one_word) receipt.totals = read(head.totals, epoch);
    } else {
      const auto difference = [&](std::size_t lane) { return int{sample.slow_at(lane)} - int{before.slow_at(lane)}; };
      const Lanes change{replaces ? 0 : 1, int{sample.failed} - int{before.failed}, difference(0)};
      const Lanes slow{difference(1), difference(2), difference(3)};
      if (!count(control, head, epoch, change, slow, receipt.totals)) return {};
    }
    if constexpr (needs.durations) {
      const Duration difference{std::int64_t{sample.micros} - std::int64_t{before.micros}};
      if (!difference.is_zero() && !add_to(control, head.duration, duration, epoch, difference)) return {};
    }
    return receipt;
  }

  /// The counts of an epoch.
  struct Sums {
    Lanes totals{};
    Lanes slow{};
    Duration duration{};
  };

  /// The counts for a verdict on the outcome of that `receipt`.
  template <class AnyBlock>
  Sums sum(const Receipt& receipt, const AnyBlock& block, std::uint32_t epoch, std::chrono::nanoseconds at,
           bool whole) const noexcept {
    if constexpr (one_word) {
      if (receipt.what == Recorded::counted) return {receipt.totals, {}, {}};
    }
    return snapshot(block, epoch, at, whole);  // see Verdicts
  }

  /// Whether the window is full, without a failure or a slow call; see Lanes::in() for the state. Relaxed: the answer
  /// is about this word alone, and was true when it was loaded.
  template <class AnyBlock>
  bool is_healthy(const AnyBlock& block, Phase phase) const noexcept
    requires(needs.slow_rates == 0)
  {
    const Head& head = block.head();
    return head.totals.load(std::memory_order_relaxed) == full_.in(phase);
  }
  /// The same for two words. The first is loaded again: otherwise a failure might come and then a slow call go between
  /// the loads, or the other way round, and the window be healthy at no time.
  template <class AnyBlock>
  bool is_healthy(const AnyBlock& block, Phase phase) const noexcept
    requires(needs.slow_rates > 0)
  {
    const Head& head = block.head();
    // Acquire: pairs with add_to; the next load sees what was written before.
    if (head.totals.load(std::memory_order_acquire) != full_.in(phase)) return false;
    if (head.slow.load(std::memory_order_acquire) != Lanes::empty(phase.epoch())) return false;  // as above
    return head.totals.load(std::memory_order_relaxed) == full_.in(phase);  // no later load depends on this one
  }

  /// Says by which words is_healthy() judges, where these are all.
  template <class AnyBlock>
  void show(HealthyWords<Atomics>& words, const AnyBlock& block) const noexcept
    requires(needs.slow_rates == 0)
  {
    words.absorbs_by(block.head().totals, full_);
  }

  /// The counts of `epoch`; words of other epochs read as zero.
  template <class AnyBlock>
  Sums snapshot(const AnyBlock& block, std::uint32_t epoch, std::chrono::nanoseconds, bool /*whole*/) const noexcept {
    const Head& head = block.head();
    Sums sums{};
    // The parts before the total, so that a call in between overstates no rate.
    if constexpr (needs.slow_rates > 0) sums.slow = read(head.slow, epoch);
    if constexpr (needs.durations) sums.duration = read(head.duration, epoch);
    sums.totals = read(head.totals, epoch);
    return sums;
  }

  static Metrics metrics(const Sums& sums, const Thresholds& thresholds) noexcept {
    const std::uint64_t total = clamped(sums.totals.lane(0));
    const auto part = [total](std::int16_t lane) { return std::min(clamped(lane), total); };
    Metrics::SlowCounts counts{};
    counts[0] = {thresholds[0], part(sums.totals.lane(2))};
    if constexpr (needs.slow_rates > 0) {
      for (unsigned i = 0; i != 3; ++i) counts[i + 1] = {thresholds[i + 1], part(sums.slow.lane(i))};
    }
    return Metrics{total, part(sums.totals.lane(1)),
                   std::chrono::nanoseconds{1000 * static_cast<std::int64_t>(clamped(sums.duration.micros()))}, counts};
  }

  /// Marks every word as the new epoch's, so that no old word is mistaken for a current one 65,536 transitions later.
  /// Called by the winner of the transition, while recorders of the new epoch may already be at work.
  template <class AnyBlock>
  void stamp(const AnyBlock& block, std::uint32_t epoch) const noexcept {
    const auto& control = block.control();
    Head& head = block.head();
    stamp_word(control, head.totals, epoch);
    if constexpr (needs.slow_rates > 0) stamp_word(control, head.slow, epoch);
    if constexpr (needs.durations) stamp_word(control, head.duration, epoch);
  }

  CountWindow window() const noexcept { return CountWindow{full_.lane(0)}; }

  /// Fills the oldest slots with calls of a snapshot, before another thread sees the breaker: all stores are relaxed.
  template <class AnyBlock>
  void resume(const AnyBlock& block, std::uint32_t epoch, OldCalls calls, std::chrono::nanoseconds) const noexcept {
    calls = at_most(size(), calls);
    calls.micros = std::min(calls.micros, calls.total * std::numeric_limits<std::uint32_t>::max());
    const auto count = [](std::uint64_t part) { return static_cast<int>(part); };
    Head& head = block.head();
    for (std::size_t i = 0; i != calls.total; ++i) {
      block.cell(i).store(Slot::of(epoch, sample_of(calls, i)), std::memory_order_relaxed);
    }
    head.cursor.store(calls.total, std::memory_order_relaxed);
    const Lanes totals{count(calls.total), count(calls.failures), count(calls.slow[0])};
    head.totals.store(Lanes::empty(epoch).plus(totals), std::memory_order_relaxed);
    if constexpr (needs.slow_rates > 0) {
      const Lanes slow{count(calls.slow[1]), count(calls.slow[2]), count(calls.slow[3])};
      head.slow.store(Lanes::empty(epoch).plus(slow), std::memory_order_relaxed);
    }
    if constexpr (needs.durations) {
      const Duration duration{static_cast<std::int64_t>(calls.micros)};
      head.duration.store(Duration::empty(epoch).plus(duration), std::memory_order_relaxed);
    }
  }

 private:
  std::size_t size() const noexcept { return static_cast<std::size_t>(full_.lane(0)); }

  /// Adds what is not zero of these differences to the counts, and sets `totals` to the result; false if the epoch is
  /// over. The parts after the total, so that no reader sees a part without its call.
  template <class Control>
  [[gnu::always_inline]] static bool count(const Control& control, Head& head, std::uint32_t epoch, const Lanes& change,
                                           [[maybe_unused]] const Lanes& slow, Lanes& totals) noexcept {
    if (!change.is_zero() && !add(control, head.totals, epoch, change, totals)) return false;
    if constexpr (needs.slow_rates > 0) {
      Lanes sum{};
      if (!slow.is_zero() && !add(control, head.slow, epoch, slow, sum)) return false;
    }
    return true;
  }

  template <class Word>
  static Word read(const Atomic<Word>& word, std::uint32_t epoch) noexcept {
    const Word value = word.load(std::memory_order_seq_cst);  // see Verdicts; a part shows its total
    return value.belongs_to(epoch) ? value : Word::empty(epoch);
  }

  /// Adds `delta`, which is not zero, to the epoch's word, and sets `sum` to the result; false if the epoch is over.
  template <class Control, class Word>
  static bool add(const Control& control, Atomic<Word>& word, std::uint32_t epoch, const Word& delta,
                  Word& sum) noexcept {
    sum = word.load(std::memory_order_acquire);  // pairs with add_to, as for slots
    return add_to(control, word, sum, epoch, delta);
  }

  /// The same for a word that was loaded, with acquire, as `value`.
  template <class Control, class Word>
  static bool add_to(const Control& control, Atomic<Word>& word, Word& value, std::uint32_t epoch,
                     const Word& delta) noexcept {
    Word seen = value;
    do {
      const bool own = seen.belongs_to(epoch);
      if (!own && !control.is_current(epoch)) return false;
      value = (own ? seen : Word::empty(epoch)).plus(delta);
      // See Verdicts. A thread that sees this sum sees the slot that it counts, and the phase of its epoch.
    } while (!word.compare_exchange_weak(seen, value, std::memory_order_seq_cst, std::memory_order_acquire));
    return true;
  }

  template <class Control, class Word>
  static void stamp_word(const Control& control, Atomic<Word>& word, std::uint32_t epoch) noexcept {
    Word seen = word.load(std::memory_order_acquire);  // pairs with add: a newer epoch's word shows its phase
    while (!seen.belongs_to(epoch) && control.is_current(epoch)) {
      // Release: a thread that sees the stamp sees its phase. On failure, acquire: like the load.
      if (word.compare_exchange_weak(seen, Word::empty(epoch), std::memory_order_release, std::memory_order_acquire)) {
        return;
      }
    }
  }

  Lanes full_;  ///< the totals of a window full of successes
};
static_assert(Recorder<CountRecorder<StdAtomics, Needs{}>>);
static_assert(
    Recorder<CountRecorder<StdAtomics, Needs{.durations = true, .streak = true, .slow_rates = 3, .clock = true}>>);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
