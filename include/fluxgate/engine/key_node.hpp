// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a registry keeps beside each of its breakers: its owners, and whether it is in use.

#ifndef FLUXGATE_ENGINE_KEY_NODE_HPP
#define FLUXGATE_ENGINE_KEY_NODE_HPP

#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Base of a node. Begins with one owner: the table, or the only handle.
template <class Atomics>
class KeyNode {
 public:
  /// Adds an owner; called by an owner, or by a thread whose hazard covers the node.
  void hold() noexcept {
    // Relaxed: the release of the hazard, or of the copied handle, publishes it to the remover.
    owners_.fetch_add(1, std::memory_order_relaxed);
  }
  /// Removes an owner. Returns true if it was the last; the caller then destroys the node.
  bool release() noexcept {
    // Release: what this owner did with the node comes before its end. Acquire: the last owner destroys it after that.
    return owners_.fetch_add(~std::uint32_t{0}, std::memory_order_acq_rel) == 1;
  }
  /// Whether there is an owner besides the table.
  bool is_held() const noexcept {
    return owners_.load(std::memory_order_acquire) != 1;  // pairs with release
  }

  /// Notes that the node is used. Writes only if it was not noted since the hand passed.
  void use() noexcept {
    // Relaxed, here and below: the mark decides how soon the hand comes back, no more.
    if (idle_since_.load(std::memory_order_relaxed) != 0) {
      idle_since_.store(0, std::memory_order_relaxed);
    }
  }
  /// Notes that the node is not used from `now` on, which is not zero.
  void idle_from(std::uint32_t now) noexcept { idle_since_.store(now, std::memory_order_relaxed); }
  /// When the hand first found the node unused; zero if it is in use.
  std::uint32_t idle_since() const noexcept { return idle_since_.load(std::memory_order_relaxed); }

 private:
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  Atomic<std::uint32_t> owners_{1};
  Atomic<std::uint32_t> idle_since_{0};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
