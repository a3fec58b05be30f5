// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The recorder of TimeWindow: a ring of buckets, each owned by one epoch and one stretch of time.
///
/// The owner word says whose counts a bucket holds. Who needs a bucket for newer time, or for a newer epoch, claims it
/// (not live), clears its counts, and makes it live; anybody who meets a claimed bucket helps to finish. Readers count
/// live buckets of their epoch and time only, and look at the owner again after they have read.
///
/// Counts carry a version that every clearing raises. Who adds has read the count first and the owner second: if the
/// bucket changed hands in between, the version did too, and the compare-exchange fails.
///
/// Races.
/// - An adder of a past owner wakes up: its compare-exchange fails by the version, it looks at the owner again, and drops its outcome
///   if the epoch is another. In the same epoch it counts it in the bucket's new time, which is the time it is now.
/// - A clearer wakes up after the bucket went live: the owner is not the one it clears for, or the version is not.
/// - A reader during a clearing sees another owner at its second look and leaves the bucket out: it was expired.
/// A failure counts in the total by being one, successes are apart: a rate is never overstated by a call half recorded.

#ifndef FLUXGATE_ENGINE_TIME_RECORDER_HPP
#define FLUXGATE_ENGINE_TIME_RECORDER_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
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

/// Whose counts a bucket holds.
struct alignas(8) Owner {
  std::uint32_t epoch = 0;
  std::uint32_t index : 31 = 0;  ///< the low bits of the number in `since`, to tell claims apart
  std::uint32_t live : 1 = 0;

  friend constexpr bool operator==(const Owner& a, const Owner& b) noexcept {
    return a.epoch == b.epoch && a.index == b.index && a.live == b.live;
  }
};
static_assert(sizeof(Owner) == 8);

/// A count that knows how often it was cleared.
struct alignas(8) Tally {
  std::uint64_t version : 16 = 0;
  std::uint64_t value : 48 = 0;

  constexpr Tally plus(std::uint64_t delta) const noexcept {
    constexpr std::uint64_t largest = (std::uint64_t{1} << 48U) - 1;
    Tally sum = *this;
    sum.value = (delta > largest - value ? largest : value + delta) & largest;
    return sum;
  }
  constexpr Tally cleared() const noexcept {
    Tally next;
    next.version = (version + 1U) & 0xffffU;
    return next;
  }
};
static_assert(sizeof(Tally) == 8);

/// Where a thread counts its successes: threads take turns, so that few share a cache line.
inline constexpr std::size_t stripes = 4;

inline std::size_t stripe_of_this_thread() noexcept {
  static std::atomic<std::size_t> threads{0};
  // Relaxed: only the number's difference from the others' matters.
  thread_local const std::size_t stripe = threads.fetch_add(1, std::memory_order_relaxed) % stripes;
  return stripe;
}

template <class Atomics, Needs needs>
class TimeRecorder {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  struct alignas(cache_line) Stripe {
    Atomic<Tally> successes{Tally{}};
  };

 public:
  struct Head {};

  struct alignas(cache_line) Cell {
    Atomic<Owner> owner{Owner{}};
    Atomic<std::int64_t> since{
        0};  ///< the number of the stretch of time, counted in buckets; set between claim and live
    Atomic<Tally> failures{Tally{}};
    std::array<Atomic<Tally>, needs.slow_rates == 0 ? 1 : max_slow_thresholds> slow{};
    [[no_unique_address]] Optional<needs.durations, Atomic<Tally>, 0> micros{};
    std::array<Stripe, stripes> striped{};
  };

  explicit TimeRecorder(const TimeWindow& window) noexcept
      : buckets_{window.buckets()}, bucket_{window.bucket().count()} {}

  std::size_t cells() const noexcept { return buckets_; }

