// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Newer rules of a breaker, and those before them until no thread uses them.
///
/// A thread counts itself as a user first and looks for the newest rules then. One that replaces them is a user, too, and
/// makes the newest known before it has counted itself out. So a user that counted itself in earlier is seen by whoever
/// looks at the count after the replacement, and one that counts itself in later finds the newer rules: a count of zero
/// after the replacement means that nobody uses what has been replaced, or will.
///
/// Rules that are in use when they are replaced wait for a later replacement, or for the end of the breaker.

#ifndef FLUXGATE_ENGINE_REPLACEMENT_HPP
#define FLUXGATE_ENGINE_REPLACEMENT_HPP

#include <cstdint>
#include <memory>
#include <utility>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class Rules, class Atomics>
class Replacement {
 public:
  /// Rules with their place in the list of those that wait for their end.
  struct Node {
    template <class... Args>
    explicit Node(Args&&... args) : rules(std::forward<Args>(args)...) {}

    Rules rules;
    Node* next = nullptr;
    [[no_unique_address]] typename Atomics::Watched watched{};
  };

  /// The newest rules, in use by the calling thread; none if there was no replacement.
  class InUse {
   public:
    explicit InUse(const Replacement& replacement) noexcept : users_{replacement.users_} {
      // Acquire: pairs with the end of uses, for the newest rules of those that were replacements.
      users_.fetch_add(1, std::memory_order_acquire);
      // Acquire: pairs with the exchange in `replace`, for the rules.
      node_ = replacement.newest_.load(std::memory_order_acquire);
    }
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;
    ~InUse() {
      if (node_ != nullptr) node_->watched.read();
      // Release: pairs with the look at the count, for the end of the rules, and with the beginning of later uses.
      users_.fetch_add(~std::uint32_t{0}, std::memory_order_release);
    }

    explicit operator bool() const noexcept { return node_ != nullptr; }
    Rules& operator*() const noexcept { return node_->rules; }
    Rules* operator->() const noexcept { return &node_->rules; }

   private:
    friend Replacement;
    typename Atomics::template Atomic<std::uint32_t>& users_;
    Node* node_ = nullptr;
  };

  Replacement() noexcept = default;
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement() {
    // Relaxed: no other thread uses the breaker.
    delete newest_.load(std::memory_order_relaxed);
    destroy(replaced_.load(std::memory_order_relaxed));
  }

  /// Makes `node` the newest, if `current` still is; otherwise the caller keeps `node`.
  bool replace(const InUse& current, std::unique_ptr<Node>& node) noexcept {
    Node* expected = current.node_;
    // Release: pairs with the load above. Relaxed on failure: tried again.
    if (!newest_.compare_exchange_strong(expected, node.get(), std::memory_order_release, std::memory_order_relaxed)) {
      return false;
    }
    (void)node.release();
    if (current.node_ != nullptr) retire(current.node_, current.node_);
    return true;
  }

  /// Destroys what has been replaced, if no thread uses any of it.
  void clean() noexcept {
    // Acquire: pairs with `retire`, for the list, and for the replacements that came before.
    Node* const first = replaced_.exchange(nullptr, std::memory_order_acquire);
    if (first == nullptr) return;
    // Acquire: pairs with the end of each use. Not older than the end of this thread's own, or than the beginning of one
    // that replaced any of these: `retire` comes behind that.
    if (users_.load(std::memory_order_acquire) == 0) return destroy(first);
    Node* last = first;
    while (last->next != nullptr) last = last->next;
    retire(first, last);
  }

 private:
  void retire(Node* first, Node* last) noexcept {
    last->next = replaced_.load(std::memory_order_relaxed);  // the exchange decides
    // Release: pairs with the exchange in `clean`. Relaxed on failure: tried again.
    while (!replaced_.compare_exchange_weak(last->next, first, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }
  static void destroy(Node* node) noexcept {
    while (node != nullptr) {
      node->watched.write();
      delete std::exchange(node, node->next);
    }
  }

  typename Atomics::template Atomic<Node*> newest_{nullptr};
  typename Atomics::template Atomic<Node*> replaced_{nullptr};
  mutable typename Atomics::template Atomic<std::uint32_t> users_{0};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
