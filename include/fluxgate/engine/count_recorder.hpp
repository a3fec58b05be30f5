// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The recorder of CountWindow: a ring of slots, and totals that equal its sum.
///
/// A recorder claims an index, exchanges that slot, and adds the difference between new and old to the totals. Slots
/// and totals carry the tag of their epoch; what carries another one is empty to everybody, and is replaced by the first
/// writer of the current epoch. Who meets a foreign tag asks the phase whether its own epoch still runs, and drops its
/// outcome if not: a tag alone never tells old from new.
///
/// Invariant, at rest: the totals of the current epoch equal the sum of the slots that carry its tag.
///
/// Verdicts. Of several recorders the last must be asked about what all of them wrote, or a breaker stays closed at counts
/// that trip it. Where all counts lie in one word, its exchange gives the exact sum. Where they lie in several (and a
/// streak is one), a recorder reads all of them again behind its last write. These writes and reads are sequentially
/// consistent, because of this execution: A adds to one word only, B to another only, each then reads the other's; with
/// acquire and release both may read the old value. In the one order of all of them, what follows the last write sees
/// every other.
///
/// Races.
/// - Two recorders on one slot (the ring went once round in between): each took away exactly what it saw in the slot, so
///   the differences add up in any order. In between a lane may be below zero or above the size; readers clamp.
/// - A recorder of a past epoch wakes up: its compare-exchange fails when the slot or the totals have moved on, and then
///   it asks the phase. Where they have not moved, it writes a tag that nobody reads any more.
/// - A success is absorbed while a failure is on its way: the failure has not been counted yet, so the success comes
///   first.
/// Tags are short: 26 bits in a slot, 16 in the totals. The winner of each transition stamps the totals, and a recorder
/// asks the phase before it begins. So what can be mistaken is a slot that lay untouched through exactly 2^26 transitions,
/// and the addition of a recorder that was suspended between slot and totals through exactly 65,536 of them.

#ifndef FLUXGATE_ENGINE_COUNT_RECORDER_HPP
#define FLUXGATE_ENGINE_COUNT_RECORDER_HPP

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/sample.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/trippers.hpp>
#include <fluxgate/windows.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// A slot without a duration.
struct alignas(4) NarrowSlot {
  std::uint32_t tag : 26 = 0;
  std::uint32_t present : 1 = 0;
  std::uint32_t failed : 1 = 0;
  std::uint32_t slow : 4 = 0;

  static constexpr std::uint32_t tag_of(std::uint32_t epoch) noexcept { return epoch & 0x3ff'ffffU; }
  static constexpr NarrowSlot of(std::uint32_t epoch, const Sample& sample) noexcept {
    NarrowSlot slot;
    slot.tag = tag_of(epoch) & 0x3ff'ffffU;
    slot.present = 1;
    slot.failed = sample.failed ? 1 : 0;
    slot.slow = sample.slow & 0xfU;
    return slot;
  }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return present != 0 && tag == tag_of(epoch); }
  constexpr Sample sample() const noexcept {
    return {.failed = failed != 0, .slow = static_cast<std::uint8_t>(slow), .micros = 0};
  }
};
static_assert(sizeof(NarrowSlot) == 4);

/// A slot with a duration.
struct alignas(8) WideSlot {
  NarrowSlot narrow{};
  std::uint32_t micros = 0;

  static constexpr WideSlot of(std::uint32_t epoch, const Sample& sample) noexcept {
    return {NarrowSlot::of(epoch, sample), sample.micros};
  }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return narrow.belongs_to(epoch); }
  constexpr Sample sample() const noexcept {
    Sample sample = narrow.sample();
    sample.micros = micros;
    return sample;
  }
};
static_assert(sizeof(WideSlot) == 8);

/// Three counts of an epoch. Wide enough for the largest window and 2,767 threads between slot and totals.
struct alignas(8) Lanes {
  std::uint16_t tag = 0;
  std::int16_t lane[3] = {0, 0, 0};

  static constexpr std::uint16_t tag_of(std::uint32_t epoch) noexcept { return static_cast<std::uint16_t>(epoch); }
  static constexpr Lanes empty(std::uint32_t epoch) noexcept { return {tag_of(epoch), {0, 0, 0}}; }
  constexpr bool is_zero() const noexcept { return lane[0] == 0 && lane[1] == 0 && lane[2] == 0; }
  constexpr Lanes plus(const Lanes& other) const noexcept {
    Lanes sum = *this;
    for (std::size_t i = 0; i != 3; ++i) sum.lane[i] = static_cast<std::int16_t>(sum.lane[i] + other.lane[i]);
    return sum;
  }
};
static_assert(sizeof(Lanes) == 8);

