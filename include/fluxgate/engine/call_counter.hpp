// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Counts calls for CallStats.
///
/// A call is counted twice: when it is admitted and when it ends, each time by one increment on the current thread's
/// stripe. Ends are counted with release, and read with acquire before the admissions. So no reader finds more calls
/// ended than admitted. Nothing else orders the counts: their sum is no snapshot of one moment.

#ifndef FLUXGATE_ENGINE_CALL_COUNTER_HPP
#define FLUXGATE_ENGINE_CALL_COUNTER_HPP

#include <array>
#include <cstddef>
#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Counts nothing, for NoStats.
template <class Atomics, class S>
class CallCounter {};

template <class Atomics>
class CallCounter<Atomics, CallStats> {
  using Count = typename Atomics::template Atomic<std::uint64_t>;

  struct alignas(cache_line) Stripe {
    Count admitted{0};
    Count succeeded{0};
    Count failed{0};
    Count slow{0};
    Count ignored{0};
    Count refused{0};
  };

 public:
  void admitted() noexcept { own().admitted.fetch_add(1, std::memory_order_relaxed); }  // ordered by the call's end
  void refused() noexcept { own().refused.fetch_add(1, std::memory_order_relaxed); }    // independent of all others
  // Release, here and below: a thread that reads the end of a call sees its admission.
  void ended(bool failed) noexcept {
    Stripe& stripe = own();
    (failed ? stripe.failed : stripe.succeeded).fetch_add(1, std::memory_order_release);
  }
  void slow() noexcept { own().slow.fetch_add(1, std::memory_order_release); }
  void ignored() noexcept { own().ignored.fetch_add(1, std::memory_order_release); }

  CallCounts sum() const noexcept {
    CallCounts sum;
    for (const Stripe& stripe : stripes_) {
      // Acquire: pairs with the ends' release.
      sum.slow += stripe.slow.load(std::memory_order_acquire);
      sum.succeeded += stripe.succeeded.load(std::memory_order_acquire);
      sum.failed += stripe.failed.load(std::memory_order_acquire);
      sum.ignored += stripe.ignored.load(std::memory_order_acquire);
      sum.refused += stripe.refused.load(std::memory_order_relaxed);  // like its increment
    }
    for (const Stripe& stripe : stripes_)
      sum.admitted += stripe.admitted.load(std::memory_order_relaxed);  // after the ends
    return sum;
  }

 private:
  static constexpr std::size_t stripes = 8;

  Stripe& own() noexcept { return stripes_[Atomics::template stripe<stripes>()]; }

  std::array<Stripe, stripes> stripes_{};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
