// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The breakers of a registry: how they come, how they are found, and how they go.
///
/// Lookups of keys that are there take no lock: see key_table.hpp. A new key takes it twice: to announce that its
/// breaker is being made, and to add the breaker. In between it is not held, so factories of other keys do not wait, and
/// may use the registry. Threads that ask for the same key wait for the breaker.
///
/// Eviction. A hand goes round the table, some places for each new key. It leaves a mark on each breaker that it passes,
/// which the next use clears. A breaker that still has the mark has not been used since, and may go: when there is no
/// room left, or when the mark is older than IdleFor.

#ifndef FLUXGATE_REGISTRY_STORE_HPP
#define FLUXGATE_REGISTRY_STORE_HPP

#include <array>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/census.hpp>
#include <fluxgate/engine/clock.hpp>
#include <fluxgate/engine/hazards.hpp>
#include <fluxgate/engine/key_table.hpp>
#include <fluxgate/registry/handle.hpp>
#include <fluxgate/registry/key_hash.hpp>
#include <fluxgate/registry/limits.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// How the breakers of a registry have come and gone.
struct RegistryCounts {
  std::uint64_t size = 0;      ///< breakers that it has now
  std::uint64_t added = 0;     ///< breakers that it has begun to keep
  std::uint64_t evicted = 0;   ///< breakers that its limits removed
  std::uint64_t erased = 0;    ///< breakers that `erase` removed
  std::uint64_t not_kept = 0;  ///< breakers that found no room, and served one handle or call each

  friend constexpr bool operator==(const RegistryCounts&, const RegistryCounts&) = default;
};

namespace detail {

/// What a registry asks its breakers for.
struct RegistryAccess {
  template <class Breaker>
  static bool is_untroubled(const Breaker& breaker) noexcept {
    return breaker.core().is_untroubled();
  }
  template <class Breaker>
  static auto& seat(Breaker& breaker) noexcept {
    return breaker.core().seat();
  }
  /// The breaker's call without its warning, which the registry gives.
  template <class Breaker, class Form, class F, class... Args>
  static decltype(auto) make(Breaker& breaker, Form form, F&& f, Args&&... args) {
    return breaker.make(form, std::forward<F>(f), std::forward<Args>(args)...);
  }
};

/// How a key is handed to lookups: without making a string.
template <class Key>
using KeyView = std::conditional_t<std::same_as<Key, std::string>, std::string_view, const Key&>;

/// Counts time in units of about a 65,000th of IdleFor.
class IdleSteps {
 public:
  IdleSteps() noexcept = default;
  explicit IdleSteps(const IdleFor& idle_for) noexcept
      : step_{static_cast<std::uint64_t>(idle_for.duration().count()) / 65'536 + 1},
        longest_{static_cast<std::uint32_t>(static_cast<std::uint64_t>(idle_for.duration().count()) / step_ + 1)} {}

  bool limited() const noexcept { return longest_ != 0; }
  std::uint32_t at(std::chrono::nanoseconds time) const noexcept {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.count()) / step_);
  }
  /// Whether at least IdleFor has passed; it may take two steps longer.
  bool passed(std::uint32_t from, std::uint32_t to) const noexcept { return limited() && to - from > longest_; }

 private:
  std::uint64_t step_ = 1;
  std::uint32_t longest_ = 0;
};

template <class Key, class Breaker>
class RegistryStore {
  using View = KeyView<Key>;
  using Table = KeyTable<RegistryNode<Key, Breaker>, StdAtomics>;

 public:
  using Node = RegistryNode<Key, Breaker>;
  using Handle = BreakerHandle<Key, Breaker>;
  using Hook = std::function<void(const Key&, Breaker&)>;
  using Hazard = typename Hazards<StdAtomics>::Hazard;
  /// A new breaker that no other thread knows, and the time by its clock.
  struct Made {
    std::unique_ptr<Node> node;
    std::chrono::steady_clock::time_point now;
  };