/// The microseconds of an epoch: 30,000 calls of 71 minutes stay below 2^47.
struct alignas(8) Duration {
  std::uint64_t tag : 16 = 0;
  std::uint64_t bits : 48 = 0;  ///< two's complement

  static constexpr std::uint64_t mask = (std::uint64_t{1} << 48U) - 1;

  static constexpr std::uint64_t tag_of(std::uint32_t epoch) noexcept { return epoch & 0xffffU; }
  static constexpr Duration empty(std::uint32_t epoch) noexcept { return of(epoch, 0); }
  static constexpr Duration of(std::uint32_t epoch, std::int64_t micros) noexcept {
    Duration duration;
    duration.tag = tag_of(epoch) & 0xffffU;
    duration.bits = static_cast<std::uint64_t>(micros) & mask;
    return duration;
  }
  constexpr bool is_zero() const noexcept { return bits == 0; }
  constexpr std::int64_t micros() const noexcept { return static_cast<std::int64_t>(std::uint64_t{bits} << 16U) >> 16; }
  constexpr Duration plus(const Duration& other) const noexcept {
    Duration sum = *this;
    sum.bits = (bits + other.bits) & mask;
    return sum;
  }
};
static_assert(sizeof(Duration) == 8);

template <class Atomics, Needs needs>
class CountRecorder {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;
  using Slot = std::conditional_t<needs.durations, WideSlot, NarrowSlot>;

 public:
  /// What is read at each call lies together; the cursor, written at each record, lies apart.
  struct alignas(cache_line) Head {
    Atomic<Lanes> totals{Lanes{}};  ///< calls, failures, slow by the breaker's threshold
    [[no_unique_address]] Optional<(needs.slow_rates > 0), Atomic<Lanes>, 0> slow{};  ///< by the other three
    [[no_unique_address]] Optional<needs.durations, Atomic<Duration>, 1> duration{};
    alignas(cache_line) Atomic<std::uint64_t> cursor{0};
  };
  using Cell = Atomic<Slot>;

  explicit CountRecorder(const CountWindow& window) noexcept : size_{window.size()} {}

  std::size_t cells() const noexcept { return size_; }

  /// Counts `sample` for `epoch`; `sum` gets what the window came to with it. False when the epoch is over.
  template <class Control, class Clock>
  bool record(const Control& control, Head& head, std::span<Cell> cells, std::uint32_t epoch, const Sample& sample,
              const Thresholds& thresholds, std::chrono::nanoseconds at, const Clock&, Metrics& sum) const {
    // Only the index's uniqueness matters, so nothing is ordered by it.
    Cell& cell = cells[head.cursor.fetch_add(1, std::memory_order_relaxed) % size_];
    const Slot next = Slot::of(epoch, sample);
    Slot old = cell.load(
        std::memory_order_acquire);  // pairs with the exchange below: who sees a newer epoch's slot sees its phase
    do {
      if (!old.belongs_to(epoch) && !control.is_current(epoch)) return false;
      // Release: see above. On failure, acquire again for the same reason.
    } while (!cell.compare_exchange_weak(old, next, std::memory_order_acq_rel, std::memory_order_acquire));

    const bool replaces = old.belongs_to(epoch);
    const Sample before = replaces ? old.sample() : Sample{};
    const Lanes delta{0,
                      {static_cast<std::int16_t>(replaces ? 0 : 1),
                       static_cast<std::int16_t>(int{sample.failed} - int{before.failed}),
                       static_cast<std::int16_t>(int{sample.slow_at(0)} - int{before.slow_at(0)})}};
    Lanes totals{};
    if (!add(control, head.totals, epoch, delta, totals)) return false;
    // The parts after the total, so that no reader sees a part without its call.
    if constexpr (needs.slow_rates > 0) {
      Lanes change{};
      for (std::size_t i = 0; i != 3; ++i) {
        change.lane[i] = static_cast<std::int16_t>(int{sample.slow_at(i + 1)} - int{before.slow_at(i + 1)});
      }
      Lanes slow{};
      if (!add(control, head.slow, epoch, change, slow)) return false;
    }
    if constexpr (needs.durations) {
      const Duration change = Duration::of(epoch, std::int64_t{sample.micros} - std::int64_t{before.micros});
      Duration duration{};
      if (!add(control, head.duration, epoch, change, duration)) return false;
    }
    if constexpr (needs.slow_rates > 0 || needs.durations || needs.streak) {
      sum = snapshot(head, cells, epoch, thresholds, at);  // see Verdicts
    } else {
      sum = metrics(totals, {}, {}, thresholds);
    }
    return true;
  }

