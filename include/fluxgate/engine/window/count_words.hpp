// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The words of a count window: a slot for each call, and the totals of all.

#ifndef FLUXGATE_ENGINE_WINDOW_COUNT_WORDS_HPP
#define FLUXGATE_ENGINE_WINDOW_COUNT_WORDS_HPP

#include <bit>
#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/window/sample.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

// The words below are integers with named queries rather than structures: a word that is stored in parts and then
// loaded as a whole stalls the processor for longer than recording takes.

/// A slot without a duration: {tag: 26, present: 1, failed: 1, slow: 4}.
class NarrowSlot {
 public:
  constexpr NarrowSlot() = default;

  static constexpr NarrowSlot of(std::uint32_t epoch, const Sample& sample) noexcept {
    return NarrowSlot{mark_of(epoch) | (sample.failed ? failed : 0U) | (sample.slow & 0xfU) << 28U};
  }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return (bits_ & mark) == mark_of(epoch); }
  /// All but the duration.
  constexpr NarrowSlot counts() const noexcept { return *this; }
  constexpr Sample sample() const noexcept {
    return {.failed = (bits_ & failed) != 0, .slow = static_cast<std::uint8_t>(bits_ >> 28U), .micros = 0};
  }

  friend constexpr bool operator==(const NarrowSlot&, const NarrowSlot&) = default;

 private:
  static constexpr std::uint32_t present = 1U << 26U;
  static constexpr std::uint32_t failed = 1U << 27U;
  static constexpr std::uint32_t mark = present | (present - 1);

  constexpr explicit NarrowSlot(std::uint32_t bits) noexcept : bits_{bits} {}
  static constexpr std::uint32_t mark_of(std::uint32_t epoch) noexcept { return (epoch & (present - 1)) | present; }

  std::uint32_t bits_ = 0;
};
static_assert(sizeof(NarrowSlot) == 4);

/// A slot with a duration in the upper half.
class WideSlot {
 public:
  constexpr WideSlot() = default;

  static constexpr WideSlot of(std::uint32_t epoch, const Sample& sample) noexcept {
    return WideSlot{std::uint64_t{std::bit_cast<std::uint32_t>(NarrowSlot::of(epoch, sample))} |
                    std::uint64_t{sample.micros} << 32U};
  }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return counts().belongs_to(epoch); }
  constexpr NarrowSlot counts() const noexcept { return std::bit_cast<NarrowSlot>(static_cast<std::uint32_t>(bits_)); }
  constexpr Sample sample() const noexcept {
    Sample sample = counts().sample();
    sample.micros = static_cast<std::uint32_t>(bits_ >> 32U);
    return sample;
  }

  friend constexpr bool operator==(const WideSlot&, const WideSlot&) = default;

 private:
  constexpr explicit WideSlot(std::uint64_t bits) noexcept : bits_{bits} {}

  std::uint64_t bits_ = 0;
};
static_assert(sizeof(WideSlot) == 8);

/// Three signed counts of an epoch: {tag: 16, lanes: 3 x 16}. Wide enough for the largest window and 2,767 threads
/// between slot and totals.
class Lanes {
 public:
  constexpr Lanes() = default;
  /// Without a tag: a difference.
  constexpr Lanes(int first, int second, int third) noexcept
      : bits_{place(first, 1) | place(second, 2) | place(third, 3)} {}

  static constexpr Lanes empty(std::uint32_t epoch) noexcept {
    Lanes lanes;
    lanes.bits_ = epoch & 0xffffU;
    return lanes;
  }
  /// These counts, none of them slow, as totals of a closed `phase`. If the phase is not closed, its state takes the
  /// place of the slow calls: totals never have this value where slow calls are not counted. If the phase is a ticket's
  /// with a mark, no totals ever have it. So one comparison tests the epoch, the state and the counts.
  constexpr Lanes in(Phase phase) const noexcept {
    Lanes lanes;
    lanes.bits_ = bits_ | phase.tag_and_state();
    return lanes;
  }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return (bits_ & 0xffffU) == (epoch & 0xffffU); }
  constexpr bool is_zero() const noexcept { return bits_ >> 16U == 0; }
  constexpr std::int16_t lane(unsigned index) const noexcept {
    return static_cast<std::int16_t>(bits_ >> (16U * (index + 1)));
  }
  /// Adds lane by lane: no carry reaches the next lane.
  constexpr Lanes plus(const Lanes& difference) const noexcept {
    constexpr std::uint64_t signs = 0x8000'8000'8000'8000U;
    Lanes sum;
    sum.bits_ = ((bits_ & ~signs) + (difference.bits_ & ~signs)) ^ ((bits_ ^ difference.bits_) & signs);
    return sum;
  }

  friend constexpr bool operator==(const Lanes&, const Lanes&) = default;

 private:
  static constexpr std::uint64_t place(int value, unsigned at) noexcept {
    return std::uint64_t{static_cast<std::uint16_t>(value)} << (16U * at);
  }

  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Lanes) == 8);
static_assert(Lanes{2, 0, 0}.in(Phase{0x3'0007, 1, State::closed}) == Lanes::empty(7).plus({2, 0, 0}));
static_assert(Lanes{2, 0, 0}.in(Phase{7, 0, State{1}}) == Lanes::empty(7).plus({2, 0, 1}));
static_assert(Lanes::empty(7).plus({-1, 1, -1}).lane(0) == -1 && Lanes::empty(7).plus({-1, 1, -1}).lane(1) == 1 &&
              Lanes::empty(7).plus({-1, 1, -1}).lane(2) == -1 && Lanes::empty(7).plus({-1, 1, -1}).belongs_to(7));

/// The microseconds of an epoch, signed: {tag: 16, microseconds: 48}. 30,000 calls of 71 minutes stay below 2^47.
class Duration {
 public:
  constexpr Duration() = default;
  /// Without a tag: a difference.
  constexpr explicit Duration(std::int64_t micros) noexcept : bits_{static_cast<std::uint64_t>(micros) << 16U} {}

  static constexpr Duration empty(std::uint32_t epoch) noexcept {
    Duration duration;
    duration.bits_ = epoch & 0xffffU;
    return duration;
  }
  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return (bits_ & 0xffffU) == (epoch & 0xffffU); }
  constexpr bool is_zero() const noexcept { return bits_ >> 16U == 0; }
  constexpr std::int64_t micros() const noexcept { return static_cast<std::int64_t>(bits_) >> 16; }
  constexpr Duration plus(const Duration& difference) const noexcept {
    Duration sum;
    sum.bits_ = bits_ + difference.bits_;
    return sum;
  }

 private:
  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Duration) == 8);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
