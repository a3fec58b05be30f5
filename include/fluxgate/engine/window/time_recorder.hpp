// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The recorder of TimeWindow: a ring of buckets, each owned by one epoch and one stretch of time.
///
/// Owner. The epoch and time whose counts a bucket holds. A thread that needs a bucket for newer time, or for a newer
/// epoch, claims it (not live), clears its counts, and makes it live; a thread that meets its own claim helps to
/// finish. Within an epoch a bucket goes to newer time only. So a recorder that is a lap late finds its outcome
/// expired, and counts nothing. (It reads the clock again, to tell a clock that jumped back from its own delay.)
///
/// Whole epochs. HALF_OPEN is judged as a whole: a bucket's number is then its place in the ring, whatever the time is.
/// So no bucket of the epoch changes hands, and readers count all of them.
///
/// Counts. Each carries a version that every clearing raises. A recorder loads the count first and the owner second,
/// and adds only if that is the owner for which it took the bucket. If the bucket changes hands after that load, the
/// version changes too, and the compare-exchange fails. A clearing thread checks its claim in the same way.
///
/// Reading. A reader loads the parts and failures of all buckets before all successes, and starts again if an owner
/// changed in between. So the successes are at least as new as the failures, each failure that it counts is in the
/// total, and no rate is overstated.
///
/// Verdicts. As in count_recorder.hpp: an outcome and the counts that judge it lie in several words, so additions and
/// reads are sequentially consistent, and the last of several recorders is judged by all of them. Making a bucket live,
/// and each check whether it is live, belong to that order: a reader that finds it not live reads none of its counts.
/// Trouble is raised before a failure or a slow call asks for its verdict, and loaded after a success was counted. A
/// success that finds none comes before the verdict of every failure in that order, and leaves the verdict to them.
///
/// Races.
/// - A recorder of a past epoch wakes up: the owner is not its own, it loads the phase, and drops its outcome.
/// - A recorder wakes up a lap late: the owner is not its own. Its call, if it was counted before, expired with its
///   bucket; the remaining parts of it are added to no other owner's counts.
/// - A clearing thread wakes up after the bucket went live: the owner is not its claim, or the version has changed. (If
///   the clock jumped back by whole laps meanwhile, the bucket may have the same claim again, and go live before it is
///   cleared again.)
/// A version is mistaken only by a thread that is suspended between two neighbouring operations through exactly 65,536
/// clearings.

#ifndef FLUXGATE_ENGINE_WINDOW_TIME_RECORDER_HPP
#define FLUXGATE_ENGINE_WINDOW_TIME_RECORDER_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/window/old_buckets.hpp>
#include <fluxgate/engine/window/old_calls.hpp>
#include <fluxgate/engine/window/recorder.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/engine/window/time_words.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/windows/time_window.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class Atomics, Needs needs>
class TimeRecorder {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  static constexpr std::size_t stripes = 4;
  struct alignas(cache_line) Stripe {
    Atomic<Tally> successes{Tally{}};
  };

 public:
  static constexpr bool on_a_clock = true;
  static constexpr bool quiet_is_unchanged = false;

  struct alignas(cache_line) Head {
    Atomic<Trouble> trouble{Trouble{}};
  };

  struct alignas(cache_line) Cell {
    Atomic<Owner> owner{Owner{}};
    Atomic<std::int64_t> since{
        0};  ///< the number of the stretch of time, counted in buckets; set between claim and live
    Atomic<Tally> failures{Tally{}};
    std::array<Atomic<Tally>, needs.slow_rates == 0 ? 1 : max_slow_thresholds> slow{};
    [[no_unique_address]] Optional<needs.durations, Atomic<Tally>, 0> micros{};
    std::array<Stripe, stripes> striped{};
  };

  using Index = std::int64_t;  ///< the number of a bucket, counted from the clock's zero

  explicit TimeRecorder(const TimeWindow& window) noexcept
      : buckets_{window.buckets()}, bucket_{window.bucket().count()} {}

