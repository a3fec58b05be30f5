// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// All mutable words of a breaker in one allocation that holds no pointers.

#ifndef FLUXGATE_ENGINE_BLOCK_HPP
#define FLUXGATE_ENGINE_BLOCK_HPP

#include <cstddef>
#include <new>
#include <span>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Control words, the recorder's head, the counter of calls and the recorder's cells, one after another from the start
/// of a cache line.
template <class Control, class Head, class Counter, class Cell>
class Block {
  struct Front {
    Control control;
    Head head;
    [[no_unique_address]] Counter counter;
  };
  static constexpr std::size_t alignment = alignof(Front) > cache_line ? alignof(Front) : cache_line;
  static_assert(sizeof(Front) % alignof(Cell) == 0);

 public:
  explicit Block(std::size_t cells) : count_{static_cast<std::uint32_t>(cells)} {
    void* const memory = ::operator new(size_bytes(), std::align_val_t{alignment});
    front_ = ::new (memory) Front;
    cells_ = reinterpret_cast<Cell*>(static_cast<std::byte*>(memory) + sizeof(Front));
    for (std::size_t i = 0; i != count_; ++i) ::new (static_cast<void*>(cells_ + i)) Cell{};
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    // Atomics need no destructor.
    if (owner_) ::operator delete(static_cast<void*>(front_), std::align_val_t{alignment});
  }

  /// The same words by another name, which must not outlive this one.
  Block alias() const noexcept { return Block{*this, nullptr}; }

  std::size_t size_bytes() const noexcept { return sizeof(Front) + count_ * sizeof(Cell); }
  Control& control() const noexcept { return front_->control; }
  Head& head() const noexcept { return front_->head; }
  Counter& counter() const noexcept { return front_->counter; }
  Cell& cell(std::size_t index) const noexcept { return cells_[index]; }
  std::span<Cell> cells() const noexcept { return {cells_, count_}; }
  /// The words as they lie in memory.
  std::span<const std::byte> bytes() const noexcept {
    return {reinterpret_cast<const std::byte*>(front_), size_bytes()};
  }

 private:
  Block(const Block& other, std::nullptr_t) noexcept
      : front_{other.front_}, cells_{other.cells_}, count_{other.count_}, owner_{false} {}

  Front* front_ = nullptr;
  Cell* cells_ = nullptr;
  std::uint32_t count_;
  bool owner_ = true;  // of the allocation
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
