// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Where a thread counts what many threads count, so that few share a cache line.

#ifndef FLUXGATE_ENGINE_STRIPE_HPP
#define FLUXGATE_ENGINE_STRIPE_HPP

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include <fluxgate/macros.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// How many of the threads that are alive count on each stripe. Not of the protocol, so it does not come through the seam.
template <std::size_t stripes>
inline constinit std::array<std::atomic<std::uint32_t>, stripes> threads_on{};

/// Takes the least used stripe until the thread ends.
template <std::size_t stripes>
[[gnu::noinline]] std::size_t take_stripe() noexcept {
  static constexpr auto& threads = threads_on<stripes>;
  struct Lease {
    std::size_t stripe = 0;

    // Relaxed, here and below: the numbers balance the load and order nothing.
    Lease() noexcept {
      std::uint32_t least = 0;
      do {
        for (std::size_t i = 0; i != stripes; ++i) {
          if (threads[i].load(std::memory_order_relaxed) < threads[stripe].load(std::memory_order_relaxed)) stripe = i;
        }
        least = threads[stripe].load(std::memory_order_relaxed);
      } while (!threads[stripe].compare_exchange_weak(least, least + 1, std::memory_order_relaxed));
    }
    ~Lease() { threads[stripe].fetch_sub(1, std::memory_order_relaxed); }
  };
  thread_local const Lease lease;
  return lease.stripe;
}

/// Which of `stripes` this thread counts on: always the same one, and one of its own while there are enough.
template <std::size_t stripes>
std::size_t stripe_of_this_thread() noexcept {
  thread_local constinit std::size_t stripe = stripes;  // not taken yet; needs no guard, and outlives the lease
  if (stripe == stripes) [[unlikely]]
    stripe = take_stripe<stripes>();
  return stripe;
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
