// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The words of a time window's buckets.

#ifndef FLUXGATE_ENGINE_WINDOW_TIME_WORDS_HPP
#define FLUXGATE_ENGINE_WINDOW_TIME_WORDS_HPP

#include <cstdint>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The epoch and time whose counts a bucket holds: {epoch: 32, index: 31, live: 1}. One integer, like the words below:
/// reading parts of a word from memory costs more than reading the word.
class Owner {
 public:
  constexpr Owner() = default;
  /// A claim for the bucket number `index`, of which it keeps the low bits; not live yet.
  constexpr Owner(std::uint32_t epoch, std::int64_t index) noexcept
      : bits_{std::uint64_t{epoch} | std::uint64_t{low_bits(index)} << 32U} {}

  constexpr Owner made_live() const noexcept {
    Owner owner = *this;
    owner.bits_ |= live_bit;
    return owner;
  }
  constexpr bool live() const noexcept { return (bits_ & live_bit) != 0; }
  constexpr std::uint32_t epoch() const noexcept { return static_cast<std::uint32_t>(bits_); }
  /// Whether the kept bits are those of `index`.
  constexpr bool may_be_of(std::int64_t index) const noexcept { return this->index() == low_bits(index); }
  /// Whether this is of newer time than `other`, judged by the bits that both keep.
  constexpr bool is_ahead_of(const Owner& other) const noexcept {
    const std::uint32_t difference = (index() - other.index()) & index_mask;
    return difference != 0 && difference <= index_mask / 2;
  }

  friend constexpr bool operator==(const Owner&, const Owner&) = default;

 private:
  static constexpr std::uint32_t index_mask = 0x7fff'ffffU;
  static constexpr std::uint64_t live_bit = std::uint64_t{1} << 63U;

  static constexpr std::uint32_t low_bits(std::int64_t index) noexcept {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(index)) & index_mask;
  }
  constexpr std::uint32_t index() const noexcept { return static_cast<std::uint32_t>(bits_ >> 32U) & index_mask; }

  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Owner) == 8);

/// A count with a version that each clearing raises: {version: 16, value: 48}.
class Tally {
 public:
  constexpr Tally() = default;

  constexpr std::uint64_t value() const noexcept { return bits_ >> 16U; }
  /// Saturates.
  constexpr Tally plus(std::uint64_t delta) const noexcept {
    const std::uint64_t room = (~std::uint64_t{0} >> 16U) - value();
    Tally sum = *this;
    sum.bits_ += (delta < room ? delta : room) << 16U;
    return sum;
  }
  constexpr Tally cleared() const noexcept {
    Tally next;
    next.bits_ = (bits_ + 1) & 0xffffU;
    return next;
  }

 private:
  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Tally) == 8);

/// The latest bucket of an epoch with a failure or a slow call, by the low bits of its number.
struct alignas(8) Trouble {
  std::uint32_t epoch = 0;
  std::uint32_t index = 0;
};
static_assert(sizeof(Trouble) == 8);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