  /// Counts `sample` for `epoch` at the time `now`; `context` gets what the window came to with it. False when the epoch
  /// is over.
  template <class Control>
  bool record(const Control& control, Head& head, std::span<Cell> cells, std::uint32_t epoch, const Sample& sample,
              const Thresholds& thresholds, std::chrono::nanoseconds now, CallContext& context) const {
    const std::int64_t index = index_of(now);
    Cell& cell = cells[cell_of(index)];
    Atomic<Tally>& outcome = sample.failed ? cell.failures : cell.striped[stripe_of_this_thread()].successes;
    bool counted = take(control, cell, epoch, index) && add(control, cell, epoch, index, outcome, 1);
    // The parts after the whole, so that no reader sees a part without its call.
    for (std::size_t lane = 0; counted && lane != cell.slow.size(); ++lane) {
      if (sample.slow_at(lane)) counted = add(control, cell, epoch, index, cell.slow[lane], 1);
    }
    if constexpr (needs.durations) {
      counted = counted && add(control, cell, epoch, index, cell.micros, sample.micros);
    }
    if (!counted) return false;
    context.metrics = snapshot(head, cells, epoch, thresholds, now);
    return true;
  }

  /// The counts of `epoch` in the span that ends at `now`.
  Metrics snapshot(const Head&, std::span<const Cell> cells, std::uint32_t epoch, const Thresholds& thresholds,
                   std::chrono::nanoseconds now) const noexcept {
    const std::int64_t index = index_of(now);
    std::uint64_t failures = 0;
    std::uint64_t successes = 0;
    std::uint64_t micros = 0;
    std::array<std::uint64_t, max_slow_thresholds> slow{};
    for (const Cell& cell : cells) {
      const Owner owner =
          cell.owner.load(std::memory_order_acquire);  // pairs with take: a live bucket's counts are its own
      if (!owner.live || owner.epoch != epoch) continue;
      if (!in_span(cell.since.load(std::memory_order_acquire), index)) continue;  // acquire: as below
      // Acquire on each: keeps the second look at the owner behind them, and the whole behind its parts.
      std::uint64_t bucket_micros = 0;
      if constexpr (needs.durations) bucket_micros = cell.micros.load(std::memory_order_acquire).value;
      std::array<std::uint64_t, max_slow_thresholds> bucket_slow{};
      for (std::size_t lane = 0; lane != cell.slow.size(); ++lane) {
        bucket_slow[lane] = cell.slow[lane].load(std::memory_order_acquire).value;
      }
      const std::uint64_t bucket_failures = cell.failures.load(std::memory_order_acquire).value;
      std::uint64_t bucket_successes = 0;
      for (const Stripe& stripe : cell.striped)
        bucket_successes += stripe.successes.load(std::memory_order_acquire).value;
      if (cell.owner.load(std::memory_order_acquire) != owner) continue;  // taken meanwhile: it was expired
      failures += bucket_failures;
      successes += bucket_successes;
      micros += bucket_micros;
      for (std::size_t lane = 0; lane != slow.size(); ++lane) slow[lane] += bucket_slow[lane];
    }
    const std::uint64_t total = failures + successes;
    Metrics::SlowCounts counts{};
    for (std::size_t lane = 0; lane != slow.size(); ++lane)
      counts[lane] = {thresholds[lane], std::min(slow[lane], total)};
    return Metrics{total, failures, std::chrono::microseconds{static_cast<std::int64_t>(micros)}, counts};
  }

  /// Nothing to stamp: owners carry whole epochs.
  template <class Control>
  void stamp(const Control&, Head&, std::uint32_t) const noexcept {}

 private:
  static constexpr std::uint32_t index_mask = 0x7fff'ffffU;

  /// The number of the bucket that `now` falls into; rounds down before zero, too.
  std::int64_t index_of(std::chrono::nanoseconds now) const noexcept {
    return now.count() / bucket_ - (now.count() % bucket_ < 0 ? 1 : 0);
  }

  std::size_t cell_of(std::int64_t index) const noexcept {
    const std::int64_t place = index % static_cast<std::int64_t>(buckets_);
    return static_cast<std::size_t>(place < 0 ? place + static_cast<std::int64_t>(buckets_) : place);
  }

  /// Whether a bucket of time `owned` counts at time `index`. Less than a lap ahead counts, too: a reader's clock may lag
  /// behind a writer's, and where a clock jumped back those are still the latest calls.
  bool in_span(std::int64_t owned, std::int64_t index) const noexcept {
    const std::int64_t age = index - owned;
    return age >= -static_cast<std::int64_t>(buckets_) && age < static_cast<std::int64_t>(buckets_);
  }

