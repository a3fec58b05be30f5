// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Where a thread counts what many threads count, so that few share a cache line.

#ifndef FLUXGATE_ENGINE_STRIPE_HPP
#define FLUXGATE_ENGINE_STRIPE_HPP

#include <atomic>
#include <cstddef>

#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// Which of `stripes` this thread counts on: threads take turns, in the order in which they first ask. Not of the protocol,
/// so its counter does not come through the seam.
template <std::size_t stripes>
std::size_t stripe_of_this_thread() noexcept {
  static std::atomic<std::size_t> threads{0};
  // Relaxed: only the number's difference from the others' matters.
  thread_local const std::size_t stripe = threads.fetch_add(1, std::memory_order_relaxed) % stripes;
  return stripe;
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
