// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The sums of a time window at their end.

#include <chrono>
#include <cstdint>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

}  // namespace

TEST_CASE("a sum of durations beyond what nanoseconds hold stays at their end", "[semantics]") {
  using Recorder = detail::TimeRecorder<detail::StdAtomics, detail::traits_of<AvgLatency>.needs>;
  using Words = detail::Control<detail::StdAtomics>;
  const Recorder recorder{TimeWindow{100s}};
  const Thresholds thresholds{};
  detail::Block<Words, Recorder::Head, detail::CallCounter<detail::StdAtomics, NoStats>, Recorder::Cell> block{
      recorder.cells(0)};
  const std::uint32_t epoch = detail::Phase{}.epoch();
  const std::uint64_t largest = (std::uint64_t{1} << 48U) - 1;
  CHECK(detail::Tally{}.plus(largest).value() == largest);
  CHECK(detail::Tally{}.plus(5).plus(~std::uint64_t{0}).plus(1).value() == largest);
  nanoseconds now{0};
  Metrics sum;
  for (detail::TimeRecorder<detail::StdAtomics, detail::traits_of<AvgLatency>.needs>::Cell& cell : block.cells()) {
    CAPTURE(now);
    const Sample sample{.failed = false, .slow = 0, .micros = 1};
    const Recorder::Receipt receipt =
        recorder.record(block, recorder.next_index(block, now, false), epoch, sample, [&] { return now; }, false);
    REQUIRE(receipt.what != Recorded::too_late);
    sum = Recorder::metrics(recorder.snapshot(block, epoch, now, false), thresholds);
    cell.micros.store(cell.micros.load().plus(largest));
    const nanoseconds before = sum.total_duration();
    sum = Recorder::metrics(recorder.snapshot(block, epoch, now, false), thresholds);
    CHECK(sum.total_duration() >= before);
    now += 1s;
  }
  CHECK(sum.total_count() == 100);
  CHECK(sum.total_duration() > nanoseconds::max() - 1ms);
}