  /// Whether who comes with `index` counts in a bucket of time `owned`: its own time, or one lap later because it slept.
  bool fits(std::int64_t owned, std::int64_t index) const noexcept {
    return owned == index || owned == index + static_cast<std::int64_t>(buckets_);
  }

  static constexpr Owner claim_for(std::uint32_t epoch, std::int64_t index) noexcept {
    Owner claim;
    claim.epoch = epoch;
    claim.index = static_cast<std::uint32_t>(static_cast<std::uint64_t>(index)) & index_mask;
    return claim;
  }

  /// Makes the bucket live for `epoch` and `index`, or finds it so; false when the epoch is over.
  template <class Control>
  bool take(const Control& control, Cell& cell, std::uint32_t epoch, std::int64_t index) const noexcept {
    const Owner claim = claim_for(epoch, index);
    Owner seen = cell.owner.load(std::memory_order_acquire);  // pairs with the exchanges below
    for (;;) {
      // Acquire: pairs with clear, and a live owner was seen after it was set.
      if (seen.live && seen.epoch == epoch && fits(cell.since.load(std::memory_order_acquire), index)) return true;
      if (!control.is_current(epoch)) return false;
      if (seen != claim) {
        // Release: who sees the claim sees the phase of its epoch.
        if (!cell.owner.compare_exchange_weak(seen, claim, std::memory_order_acq_rel, std::memory_order_acquire)) {
          continue;
        }
      }
      clear(cell, claim, index);
      Owner ready = claim;
      ready.live = 1;
      seen = claim;
      // Release: who sees the bucket live sees it cleared.
      if (cell.owner.compare_exchange_strong(seen, ready, std::memory_order_acq_rel, std::memory_order_acquire)) {
        return true;
      }
    }
  }

  static void clear(Cell& cell, const Owner& claim, std::int64_t index) noexcept {
    std::int64_t since = cell.since.load(std::memory_order_acquire);  // as for the counts below
    while (since != index && cell.owner.load(std::memory_order_acquire) == claim) {
      // Release: as for the counts below.
      if (cell.since.compare_exchange_weak(since, index, std::memory_order_acq_rel, std::memory_order_acquire)) break;
    }
    const auto clear_word = [&](Atomic<Tally>& word) {
      Tally seen =
          word.load(std::memory_order_acquire);  // pairs with other clearers, keeps the look at the owner behind it
      while (cell.owner.load(std::memory_order_acquire) == claim) {
        // Release: who sees the new version sees the claim.
        if (word.compare_exchange_weak(seen, seen.cleared(), std::memory_order_acq_rel, std::memory_order_acquire))
          return;
      }
    };
    clear_word(cell.failures);
    for (Atomic<Tally>& word : cell.slow) clear_word(word);
    if constexpr (needs.durations) clear_word(cell.micros);
    for (Stripe& stripe : cell.striped) clear_word(stripe.successes);
  }

  /// Adds to a count of the bucket while it is live for `epoch`; false when the epoch is over.
  template <class Control>
  bool add(const Control& control, Cell& cell, std::uint32_t epoch, std::int64_t index, Atomic<Tally>& word,
           std::uint64_t delta) const noexcept {
    if (delta == 0) return true;
    Tally seen = word.load(std::memory_order_acquire);  // pairs with clear: a cleared count shows who claimed it
    do {
      const Owner owner = cell.owner.load(std::memory_order_acquire);  // pairs with take
      if (!owner.live || owner.epoch != epoch) {
        if (!take(control, cell, epoch, index)) return false;
        seen = word.load(std::memory_order_acquire);  // as above: it may have been cleared
      }
      // Release: who sees the count sees its whole.
    } while (!word.compare_exchange_weak(seen, seen.plus(delta), std::memory_order_acq_rel, std::memory_order_acquire));
    return true;
  }

  std::uint32_t buckets_;
  std::int64_t bucket_;
};

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
