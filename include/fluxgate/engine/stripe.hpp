// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The stripe on which a thread counts, so that few threads share a cache line.

#ifndef FLUXGATE_ENGINE_STRIPE_HPP
#define FLUXGATE_ENGINE_STRIPE_HPP

#include <atomic>
#include <cstddef>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The number of this thread's stripe, below `stripes`. Threads get stripes in turn when they first ask, and may move
/// on when they meet another thread. (Reusing the stripes of ended threads would need a destructor for each thread,
/// whose registration allocates and may fail.)
template <std::size_t stripes>
std::size_t& stripe_of_this_thread() noexcept {
  static constinit std::atomic<std::size_t> threads{0};
  static_assert(std::atomic<std::size_t>::is_always_lock_free);
  thread_local constinit std::size_t stripe = stripes;  // none yet; a constant, so that access needs no guard
  // Relaxed: it only matters that the numbers differ.
  if (stripe == stripes) [[unlikely]]
    stripe = threads.fetch_add(1, std::memory_order_relaxed) % stripes;
  return stripe;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