  std::size_t cells(std::uint32_t /*probes*/) const noexcept { return buckets_; }

  std::chrono::nanoseconds bucket() const noexcept { return std::chrono::nanoseconds{bucket_}; }

  struct Receipt {
    Recorded what = Recorded::too_late;
  };

  /// The number of the bucket for a call that ends at `at`.
  template <class AnyBlock>
  Index next_index(const AnyBlock&, std::chrono::nanoseconds at, bool /*in_round*/) const noexcept {
    return index_of(at);
  }

  /// Counts `sample` for `epoch` in the bucket `index`; quietly if it is a success and the span has no failure and no
  /// slow call. `clock` returns the current time. In a `whole` epoch nothing expires.
  template <class AnyBlock, class Clock>
  Receipt record(const AnyBlock& block, Index index, std::uint32_t epoch, const Sample& sample, const Clock& clock,
                 bool whole) const {
    const auto& control = block.control();
    Head& head = block.head();
    const std::size_t place = cell_of(index);
    Cell& cell = block.cell(place);
    // In a whole epoch each bucket has one number for all time, so that nothing in it expires.
    const Index number = whole ? static_cast<Index>(place) : index;
    if (sample.trouble()) raise_trouble(control, head, epoch, index);
    Owner owner{};
    switch (take(control, cell, epoch, number, clock, owner)) {
      case Taken::yes: {
        Atomic<Tally>& outcome =
            sample.failed ? cell.failures : cell.striped[Atomics::template stripe<stripes>()].successes;
        bool alone = true;
        bool counted = add(cell, owner, outcome, 1, alone);
        if (!alone && !sample.failed) [[unlikely]]
          Atomics::template leave_stripe<stripes>();
        // The parts after the whole, so that no reader sees a part without its call.
        for (std::size_t lane = 0; counted && lane != cell.slow.size(); ++lane) {
          if (sample.slow_at(lane)) counted = add(cell, owner, cell.slow[lane], 1, alone);
        }
        if constexpr (needs.durations) counted = counted && add(cell, owner, cell.micros, sample.micros, alone);
        if (!counted && !control.is_current(epoch)) return {};
        break;
      }
      case Taken::expired: break;
      case Taken::over: return {};
    }
    if (!sample.trouble() && !in_trouble(head, epoch, index)) return {Recorded::quietly};
    return {Recorded::counted};
  }

  struct Sums {
    std::uint64_t failures = 0;
    std::uint64_t successes = 0;
    std::uint64_t micros = 0;
    std::array<std::uint64_t, max_slow_thresholds> slow{};
  };

  /// The counts for a verdict.
  template <class AnyBlock>
  Sums sum(const Receipt&, const AnyBlock& block, std::uint32_t epoch, std::chrono::nanoseconds at,
           bool whole) const noexcept {
    return snapshot(block, epoch, at, whole);
  }

  /// The counts of `epoch` in the span that ends at `now`, or with the newest bucket if that is newer; all counts if
  /// the epoch is `whole`.
  template <class AnyBlock>
  Sums snapshot(const AnyBlock& block, std::uint32_t epoch, std::chrono::nanoseconds now, bool whole) const noexcept {
    return whole ? snapshot<true>(block, epoch, now) : snapshot<false>(block, epoch, now);
  }

  static Metrics metrics(const Sums& sums, const Thresholds& thresholds) noexcept {
    const std::uint64_t total = sums.failures + sums.successes;
    Metrics::SlowCounts counts{};
    for (std::size_t lane = 0; lane != counts.size(); ++lane) {
      counts[lane] = {thresholds[lane], std::min(sums.slow[lane], total)};
    }
    return Metrics{total, sums.failures, std::chrono::nanoseconds{1000 * static_cast<std::int64_t>(sums.micros)},
                   counts};
  }

