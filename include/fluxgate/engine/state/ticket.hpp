// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The answer to a request for admission.

#ifndef FLUXGATE_ENGINE_STATE_TICKET_HPP
#define FLUXGATE_ENGINE_STATE_TICKET_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The right to make one call, with what is needed to record its outcome, or the reason for a refusal.
///
/// The cost of a healthy call depends on its fitting into two registers.
class Ticket {
 public:
  /// The `retry_after` of a refusal that time alone does not end.
  static constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();

  Ticket() = default;
  constexpr explicit Ticket(Phase phase) noexcept : phase_{phase} {}

  /// The refusal of the call that this ticket would have admitted. A retry may be admitted after `retry_after`, or
  /// `never`.
  constexpr Ticket refused(std::chrono::nanoseconds retry_after) const noexcept {
    Ticket ticket;
    ticket.phase_ = Phase{phase_.bits() | refusal};
    ticket.time_ = retry_after;
    return ticket;
  }

  /// Tests for closed first: a caller that has just made that test need not repeat it.
  constexpr explicit operator bool() const noexcept { return is_closed() || (phase_.bits() & refusal) == 0; }
  /// This ticket in a breaker that measures durations, for a call that began at `time`.
  constexpr Ticket timed(std::chrono::nanoseconds time) const noexcept {
    Ticket ticket;
    ticket.phase_ = Phase{phase_.bits() | measured};
    ticket.time_ = time;
    return ticket;
  }

  /// With the marks below, which no breaker's own phase has.
  constexpr Phase phase() const noexcept { return phase_; }
  /// Whether the breaker is closed and the ticket unmarked: one test for nearly every call.
  constexpr bool is_closed() const noexcept {
    static_assert(State{} == State::closed);
    return phase_.bits() >> 48U == 0;
  }
  constexpr std::uint32_t epoch() const noexcept { return phase_.epoch(); }
  constexpr State state() const noexcept { return phase_.state(); }
  /// When the call began; zero if durations are not measured.
  constexpr std::chrono::nanoseconds began() const noexcept { return time_; }
  /// Does not know the breaker's name.
  constexpr Rejection rejection() const noexcept {
    if (time_ == never) return {.state = state(), .retry_after = std::nullopt};
    return {.state = state(), .retry_after = time_};
  }

 private:
  // Marks in the phase's spare bits. With the second, Lanes::in() equals no totals.
  static constexpr std::uint64_t refusal = std::uint64_t{1} << 56U;
  static constexpr std::uint64_t measured = std::uint64_t{1} << 63U;

  Phase phase_;
  /// When the call began. In a refusal: the time until a retry may be admitted.
  std::chrono::nanoseconds time_{};
};
static_assert(sizeof(Ticket) == 16 && std::is_trivially_copyable_v<Ticket>);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
