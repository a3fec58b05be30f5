// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Threads that start together.

#ifndef FLUXGATE_TESTS_SUPPORT_BARRIER_HPP
#define FLUXGATE_TESTS_SUPPORT_BARRIER_HPP

#include <atomic>

/// Lets no thread go on before all have come. Waits without spinning, because there may be fewer cores than threads.
class Barrier {
 public:
  explicit Barrier(unsigned count) : count_{count} {}

  void wait() {
    const unsigned round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      round_.notify_all();
      return;
    }
    round_.wait(round, std::memory_order_acquire);
  }

 private:
  const unsigned count_;
  std::atomic<unsigned> arrived_{0};
  std::atomic<unsigned> round_{0};
};

#endif