  /// Nothing to stamp: owners carry all bits of the epoch.
  template <class AnyBlock>
  void stamp(const AnyBlock&, std::uint32_t) const noexcept {}

  TimeWindow window() const noexcept { return TimeWindow{bucket() * buckets_, bucket()}; }

  /// Fills the buckets in which the calls of a snapshot ended, as far as the span at `now` reaches back, before another
  /// thread sees the breaker: all stores are relaxed.
  template <class AnyBlock>
  void resume(const AnyBlock& block, std::uint32_t epoch, const OldCalls& calls,
              std::chrono::nanoseconds now) const noexcept {
    const std::int64_t touched = index_of(calls.ended) - index_of(calls.began) + 1;
    const std::int64_t spread = spread_of(touched, bucket_, calls.span.count() != 0 ? calls.span : bucket() * buckets_);
    const std::int64_t oldest = index_of(calls.ended) - spread + 1;
    const std::int64_t gone = std::max<std::int64_t>(index_of(now) - buckets_ + 1 - oldest, 0);
    for (std::int64_t i = gone; i < spread; ++i) {
      const PartOfCalls part = part_of(calls, static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(spread));
      if (part.is_empty()) continue;
      const std::int64_t index = oldest + i;
      fill(block.cell(cell_of(index)), epoch, index, part);
      if (part.has_trouble()) block.head().trouble.store(trouble_at(epoch, index), std::memory_order_relaxed);
    }
  }

 private:
  /// The number of the bucket that `now` falls into; rounds down, below zero too.
  std::int64_t index_of(std::chrono::nanoseconds now) const noexcept {
    return now.count() / bucket_ - (now.count() % bucket_ < 0 ? 1 : 0);
  }

  std::size_t cell_of(std::int64_t index) const noexcept {
    const std::int64_t place = index % static_cast<std::int64_t>(buckets_);
    return static_cast<std::size_t>(place < 0 ? place + static_cast<std::int64_t>(buckets_) : place);
  }

  template <bool whole, class AnyBlock>
  Sums snapshot(const AnyBlock& block, std::uint32_t epoch, std::chrono::nanoseconds now) const noexcept {
    std::int64_t index = index_of(now);
    Sums sums{};
    // Buckets change hands once in a bucket's time. A reader that finds one changed, or newer than expected, in each of
    // four attempts was suspended again and again, and returns what it has.
    for (int attempt = 0; attempt != 4; ++attempt) {
      sums = {};
      std::int64_t newest = index;
      if (read<whole>(block.cells(), epoch, index, newest, sums) && newest == index) break;
      index = newest;  // a reader that read the clock some buckets ago sees no more than one span
    }
    return sums;
  }

  /// Whether a bucket of time `owned` counts at time `index`. Up to a lap ahead counts, too: a reader's clock may lag
  /// behind a writer's, and after a clock jumped back those are still the latest calls.
  bool in_span(std::int64_t owned, std::int64_t index) const noexcept {
    const std::int64_t age = index - owned;
    return age >= -static_cast<std::int64_t>(buckets_) && age < static_cast<std::int64_t>(buckets_);
  }

  enum class Taken : std::uint8_t {
    yes,      ///< the bucket is live for epoch and index
    expired,  ///< it belongs to newer time
    over,     ///< it belongs to a newer epoch
  };

