// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Finds nodes by the hash of their key without a lock.
///
/// Table. Open addressing with linear probing over two arrays: hashes, and pointers to nodes. A hash is written once
/// and stays as long as its table, so a pointer in a place belongs to a node of that hash or is null. A thread
/// compares hashes and touches a node only if the hash is the one that it looks for, which its hazard covers.
///
/// Writers hold the owner's lock, one at a time. A new node's pointer is written before its hash. To remove a node, the
/// writer makes its pointer null, asks whether a hazard covers its hash or a handle owns the node, and writes the
/// pointer again if so. A reader that meets its hash with a null pointer therefore cannot tell whether the key exists,
/// and looks again under the lock.
///
/// Removed places keep their hash and are used again for that hash only. When too few places are left, the nodes move
/// to a new table of a size that fits them. The old one is freed when no thread is looking for a key; while one is,
/// there is no second move. So there are at most two tables.

#ifndef FLUXGATE_ENGINE_KEY_TABLE_HPP
#define FLUXGATE_ENGINE_KEY_TABLE_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/hazards.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A hash of all bits of `value` that is not zero.
constexpr std::uint32_t mixed_hash(std::uint64_t value) noexcept {
  return static_cast<std::uint32_t>((value * 0x9e3779b97f4a7c15U) >> 32U) | 1U;  // Fibonacci hashing (Knuth)
}

/// The table of one owner; does not own its nodes.
template <class Node, class Atomics>
class KeyTable {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  /// The arrays lie behind the table, which saves a reader two loads.
  class Table {
   public:
    static Table* make(std::uint32_t size) {
      void* const memory = ::operator new(bytes_of(size));
      return ::new (memory) Table{size};
    }
    struct Free {
      void operator()(Table* table) const noexcept {
        ::operator delete(static_cast<void*>(table));
      }  // atomics need no destructor
    };

    std::uint32_t size() const noexcept { return size_; }
    Atomic<Node*>& node(std::uint32_t place) const noexcept { return nodes()[place]; }
    Atomic<std::uint32_t>& hash(std::uint32_t place) const noexcept { return hashes()[place]; }

    std::uint32_t home(std::uint32_t hash) const noexcept {
      return static_cast<std::uint32_t>((std::uint64_t{hash} * size_) >> 32U);
    }
    std::uint32_t after(std::uint32_t place) const noexcept { return place + 1 == size_ ? 0 : place + 1; }

    [[no_unique_address]] typename Atomics::Watched watched{};

   private:
    explicit Table(std::uint32_t size) noexcept : size_{size} {
      for (std::uint32_t place = 0; place != size; ++place) {
        ::new (static_cast<void*>(nodes() + place)) Atomic<Node*>{nullptr};
        ::new (static_cast<void*>(hashes() + place)) Atomic<std::uint32_t>{0};
      }
    }

    static std::size_t bytes_of(std::uint32_t size) noexcept {
      return sizeof(Table) + size * (sizeof(Atomic<Node*>) + sizeof(Atomic<std::uint32_t>));
    }
    Atomic<Node*>* nodes() const noexcept { return reinterpret_cast<Atomic<Node*>*>(const_cast<Table*>(this) + 1); }
    Atomic<std::uint32_t>* hashes() const noexcept { return reinterpret_cast<Atomic<std::uint32_t>*>(nodes() + size_); }

    alignas(Atomic<Node*>) std::uint32_t size_;
  };
  using TablePointer = std::unique_ptr<Table, typename Table::Free>;

  static constexpr std::uint32_t none = 0xffff'ffffU;

 public:
  /// What a reader finds.
  struct Found {
    Node* node = nullptr;
    bool sure = true;  ///< false: the node may be there
  };

  explicit KeyTable(std::uint32_t least_size = 16) : least_{least_size}, table_{Table::make(least_size)} {}
  KeyTable(const KeyTable&) = delete;
  KeyTable& operator=(const KeyTable&) = delete;
  ~KeyTable() { const TablePointer last{current()}; }

  Hazards<Atomics>& hazards() noexcept { return hazards_; }

  /// By any thread, with a hazard of `hash`: the node for which `equal` holds.
  template <class Equal>
  Found find(std::uint32_t hash, Equal equal) const noexcept {
    // seq_cst, here and below: behind the hazard's claim, see hazards.hpp. Acquire: pairs with the publication.
    const Table& table = *table_.load(std::memory_order_seq_cst);
    table.watched.read();
    Found found;
    for (std::uint32_t place = table.home(hash);; place = table.after(place)) {
      // Acquire: pairs with the release in put, so that the pointer beside the hash is there, and the node.
      const std::uint32_t there = table.hash(place).load(std::memory_order_acquire);
      if (there == 0) return found;
      if (there != hash) continue;
      Node* const node = table.node(place).load(std::memory_order_seq_cst);
      if (node == nullptr) {
        found.sure = false;
      } else if (equal(*node)) {
        return {node, true};
      }
    }
  }

  // All that follows is for the holder of the lock.

  std::uint32_t size() const noexcept { return live_; }

