// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The concept of a recorder, which records the calls of a window.

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

/// A block with the words of the recorder R.
template <class R>
using BlockOf = Block<Control<StdAtomics>, typename R::Head, NoCounter, typename R::Cell>;

}  // namespace detail

/// Records the outcomes of a window's calls and reports their counts. A recorder is a constant value of a breaker; what
/// it writes lies in the breaker's block: one `Head` and as many `Cell`s as it asks for. Many threads call its
/// functions at once; the functions hold no locks.
///
/// Epochs. Each state that a breaker goes through has a number, its epoch, and its counts begin at zero. A recorder
/// keeps with each word the epoch that it belongs to (or the low bits of it), reads a word of another epoch as zero,
/// and replaces such a word when it writes. Before that it checks `block.control().is_current(epoch)`, and drops an
/// outcome whose epoch is over.
///
/// Verdicts. Of several threads that record at once, the last to finish must see in `sum()` what all of them have
/// written; otherwise none of them opens the breaker. One word that all of them exchange ensures that.
///
/// Its types:
/// - `Head`, `Cell`: words in the block, atomics of the `Atomics` that the recorder is made with. Trivially
///   destructible.
/// - `Index`: what `next_index` passes to `record`, a claimed place or a time.
/// - `Receipt`: what `record` passes to `sum`; its member `what` is the result of recording.
/// - `Sums`: the counts of an epoch.
///
/// Its constants:
/// - `on_a_clock`: its counts depend on the time, so each record and each read is given the time. Such a recorder also
///   has `bucket()`, the shortest time that it resolves.
/// - `quiet_is_unchanged`: if true, `Recorded::quietly` means that the counts are unchanged; otherwise, that the window
///   holds neither a failure nor a slow call.
///
/// Its functions:
/// - `cells(probes)`: how many cells it needs. `probes`: the size of a round of `Probes`, zero without them.
/// - `next_index(block, at, in_round)`: claims what the next record needs, if anything.
/// - `record(block, index, epoch, sample, clock, whole)`: counts an outcome. `clock()` returns the current time.
///   `whole`: in HALF_OPEN nothing is forgotten.
/// - `sum(receipt, block, epoch, at, whole)`: the counts after that record, or newer ones.
/// - `snapshot(block, epoch, at, whole)`: the counts for readers.
/// - `stamp(block, epoch)`: called once after each epoch has begun; tags words whose tags are short as its own.
/// - `metrics(sums, thresholds)`: the counts as trippers and readers see them.
///
/// A recorder may also have
/// - `is_healthy(block, phase)`, a cheap test whether a success would change nothing; then such successes are not
///   written at all;
/// - `window()`, the window that it was made from, for `describe()`; otherwise that says "custom";
/// - `resume(block, epoch, calls, now)`, which begins with the `OldCalls` of a snapshot before another thread sees the
///   breaker; otherwise a restored breaker's window begins empty.
template <class R>
concept Recorder =
    std::is_trivially_destructible_v<typename R::Head> && std::is_trivially_destructible_v<typename R::Cell> &&
    std::default_initializable<typename R::Index> &&
    requires(const R& recorder, const detail::BlockOf<R>& block, typename R::Index index, std::uint32_t epoch,
             const Sample& sample, std::chrono::nanoseconds (&clock)(), std::chrono::nanoseconds at, bool whole,
             const typename R::Receipt& receipt, const typename R::Sums& sums, const Thresholds& thresholds) {
      requires std::same_as<decltype(R::on_a_clock), const bool>;
      requires std::same_as<decltype(R::quiet_is_unchanged), const bool>;
      { recorder.cells(std::uint32_t{}) } noexcept -> std::same_as<std::size_t>;
      { recorder.next_index(block, at, whole) } noexcept -> std::same_as<typename R::Index>;
      { recorder.record(block, index, epoch, sample, clock, whole) } -> std::same_as<typename R::Receipt>;
      { receipt.what } -> std::same_as<const Recorded&>;
      { recorder.sum(receipt, block, epoch, at, whole) } noexcept -> std::same_as<typename R::Sums>;
      { recorder.snapshot(block, epoch, at, whole) } noexcept -> std::same_as<typename R::Sums>;
      { recorder.stamp(block, epoch) } noexcept;
      { R::metrics(sums, thresholds) } noexcept -> std::same_as<Metrics>;
    } &&
    (!R::on_a_clock || requires(const R& recorder) {
      { recorder.bucket() } noexcept -> std::same_as<std::chrono::nanoseconds>;
    });

}  // namespace fluxgate::FLUXGATE_ABI

#endif
