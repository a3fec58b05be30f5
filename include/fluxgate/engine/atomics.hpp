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

/// The standard's atomics. Tests replace them to explore interleavings of the engine's own code.
struct StdAtomics {
  template <class T>
    requires(std::atomic<T>::is_always_lock_free)
  using Atomic = std::atomic<T>;

  /// The index of the calling thread's stripe, below `stripes`.
  template <std::size_t stripes>
  static std::size_t stripe() noexcept {
    return stripe_of_this_thread<stripes>();
  }
  /// Moves the calling thread to the next stripe, after it met another thread on its own.
  template <std::size_t stripes>
  static void leave_stripe() noexcept {
    std::size_t& stripe = stripe_of_this_thread<stripes>();
    stripe = (stripe + 1) % stripes;
  }

  /// How many notices of transitions can wait for their listeners; a power of two. A thread that has delivered as many
  /// asks for relief.
  static constexpr std::uint32_t notices = 32;
  /// How many words a reason has room for, of four characters each.
  static constexpr std::size_t reason_words = 32;
  /// How many lines of hazards a registry has, and how many on each: so many lookups and calls at once need no lock.
  static constexpr std::size_t hazard_lines = 32;
  static constexpr std::size_t hazards_a_line = 8;
  /// Memory that readers must not read once it is freed; the explorer watches it.
  struct Watched {
    static void read() noexcept {}
    static void write() noexcept {}
  };
  /// How often a thread that wants to take the drain over polls, with a pause before each poll.
  static constexpr int patience = 100;
  static void pause() noexcept {
#if __has_include(<sched.h>)
    sched_yield();  // <thread> takes longer to compile
#endif
  }
};

/// Words that different threads write lie at least this far apart. A constant of ours: the standard's differs between
/// compilers, and the layout would differ with it.
inline constexpr std::size_t cache_line = 64;

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
