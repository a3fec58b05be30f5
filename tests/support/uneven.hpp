// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls of different lengths, for what measures them.

#ifndef FLUXGATE_TESTS_SUPPORT_UNEVEN_HPP
#define FLUXGATE_TESTS_SUPPORT_UNEVEN_HPP

#include <chrono>
#include <cstdint>

/// How far a clock is to be ahead of itself at this thread's next look: by 1 to 17 us more than at the one before, so that
/// calls differ in length by microseconds, and every one takes some. Cheap, as what is measured with it pays for it.
inline std::chrono::nanoseconds uneven() noexcept {
  thread_local constinit std::int64_t ahead = 0;
  thread_local constinit std::int64_t step = 0;
  step = (step + 1'300) & 0x3fff;
  ahead += 1'000 + step;
  return std::chrono::nanoseconds{ahead};
}

#endif
