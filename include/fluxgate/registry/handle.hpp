// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker of a registry, owned together with it.

#ifndef FLUXGATE_REGISTRY_HANDLE_HPP
#define FLUXGATE_REGISTRY_HANDLE_HPP

#include <cstddef>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/key_node.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// A key and its breaker.
template <class Key, class Breaker>
struct RegistryNode : KeyNode<StdAtomics> {
  template <class Config>
  RegistryNode(Key&& own_key, Config&& config) : key(std::move(own_key)), breaker{std::forward<Config>(config)} {}

  /// One owner less; the last one destroys the node.
  static void drop(RegistryNode* node) noexcept {
    if (node->release()) destroy(node);
  }
  [[gnu::cold, gnu::noinline]] static void destroy(RegistryNode* node) noexcept { delete node; }

  Key key;
  Breaker breaker;
};

}  // namespace detail

/// A breaker of a registry and its key. Keeps both alive, also when the registry is gone, and the breaker in its
/// registry; used like a pointer. A copy costs one atomic increment. Safe to copy and use on any thread, but one handle
/// is assigned by one thread at a time.
///
/// What refers to the breaker, such as an Admission or what `guarded(*handle, f)` gives, must end before the last handle.
template <class Key, class Breaker>
class BreakerHandle {
  using Node = detail::RegistryNode<Key, Breaker>;

 public:
  /// An empty handle.
  BreakerHandle() noexcept = default;
  /// Adopts one reference to a node. For the registry.
  explicit BreakerHandle(Node* owned) noexcept : node_{owned} {}
  BreakerHandle(const BreakerHandle& other) noexcept : node_{other.node_} {
    if (node_ != nullptr) node_->hold();
  }
  BreakerHandle(BreakerHandle&& other) noexcept : node_{std::exchange(other.node_, nullptr)} {}
  BreakerHandle& operator=(BreakerHandle other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~BreakerHandle() {
    if (node_ != nullptr) Node::drop(node_);
  }

  /// False if empty.
  explicit operator bool() const noexcept { return node_ != nullptr; }
  /// The breaker; there must be one.
  Breaker& operator*() const noexcept { return node_->breaker; }
  /// A member of it.
  Breaker* operator->() const noexcept { return &node_->breaker; }
  /// The breaker, or null.
  Breaker* get() const noexcept { return node_ == nullptr ? nullptr : &node_->breaker; }
  /// Its key; there must be one. Valid as long as a handle to it is.
  const Key& key() const noexcept { return node_->key; }

  /// Gives up its reference, which the caller must drop. For the registry.
  Node* leave() noexcept { return std::exchange(node_, nullptr); }

  /// Whether both are of one breaker, or empty.
  friend bool operator==(const BreakerHandle&, const BreakerHandle&) noexcept = default;

 private:
  Node* node_ = nullptr;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