  /// Full, and neither a failure nor a slow call in it. Relaxed: the answer is about this word alone, and was true when
  /// it was loaded.
  bool is_healthy(const Head& head, std::uint32_t epoch) const noexcept {
    const Lanes totals = head.totals.load(std::memory_order_relaxed);
    bool healthy = totals.tag == Lanes::tag_of(epoch) && totals.lane[0] == static_cast<std::int16_t>(size_) &&
                   totals.lane[1] == 0 && totals.lane[2] == 0;
    if constexpr (needs.slow_rates > 0) {
      const Lanes slow = head.slow.load(std::memory_order_relaxed);  // as above
      healthy = healthy && slow.tag == Lanes::tag_of(epoch) && slow.is_zero();
    }
    return healthy;
  }

  /// The counts of `epoch`; words that are not its own read as zero.
  Metrics snapshot(const Head& head, std::span<const Cell>, std::uint32_t epoch, const Thresholds& thresholds,
                   std::chrono::nanoseconds) const noexcept {
    Lanes slow{};
    Duration duration{};
    // The parts before the total, so that no rate is overstated because a call came in between.
    if constexpr (needs.slow_rates > 0) slow = read(head.slow, epoch);
    if constexpr (needs.durations) duration = read(head.duration, epoch);
    return metrics(read(head.totals, epoch), slow, duration, thresholds);
  }

  /// Marks every word as the new epoch's, so that none is left behind to be mistaken 65,536 transitions later. Called by the
  /// winner of the transition, while recorders of the new epoch may already be at work.
  template <class Control>
  void stamp(const Control& control, Head& head, std::uint32_t epoch) const noexcept {
    stamp_word(control, head.totals, epoch);
    if constexpr (needs.slow_rates > 0) stamp_word(control, head.slow, epoch);
    if constexpr (needs.durations) stamp_word(control, head.duration, epoch);
  }

 private:
  template <class Word>
  static Word read(const Atomic<Word>& word, std::uint32_t epoch) noexcept {
    const Word value = word.load(std::memory_order_seq_cst);  // see Verdicts; and a part seen means its total is seen
    return value.tag == Word::tag_of(epoch) ? value : Word::empty(epoch);
  }

  /// Adds `delta` to the epoch's word and gives what it came to; false when the epoch is over.
  template <class Control, class Word>
  static bool add(const Control& control, Atomic<Word>& word, std::uint32_t epoch, const Word& delta,
                  Word& sum) noexcept {
    if (delta.is_zero()) {
      sum = read(word, epoch);
      return true;
    }
    Word seen = word.load(std::memory_order_acquire);  // pairs with the release below, as for slots
    do {
      const bool own = seen.tag == Word::tag_of(epoch);
      if (!own && !control.is_current(epoch)) return false;
      sum = (own ? seen : Word::empty(epoch)).plus(delta);
      // See Verdicts; and who sees this sum sees the slot behind it, and the phase of its epoch.
    } while (!word.compare_exchange_weak(seen, sum, std::memory_order_seq_cst, std::memory_order_acquire));
    return true;
  }

  template <class Control, class Word>
  static void stamp_word(const Control& control, Atomic<Word>& word, std::uint32_t epoch) noexcept {
    Word seen = word.load(std::memory_order_acquire);  // pairs with add: a newer epoch's word shows its phase
    while (seen.tag != Word::tag_of(epoch) && control.is_current(epoch)) {
      // Release: as in add.
      if (word.compare_exchange_weak(seen, Word::empty(epoch), std::memory_order_acq_rel, std::memory_order_acquire)) {
        return;
      }
    }
  }

  static Metrics metrics(const Lanes& totals, const Lanes& slow, const Duration& duration,
                         const Thresholds& thresholds) noexcept {
    const std::uint64_t total = clamped(totals.lane[0]);
    const auto part = [total](std::int16_t lane) { return std::min(clamped(lane), total); };
    Metrics::SlowCounts counts{};
    counts[0] = {thresholds[0], part(totals.lane[2])};
    if constexpr (needs.slow_rates > 0) {
      for (std::size_t i = 0; i != 3; ++i) counts[i + 1] = {thresholds[i + 1], part(slow.lane[i])};
    }
    return Metrics{total, part(totals.lane[1]),
                   std::chrono::microseconds{static_cast<std::int64_t>(clamped(duration.micros()))}, counts};
  }

  std::uint32_t size_;
};

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
