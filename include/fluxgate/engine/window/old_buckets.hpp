// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The calls of a snapshot, spread over the buckets of a time window.

#ifndef FLUXGATE_ENGINE_WINDOW_OLD_BUCKETS_HPP
#define FLUXGATE_ENGINE_WINDOW_OLD_BUCKETS_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/window/old_calls.hpp>
#include <fluxgate/engine/window/time_words.hpp>
#include <fluxgate/metrics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The counts of some calls in a row.
struct PartOfCalls {
  std::uint64_t failures = 0;
  std::uint64_t successes = 0;
  std::uint64_t micros = 0;
  std::array<std::uint64_t, max_slow_thresholds> slow{};

  constexpr bool is_empty() const noexcept { return failures + successes == 0; }
  constexpr bool has_trouble() const noexcept {
    return failures != 0 || std::any_of(slow.begin(), slow.end(), [](std::uint64_t count) { return count != 0; });
  }
};
/// Over how many buckets of this length the calls are spread: all that their window of this `span` had, unless it was
/// younger and `touched` fewer. More than 2^30 make no difference.
constexpr std::int64_t spread_of(std::int64_t touched, std::int64_t bucket, std::chrono::nanoseconds span) noexcept {
  const std::int64_t all = span.count() / bucket + (span.count() % bucket != 0 ? 1 : 0);
  return std::clamp<std::int64_t>(std::min(touched, all), 1, std::int64_t{1} << 30U);
}
/// The calls of the bucket number `i`, if they are spread over `buckets`, at most 2^62.
constexpr PartOfCalls part_of(const OldCalls& calls, std::uint64_t i, std::uint64_t buckets) noexcept {
  const std::uint64_t begin = portion(calls.total, i, buckets);
  const std::uint64_t end = portion(calls.total, i + 1, buckets);
  if (begin == end) return {};
  const auto among = [&](std::uint64_t count) {
    return portion(count, end, calls.total) - portion(count, begin, calls.total);
  };
  PartOfCalls part{.failures = among(calls.failures), .micros = among(calls.micros)};
  part.successes = end - begin - part.failures;
  for (std::size_t lane = 0; lane != part.slow.size(); ++lane) part.slow[lane] = among(calls.slow[lane]);
  return part;
}

/// Makes a bucket that has never been used the one of `epoch` and `index`. Relaxed: no other thread has seen the breaker
/// yet.
template <class Cell>
void fill(Cell& cell, std::uint32_t epoch, std::int64_t index, const PartOfCalls& part) noexcept {
  const auto set = [](auto& word, std::uint64_t count) { word.store(Tally{}.plus(count), std::memory_order_relaxed); };
  cell.since.store(index, std::memory_order_relaxed);
  set(cell.failures, part.failures);
  set(cell.striped[0].successes, part.successes);
  for (std::size_t lane = 0; lane != cell.slow.size(); ++lane) set(cell.slow[lane], part.slow[lane]);
  if constexpr (requires { cell.micros.load(); }) set(cell.micros, part.micros);
  cell.owner.store(Owner{epoch, index}.made_live(), std::memory_order_relaxed);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
