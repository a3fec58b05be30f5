// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What records the calls of a window.

#ifndef FLUXGATE_ENGINE_WINDOW_RECORDER_HPP
#define FLUXGATE_ENGINE_WINDOW_RECORDER_HPP

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/block.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/metrics.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

struct NoCounter {};

/// A block with an R's words in it.
template <class R>
using BlockOf = Block<Control<StdAtomics>, typename R::Head, NoCounter, typename R::Cell>;

}  // namespace detail

/// What records the outcomes of a window's calls and tells their counts. A constant value of a breaker; what it writes
/// lies in the breaker's block: one `Head` and as many `Cell`s as it asks for. All its functions are called by many threads
/// at once and hold no locks.
///
/// Epochs. Each state that a breaker goes through has a number, its epoch, and its counts begin at zero. A recorder keeps
/// with each word the epoch that it belongs to (or the low bits of it), reads a word of another epoch as zero, and
/// replaces it when it writes. Before that it asks `block.control().is_current(epoch)`: an outcome of an epoch that is
/// over is dropped.
///
/// Verdicts. Of several threads that record at once, the one that finishes last must see in `sum()` what all of them have
/// written: else none of them opens the breaker. One word that all of them exchange does that.
///
/// Its types:
/// - `Head`, `Cell`: words in the block, atomics of the `Atomics` that the recorder is made with. Trivially destructible.
/// - `Index`: what `next_index` hands to `record`, a claimed place or a time.
/// - `Outcome`: what `record` hands to `sum`; its `what` says what became of the outcome.
/// - `Sums`: the counts of an epoch.
///
/// Its constants:
/// - `on_a_clock`: its counts depend on the time, so that each record and each look gets it; it has `bucket()` then, the
///   shortest time that it tells apart.
/// - `quiet_is_unchanged`: `Recorded::quietly` says that the counts are what they were; else that the window holds neither
///   a failure nor a slow call.
///
/// Its functions:
/// - `cells(probes)`: how many cells it needs, with a round of so many `Probes`, or zero.
/// - `next_index(block, at, in_round)`: claims what the next record needs, where anything.
/// - `record(block, index, epoch, sample, clock, whole)`: counts an outcome. `clock()` gives the time now. `whole`: in
///   HALF_OPEN nothing is forgotten.
/// - `sum(outcome, block, epoch, at, whole)`: the counts behind that record, or newer ones.
/// - `snapshot(block, epoch, at, whole)`: the counts for readers.
/// - `stamp(block, epoch)`: called once behind the beginning of each epoch; makes words with short tags its own.
/// - `metrics(sums, thresholds)`: what trippers and readers get to see.
///
/// A recorder that can tell by one look that a success would change nothing may have `is_healthy(block, phase)`; then such
/// successes are not written at all.
template <class R>
concept Recorder =
    std::is_trivially_destructible_v<typename R::Head> && std::is_trivially_destructible_v<typename R::Cell> &&
    std::default_initializable<typename R::Index> &&
    requires(const R& recorder, const detail::BlockOf<R>& block, typename R::Index index, std::uint32_t epoch,
             const Sample& sample, std::chrono::nanoseconds (&clock)(), std::chrono::nanoseconds at, bool whole,
             const typename R::Outcome& outcome, const typename R::Sums& sums, const Thresholds& thresholds) {
      requires std::same_as<decltype(R::on_a_clock), const bool>;
      requires std::same_as<decltype(R::quiet_is_unchanged), const bool>;
      { recorder.cells(std::uint32_t{}) } noexcept -> std::same_as<std::size_t>;
      { recorder.next_index(block, at, whole) } noexcept -> std::same_as<typename R::Index>;
      { recorder.record(block, index, epoch, sample, clock, whole) } -> std::same_as<typename R::Outcome>;
      { outcome.what } -> std::same_as<const Recorded&>;
      { recorder.sum(outcome, block, epoch, at, whole) } noexcept -> std::same_as<typename R::Sums>;
      { recorder.snapshot(block, epoch, at, whole) } noexcept -> std::same_as<typename R::Sums>;
      { recorder.stamp(block, epoch) } noexcept;
      { R::metrics(sums, thresholds) } noexcept -> std::same_as<Metrics>;
    } &&
    (!R::on_a_clock || requires(const R& recorder) {
      { recorder.bucket() } noexcept -> std::same_as<std::chrono::nanoseconds>;
    });

}  // namespace fluxgate::FLUXGATE_ABI

#endif