  /// Makes the bucket live for `epoch` and `index`, or finds it so, and sets `owner` to its owner.
  template <class Control, class Clock>
  Taken take(const Control& control, Cell& cell, std::uint32_t epoch, std::int64_t index, const Clock& clock,
             Owner& owner) const noexcept {
    const Owner claim{epoch, index};
    const Owner ready = claim.made_live();
    owner = cell.owner.load(std::memory_order_seq_cst);  // see Verdicts; and pairs with the exchanges below
    for (;;) {
      if (owner.live() && owner.epoch() == epoch) {
        const std::int64_t since = cell.since.load(std::memory_order_relaxed);  // the owner tells whose it is
        if (owner.may_be_of(since)) {
          if (since == index) return Taken::yes;
          if (since > index && index_of(clock()) >= since) return Taken::expired;
        } else if (const Owner again = cell.owner.load(std::memory_order_seq_cst); again != owner) {
          owner = again;  // `since` was a later owner's
          continue;
        }
      } else if (owner.epoch() == epoch && owner.is_ahead_of(claim) && index_of(clock()) > index) {
        return Taken::expired;  // a thread of newer time is claiming it
      }
      if (!control.is_current(epoch)) return Taken::over;
      if (owner != claim) {
        // A thread that sees the claim sees its phase. On failure: like the load.
        if (!cell.owner.compare_exchange_weak(owner, claim, std::memory_order_seq_cst, std::memory_order_seq_cst)) {
          continue;
        }
      }
      clear(cell, claim, index);
      owner = claim;
      // Sequentially consistent: see Verdicts; and a thread that sees the bucket live sees it cleared.
      if (cell.owner.compare_exchange_strong(owner, ready, std::memory_order_seq_cst, std::memory_order_seq_cst)) {
        owner = ready;
        return Taken::yes;
      }
    }
  }

  static Trouble trouble_at(std::uint32_t epoch, std::int64_t index) noexcept {
    return {epoch, static_cast<std::uint32_t>(static_cast<std::uint64_t>(index))};
  }

  /// Records a failure or a slow call in the bucket `index`.
  template <class Control>
  static void raise_trouble(const Control& control, Head& head, std::uint32_t epoch, std::int64_t index) noexcept {
    const Trouble raised = trouble_at(epoch, index);
    Trouble seen = head.trouble.load(std::memory_order_acquire);  // pairs with the exchange: as for owners
    do {
      if (seen.epoch == epoch && static_cast<std::int32_t>(raised.index - seen.index) <= 0) return;
      if (seen.epoch != epoch && !control.is_current(epoch)) return;
      // Sequentially consistent: see Verdicts.
    } while (!head.trouble.compare_exchange_weak(seen, raised, std::memory_order_seq_cst, std::memory_order_acquire));
  }

