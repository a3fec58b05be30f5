// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The one seam through which the engine gets its atomics.

#ifndef FLUXGATE_ENGINE_ATOMICS_HPP
#define FLUXGATE_ENGINE_ATOMICS_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>

#if __has_include(<sched.h>)
#include <sched.h>
#endif

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/stripe.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The standard's atomics. A test puts its own in this place to explore interleavings of the engine's very code.
struct StdAtomics {
  template <class T>
    requires(std::atomic<T>::is_always_lock_free)
  using Atomic = std::atomic<T>;

  /// Which of so many stripes the calling thread counts on.
  template <std::size_t stripes>
  static std::size_t stripe() noexcept {
    return stripe_of_this_thread<stripes>();
  }
  /// The calling thread has met another one there.
  template <std::size_t stripes>
  static void leave_stripe() noexcept {
    std::size_t& stripe = stripe_of_this_thread<stripes>();
    stripe = (stripe + 1) % stripes;
  }

  /// How many notices of transitions can wait for their listeners, a power of two; as many are delivered before relief
  /// is asked for.
  static constexpr std::uint32_t notices = 32;
  /// How often a thread that would take the delivery over looks whether it may, pausing between two looks.
  static constexpr int patience = 100;
  static void pause() noexcept {
#if __has_include(<sched.h>)
    sched_yield();  // <thread> has more to compile
#endif
  }
};

/// What is written by different threads lies at least this far apart. A constant, because the standard's own differs
/// between compilers and would change the layout with it.
inline constexpr std::size_t cache_line = 64;

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
