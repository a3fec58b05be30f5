// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls of different lengths, for what measures them.

#ifndef FLUXGATE_TESTS_UNEVEN_HPP
#define FLUXGATE_TESTS_UNEVEN_HPP

#include <chrono>
#include <cstdint>

/// How far a clock is to be ahead of itself at this thread's next look: by 1 to 15 us more than at the one before, so that
/// calls differ in length by microseconds, and every one takes some.
inline std::chrono::microseconds uneven() noexcept {
  thread_local constinit std::uint64_t looks = 0;
  std::uint64_t mixed = ++looks * 0x9e37'79b9'7f4a'7c15U;
  mixed = (mixed ^ mixed >> 32U) * 0x9e37'79b9'7f4a'7c15U;
  return std::chrono::microseconds{static_cast<std::int64_t>(8 * looks + (mixed >> 61U))};
}

#endif
