// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How many values share an object that does not change.

#ifndef FLUXGATE_ENGINE_SHARED_COUNT_HPP
#define FLUXGATE_ENGINE_SHARED_COUNT_HPP

#include <atomic>
#include <cstdint>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Counts the owners of an object; begins with one. A `std::shared_ptr` would be twice as large, and some thirty
/// functions more for each unit to compile.
class SharedCount {
 public:
  /// One owner more. Called by an owner, so the object is there.
  void add() noexcept {
    count_.fetch_add(1, std::memory_order_relaxed);  // orders nothing: whatever passes the copy on does
  }

  /// Removes an owner. Returns true if it was the last; the caller then destroys the object.
  bool remove() noexcept {
    // Release: what this owner has read was read before. Acquire: the last owner destroys the object after all of that.
    return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

 private:
  std::atomic<std::uint32_t> count_{1};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
