// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A time of the monotonic clock that only moves forward.

#ifndef FLUXGATE_ENGINE_STATE_RISING_TIME_HPP
#define FLUXGATE_ENGINE_STATE_RISING_TIME_HPP

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class Atomics>
class RisingTime {
 public:
  /// Acquire: pairs with raise().
  std::chrono::nanoseconds load() const noexcept {
    return std::chrono::nanoseconds{nanoseconds_.load(std::memory_order_acquire)};
  }
  /// Raises the time to `time`, unless it is there or later already.
  void raise(std::chrono::nanoseconds time) noexcept {
    std::int64_t seen = nanoseconds_.load(std::memory_order_relaxed);  // only compared
    // Release: for readers that have not acquired the word which is written after it.
    while (seen < time.count() && !nanoseconds_.compare_exchange_weak(seen, time.count(), std::memory_order_release,
                                                                      std::memory_order_relaxed)) {
    }
  }

  /// Sets the time at which a breaker begins. Relaxed: no other thread has seen the breaker yet.
  void begin_at(std::chrono::nanoseconds time) noexcept { nanoseconds_.store(time.count(), std::memory_order_relaxed); }

 private:
  typename Atomics::template Atomic<std::int64_t> nanoseconds_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