  RegistryStore(const RegistryLimits& limits, Hook on_added, Hook on_removed)
      : capacity_{limits.capacity() ? static_cast<std::uint32_t>(limits.capacity()->count()) : ~std::uint32_t{0}},
        steps_{limits.idle_for() ? IdleSteps{*limits.idle_for()} : IdleSteps{}},
        census_{limits.at_most_open() ? new Census<StdAtomics>{limits.at_most_open()->share()} : nullptr},
        on_added_{std::move(on_added)},
        on_removed_{std::move(on_removed)} {}
  RegistryStore(const RegistryStore&) = delete;
  RegistryStore& operator=(const RegistryStore&) = delete;
  ~RegistryStore() {
    table_.for_each([](Node& node) { const Handle last{&node}; });
    if (census_ == nullptr) return;
    census_->end();
    if (census_->owners.remove()) delete census_;
  }

  static std::uint32_t hash_of(View key) { return mixed_hash(hash_of_key(key)); }

  /// A node that is found, and what keeps it alive meanwhile.
  class Visit {
   public:
    Visit(Hazard&& hazard, Node* node, bool sure) noexcept : hazard_{std::move(hazard)}, node_{node}, sure_{sure} {}
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() {
      if (owned_ != nullptr) [[unlikely]]
        Node::drop(owned_);
    }

    explicit operator bool() const noexcept { return node_ != nullptr; }
    /// False if the key may exist all the same: ask again under the lock.
    bool sure() const noexcept { return sure_; }
    Node& node() const noexcept { return *node_; }
    void own(Handle&& handle) noexcept { node_ = owned_ = handle.leave(); }

   private:
    Hazard hazard_;
    Node* node_;
    Node* owned_ = nullptr;
    bool sure_;
  };

  /// Finds the node of `key` without a lock.
  [[gnu::always_inline]] Visit visit(View key, std::uint32_t hash) noexcept {
    Hazard hazard = table_.hazards().claim(hash);
    if (!hazard) [[unlikely]]
      return Visit{std::move(hazard), nullptr, false};
    const auto found = table_.find(hash, Is{key});
    hazard.found(hash);
    if (found.node != nullptr) found.node->use();
    return Visit{std::move(hazard), found.node, found.sure};
  }

  /// The breaker of `key` with the lock; empty if there is none.
  Handle find_locked(View key, std::uint32_t hash) {
    const std::lock_guard lock{mutex_};
    return locate(key, hash);
  }

  /// The breaker of `key`, which `make` makes if there is none.
  template <class Make>
  [[gnu::noinline]] Handle obtain(View key, std::uint32_t hash, Make make) {
    Removed removed;
    Handle made;
    bool kept = false;
    {
      std::unique_lock lock{mutex_};
      for (;;) {
        if (Handle there = locate(key, hash)) return there;
        if (!is_being_made(key)) break;
        made_.wait(lock);
      }
      const Making making{*this, lock, key};
      lock.unlock();
      Made fresh = make();
      lock.lock();
      kept = keep(*fresh.node, hash, fresh.now, removed);
      if (kept) fresh.node->hold();
      made = Handle{fresh.node.release()};
    }
    tell(removed);
    if (kept && on_added_) on_added_(made.key(), *made);
    return made;
  }

  /// Removes the breaker of `key` if no thread uses it.
  bool erase(View key, std::uint32_t hash) {
    Removed removed;
    {
      const std::lock_guard lock{mutex_};
      Node* const node = table_.remove(hash, Is{key}, [](const Node& one) { return !one.is_held(); });
      if (node == nullptr) return false;
      take_out(*node, removed);
      ++counts_.erased;
    }
    tell(removed);
    return true;
  }

  /// All breakers of one moment.
  std::vector<Handle> all() const {
    const std::lock_guard lock{mutex_};
    std::vector<Handle> handles;
    handles.reserve(table_.size());
    table_.for_each([&](Node& node) {
      node.hold();
      handles.emplace_back(&node);
    });
    return handles;
  }

  RegistryCounts counts() const {
    const std::lock_guard lock{mutex_};
    RegistryCounts counts = counts_;
    counts.size = table_.size();
    return counts;
  }

 private:
  /// Whether a node is that of the key.
  struct Is {
    View key;
    bool operator()(const Node& node) const noexcept { return same_key(View{node.key}, key); }
  };

