// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A window of the last calls.

#ifndef FLUXGATE_WINDOWS_COUNT_WINDOW_HPP
#define FLUXGATE_WINDOWS_COUNT_WINDOW_HPP

#include <cstdint>
#include <string>

#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/windows/window.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The last `size` calls.
///
/// Choose it when verdicts should rest on a fixed amount of evidence, however long that takes to gather. Not when
/// traffic is so sparse that old calls say nothing about now: then `TimeWindow`. Recording is O(1) whatever the size;
/// memory grows with it, by 4 bytes a call, 8 where durations are summed. Recording reads no clock, and a success into
/// a full window of successes writes nothing.
///
/// A value that does not change; the recorder that the breaker makes of it is shared by all threads. Resilience4j calls
/// such a window COUNT_BASED.
class CountWindow : detail::Rebound<CountWindow> {
 public:
  /// The largest size.
  static constexpr std::uint64_t max_size = 30'000;

  /// `size` in calls.
  /// @throws std::invalid_argument unless 1 <= size <= 30000
  template <detail::Count N>
  constexpr explicit CountWindow(N size)
      : size_{static_cast<std::uint32_t>(detail::to_count(size, max_size, "CountWindow", "size", "[1, 30000]"))} {}

  /// The number of calls that it holds.
  constexpr std::uint32_t size() const noexcept { return size_; }
  std::string describe() const { return detail::concat({"CountWindow{", detail::text(std::uint64_t{size_}), "}"}); }

  friend constexpr bool operator==(const CountWindow&, const CountWindow&) = default;

 private:
  std::uint32_t size_;
};

static_assert(Window<CountWindow>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