  /// Whether a failure or a slow call may be in the span that ends with `index`. Trouble of 2^31 or more buckets ago is
  /// taken for current trouble, which costs a verdict.
  bool in_trouble(const Head& head, std::uint32_t epoch, std::int64_t index) const noexcept {
    const Trouble trouble = head.trouble.load(std::memory_order_seq_cst);  // see Verdicts
    const auto age =
        static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::uint64_t>(index)) - trouble.index);
    return trouble.epoch == epoch && age < static_cast<std::int32_t>(buckets_);
  }

  static void clear(Cell& cell, const Owner& claim, std::int64_t index) noexcept {
    std::int64_t since = cell.since.load(std::memory_order_acquire);  // as for the counts below
    while (since != index && cell.owner.load(std::memory_order_relaxed) == claim) {
      // Release: as for the counts below.
      if (cell.since.compare_exchange_weak(since, index, std::memory_order_release, std::memory_order_acquire)) break;
    }
    const auto clear_word = [&](Atomic<Tally>& word) {
      Tally seen = word.load(std::memory_order_acquire);  // keeps the load of the owner after it
      while (cell.owner.load(std::memory_order_relaxed) == claim) {
        // Release: a thread that sees the new version sees the claim.
        if (word.compare_exchange_weak(seen, seen.cleared(), std::memory_order_release, std::memory_order_acquire)) {
          return;
        }
      }
    };
    clear_word(cell.failures);
    for (Atomic<Tally>& word : cell.slow) clear_word(word);
    if constexpr (needs.durations) clear_word(cell.micros);
    for (Stripe& stripe : cell.striped) clear_word(stripe.successes);
  }

  /// Adds to a count of the bucket while `owner` owns it; false if it has changed hands. Sets `alone` to false if
  /// another thread was adding, too.
  static bool add(Cell& cell, const Owner& owner, Atomic<Tally>& word, std::uint64_t delta, bool& alone) noexcept {
    Tally seen = word.load(std::memory_order_acquire);  // pairs with clear: a cleared count shows the claim
    for (;; alone = false) {
      if (cell.owner.load(std::memory_order_relaxed) != owner) return false;  // acquired when it was taken
      // Sequentially consistent: see Verdicts; and a reader that sees a part sees its whole.
      if (word.compare_exchange_weak(seen, seen.plus(delta), std::memory_order_seq_cst, std::memory_order_acquire)) {
        return true;
      }
    }
  }

  /// The most microseconds that fit into nanoseconds.
  static constexpr std::uint64_t most_micros = std::numeric_limits<std::int64_t>::max() / 1000;

  /// Adds up the buckets of `epoch` in the span around `index`, or all, and raises `newest` to the newest of them;
  /// false if one changed hands meanwhile.
  template <bool whole>
  bool read(std::span<const Cell> cells, std::uint32_t epoch, std::int64_t index, std::int64_t& newest,
            Sums& sums) const noexcept {
    // All counts are read sequentially consistent: see Verdicts. The loads of the owner stay on their sides of these
    // reads.
    const std::uint64_t owners = visit<whole>(cells, epoch, index, newest, [&](const Cell& cell) {
      std::uint64_t micros = 0;
      if constexpr (needs.durations) micros = cell.micros.load(std::memory_order_seq_cst).value();
      std::array<std::uint64_t, max_slow_thresholds> slow{};
      for (std::size_t lane = 0; lane != cell.slow.size(); ++lane) {
        slow[lane] = cell.slow[lane].load(std::memory_order_seq_cst).value();
      }
      const std::uint64_t failures = cell.failures.load(std::memory_order_seq_cst).value();
      return [&sums, micros, slow, failures] {
        sums.micros = std::min(sums.micros + micros, most_micros);
        for (std::size_t lane = 0; lane != slow.size(); ++lane) sums.slow[lane] += slow[lane];
        sums.failures += failures;
      };
    });
    const std::uint64_t same_owners = visit<whole>(cells, epoch, index, newest, [&](const Cell& cell) {
      std::uint64_t successes = 0;
      for (const Stripe& stripe : cell.striped) successes += stripe.successes.load(std::memory_order_seq_cst).value();
      return [&sums, successes] { sums.successes += successes; };
    });
    return owners == same_owners;
  }

  /// Calls `look` with each bucket that counts, and calls its result if the bucket has not changed hands meanwhile.
  /// Returns a hash of the owners of the buckets that were added.
  template <bool whole, class Look>
  std::uint64_t visit(std::span<const Cell> cells, std::uint32_t epoch, std::int64_t index, std::int64_t& newest,
                      const Look& look) const noexcept {
    std::uint64_t owners = 0;
    for (const Cell& cell : cells) {
      const Owner owner = cell.owner.load(std::memory_order_seq_cst);  // see Verdicts; and shows this owner's counts
      if (!owner.live() || owner.epoch() != epoch) continue;
      const std::int64_t since = cell.since.load(std::memory_order_acquire);  // keeps the second owner load after it
      if (!whole && !in_span(since, index)) continue;
      const auto add_up = look(cell);
      if (cell.owner.load(std::memory_order_relaxed) != owner) continue;  // the loads before keep it after them
      add_up();
      newest = std::max(newest, since);
      owners = (owners + std::bit_cast<std::uint64_t>(owner)) * 0x9e37'79b9'7f4a'7c15U;
    }
    return owners;
  }

  std::uint32_t buckets_;
  std::int64_t bucket_;
};
static_assert(Recorder<TimeRecorder<StdAtomics, Needs{}>>);
static_assert(
    Recorder<TimeRecorder<StdAtomics, Needs{.durations = true, .streak = true, .slow_rates = 3, .clock = true}>>);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
