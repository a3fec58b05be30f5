// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The words by which a healthy call is known without the types of a breaker's policies.

#ifndef FLUXGATE_ENGINE_WINDOW_HEALTHY_WORDS_HPP
#define FLUXGATE_ENGINE_WINDOW_HEALTHY_WORDS_HPP

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/window/count_words.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Points to a breaker's phase and to the totals of its window, and knows the totals that a success leaves as they are. If
/// a breaker needs more than these, it points to words that are never healthy, so that no further test is needed: the
/// breaker itself is then asked.
template <class Atomics>
class HealthyWords {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

 public:
  /// Words that are never healthy.
  constexpr HealthyWords() = default;

  /// Says that a closed breaker with this phase admits every call and does nothing else.
  void admits_by(const Atomic<Phase>& phase) noexcept { phase_ = &phase; }
  /// Says that a success does nothing while the totals are `full`, without failures and slow calls.
  void absorbs_by(const Atomic<Lanes>& totals, Lanes full) noexcept {
    totals_ = &totals;
    full_ = full;
  }

  void absorb_nothing() noexcept { totals_ = &never_full; }

  /// The phase, or one that is not closed.
  Phase phase() const noexcept {
    return phase_->load(std::memory_order_acquire);
  }  // pairs with the transition's release
  /// Whether a success of a call with this ticket's phase changes nothing. Relaxed: as in CountRecorder::is_healthy().
  bool absorb(Phase admitted) const noexcept { return totals_->load(std::memory_order_relaxed) == full_.in(admitted); }

 private:
  static inline const Atomic<Phase> of_none{Phase{0, 0, State::disabled}};
  static inline const Atomic<Lanes> never_full{Lanes{-1, -1, -1}};  // full_.in() has no lane below zero

  const Atomic<Phase>* phase_ = &of_none;
  const Atomic<Lanes>* totals_ = &never_full;
  Lanes full_{};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
