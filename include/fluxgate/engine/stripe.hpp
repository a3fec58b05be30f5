// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Where a thread counts what many threads count, so that few share a cache line.

#ifndef FLUXGATE_ENGINE_STRIPE_HPP
#define FLUXGATE_ENGINE_STRIPE_HPP

#include <atomic>
#include <cstddef>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Which of `stripes` this thread counts on: threads take turns, in the order in which they first ask, and may move on
/// where they meet another. (To hand out what ended threads have left would need a destructor for each thread, whose
/// registration allocates and may fail.)
template <std::size_t stripes>
std::size_t& stripe_of_this_thread() noexcept {
  static constinit std::atomic<std::size_t> threads{0};
  static_assert(std::atomic<std::size_t>::is_always_lock_free);
  thread_local constinit std::size_t stripe = stripes;  // none yet; constant, so that asking needs no guard
  // Relaxed: only the number's difference from the others' matters.
  if (stripe == stripes) [[unlikely]]
    stripe = threads.fetch_add(1, std::memory_order_relaxed) % stripes;
  return stripe;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
