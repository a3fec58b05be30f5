// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A healthy call without the library, for what measures or counts calls.

#ifndef FLUXGATE_TESTS_SUPPORT_BY_HAND_HPP
#define FLUXGATE_TESTS_SUPPORT_BY_HAND_HPP

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <exception>

#include "opaque.hpp"

/// A count window that is full of successes, and nothing but what a healthy call asks of it: the loads and the comparison of
/// a breaker's, and a look at exceptions. Whatever is not healthy ends the program.
class ByHand {
 public:
  template <class F>
  int call(F&& f, int number) {
    const std::uint64_t phase = words_->phase.load(std::memory_order_acquire);
    if (timed_ || phase >> 48U != 0) [[unlikely]]
      write(phase, false);
    int result = 0;
    try {
      result = f(number);
    } catch (const std::exception&) {
      write(phase, true);
      throw;
    }
    const std::uint64_t healthy = full_ | (phase & 0xffff'0000'0000'ffffU);
    if (words_->totals.load(std::memory_order_relaxed) != healthy) [[unlikely]]
      write(phase, false);
    return result;
  }

 private:
  struct Words {
    std::atomic<std::uint64_t> phase{1};
    alignas(64) std::atomic<std::uint64_t> totals{1 | 100U << 16U};
  };

  FLUXGATE_OPAQUE void write(std::uint64_t, bool) noexcept { std::abort(); }

  std::uint64_t full_ = 100U << 16U;
  bool timed_ = false;
  Words* words_ = new Words;  // never given back: it serves a program that measures, until its end
};

#endif