  /// Nodes that are no longer in the table, for their hook, and for their end without the lock.
  class Removed {
   public:
    bool is_full() const noexcept { return count_ == nodes_.size(); }
    void add(Node& node) noexcept { nodes_[count_++].reset(&node); }
    template <class Visit>
    void for_each(Visit visit) {
      for (std::size_t i = 0; i != count_; ++i) visit(*nodes_[i]);
    }

   private:
    std::array<std::unique_ptr<Node>, 4> nodes_{};
    std::size_t count_ = 0;
  };

  /// Announces that the calling thread makes the breaker of a key. From its construction to its end, at both of which the
  /// lock is held.
  class Making {
   public:
    Making(RegistryStore& store, std::unique_lock<std::mutex>& lock, View key) noexcept
        : store_{store}, lock_{lock}, key_{key}, next_{store.makings_} {
      store.makings_ = this;
    }
    Making(const Making&) = delete;
    Making& operator=(const Making&) = delete;
    ~Making() {
      if (!lock_.owns_lock()) lock_.lock();  // the factory has thrown
      Making** link = &store_.makings_;
      while (*link != this) link = &(*link)->next_;
      *link = next_;
      store_.made_.notify_all();
    }

   private:
    friend RegistryStore;
    RegistryStore& store_;
    std::unique_lock<std::mutex>& lock_;
    View key_;
    Making* next_;
  };

  bool is_being_made(View key) const noexcept {
    for (const Making* one = makings_; one != nullptr; one = one->next_) {
      if (same_key(one->key_, key)) return true;
    }
    return false;
  }

  Handle locate(View key, std::uint32_t hash) const noexcept {
    Node* const node = table_.locate(hash, Is{key});
    if (node == nullptr) return {};
    node->use();
    node->hold();
    return Handle{node};
  }

  /// Adds the node, if there is room for it or can be made.
  bool keep(Node& node, std::uint32_t hash, std::chrono::steady_clock::time_point now, Removed& removed) {
    if (!table_.reserve()) {
      ++counts_.not_kept;
      return false;
    }
    const std::uint32_t at = steps_.at(since_epoch(now));
    sweep(at, removed);
    if (table_.size() >= capacity_) {
      ++counts_.not_kept;
      return false;
    }
    node.idle_from(marked(at));
    if (census_ != nullptr) RegistryAccess::seat(node.breaker).take(*census_);
    table_.insert(node, hash);
    ++counts_.added;
    return true;
  }

  /// Moves the hand on, and removes what has been idle for too long, or, if there is no room, idle at all.
  void sweep(std::uint32_t now, Removed& removed) noexcept {
    bool wants_room = table_.size() >= capacity_;
    const int for_idle = steps_.limited() ? 16 : 0;
    for (int i = 0; i < (wants_room ? 64 : for_idle) && !removed.is_full(); ++i) {
      Node* const node = table_.advance_hand();
      if (node == nullptr) continue;
      const std::uint32_t since = node->idle_since();
      if (since == 0 || node->is_held()) {
        node->idle_from(marked(now));
      } else if (wants_room || steps_.passed(since, now)) {
        if (table_.remove_at_hand([](const Node& one) { return may_go(one); }) == nullptr) continue;
        take_out(*node, removed);
        ++counts_.evicted;
        wants_room = false;
      }
    }
  }

  static bool may_go(const Node& node) noexcept {
    return !node.is_held() && RegistryAccess::is_untroubled(node.breaker);
  }
  static std::uint32_t marked(std::uint32_t time) noexcept { return time == 0 ? 1 : time; }

  void take_out(Node& node, Removed& removed) noexcept {
    RegistryAccess::seat(node.breaker).leave(node.breaker.state());
    removed.add(node);
  }

  void tell(Removed& removed) const {
    if (!on_removed_) return;
    removed.for_each([this](Node& node) { on_removed_(node.key, node.breaker); });
  }

  Table table_;
  mutable std::mutex mutex_;
  std::condition_variable made_;
  Making* makings_ = nullptr;
  RegistryCounts counts_;
  std::uint32_t capacity_;
  IdleSteps steps_;
  Census<StdAtomics>* census_;  // owned together with the breakers
  Hook on_added_;
  Hook on_removed_;
};

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