  /// The node of this hash for which `equal` holds, or null.
  template <class Equal>
  Node* locate(std::uint32_t hash, Equal equal) const noexcept {
    const std::uint32_t place = place_of(hash, equal);
    return place == none ? nullptr : node_at(place);
  }

  /// Makes room for one more node; false while a thread still reads the table before the last move.
  bool reserve() {
    if ((std::uint64_t{used_} + 1) * 5 <= std::uint64_t{current()->size()} * 4) return true;
    return !retired_ready() ? false : (move(), true);
  }

  /// Adds a node whose key is not there. There is room for it.
  void insert(Node& node, std::uint32_t hash) noexcept {
    used_ += put(*current(), node, hash);
    ++live_;
  }

  /// Removes the node of this hash for which `equal` holds, if `removable(node)` holds while no thread uses the node;
  /// it then belongs to the caller, which may destroy it.
  template <class Equal, class Removable>
  Node* remove(std::uint32_t hash, Equal equal, Removable removable) noexcept {
    const std::uint32_t place = place_of(hash, equal);
    return place == none ? nullptr : remove_at(place, removable);
  }

  /// Moves the hand to the next place, and gives the node there or null.
  Node* advance_hand() noexcept {
    hand_ = hand_ + 1 >= current()->size() ? 0 : hand_ + 1;
    return node_at(hand_);
  }
  /// As remove, for the node at the hand.
  template <class Removable>
  Node* remove_at_hand(Removable removable) noexcept {
    return remove_at(hand_, removable);
  }

  template <class Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t place = 0; place != current()->size(); ++place) {
      if (Node* const node = node_at(place)) visit(*node);
    }
  }

 private:
  // Relaxed, here and below: only holders of the lock write.
  Table* current() const noexcept { return table_.load(std::memory_order_relaxed); }
  Node* node_at(std::uint32_t place) const noexcept { return current()->node(place).load(std::memory_order_relaxed); }
  std::uint32_t hash_at(std::uint32_t place) const noexcept {
    return current()->hash(place).load(std::memory_order_relaxed);
  }

  template <class Equal>
  std::uint32_t place_of(std::uint32_t hash, Equal equal) const noexcept {
    for (std::uint32_t place = current()->home(hash);; place = current()->after(place)) {
      const std::uint32_t there = hash_at(place);
      if (there == 0) return none;
      if (there != hash) continue;
      const Node* const node = node_at(place);
      if (node != nullptr && equal(*node)) return place;
    }
  }

  /// Puts a node into the first place that is free or was of its hash. Returns how many new places it used, 0 or 1.
  static std::uint32_t put(Table& table, Node& node, std::uint32_t hash) noexcept {
    std::uint32_t place = table.home(hash);
    for (;; place = table.after(place)) {
      const std::uint32_t there = table.hash(place).load(std::memory_order_relaxed);
      if (there == 0) break;
      if (there == hash && table.node(place).load(std::memory_order_relaxed) == nullptr) {
        table.node(place).store(&node, std::memory_order_release);  // publishes the node
        return 0;
      }
    }
    table.node(place).store(&node, std::memory_order_relaxed);  // published by the hash
    table.hash(place).store(hash, std::memory_order_release);   // pairs with find: the pointer comes first
    return 1;
  }

  template <class Removable>
  Node* remove_at(std::uint32_t place, Removable removable) noexcept {
    Atomic<Node*>& pointer = current()->node(place);
    Node* const node = node_at(place);
    if (!removable(std::as_const(*node))) return nullptr;
    pointer.store(nullptr, std::memory_order_seq_cst);  // before the look at the hazards, see there
    if (hazards_.cover(hash_at(place)) || !removable(std::as_const(*node))) {
      pointer.store(node, std::memory_order_release);  // publishes the node again
      return nullptr;
    }
    --live_;
    return node;
  }

  /// Frees the previous table unless a thread may still read it. Returns true if none is left.
  bool retired_ready() noexcept {
    if (retired_ == nullptr) return true;
    if (hazards_.any_looking()) return false;
    retired_->watched.write();
    retired_.reset();
    return true;
  }

  void move() {
    const std::uint64_t places = std::max<std::uint64_t>(least_, (std::uint64_t{live_} + 1) * 8 / 5 + 1);
    TablePointer next{Table::make(static_cast<std::uint32_t>(places))};
    Table* const old = current();
    for (std::uint32_t place = 0; place != old->size(); ++place) {
      if (Node* const node = node_at(place)) put(*next, *node, hash_at(place));
    }
    used_ = live_;
    hand_ = static_cast<std::uint32_t>(std::uint64_t{hand_} * next->size() / old->size());
    table_.store(next.release(), std::memory_order_seq_cst);  // publishes; before the look at the hazards, see there
    retired_.reset(old);
    retired_ready();
  }

  std::uint32_t least_;
  Atomic<Table*> table_;
  Hazards<Atomics> hazards_;
  // Used with the lock only.
  TablePointer retired_;
  std::uint32_t live_ = 0;  // nodes
  std::uint32_t used_ = 0;  // places with a hash
  std::uint32_t hand_ = 0;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
