// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What threads find out once and remember.

#ifndef FLUXGATE_ENGINE_REMEMBERED_HPP
#define FLUXGATE_ENGINE_REMEMBERED_HPP

#include <atomic>
#include <new>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Answers to questions that are always answered alike, such as what one type is to another: a list that only grows.
/// For few keys, in variables that live as long as the program. Threads that ask at once may each add the answer.
template <class Key, class Value>
class Remembered {
  struct Entry {
    Key key;
    Value value;
    const Entry* next;
  };

 public:
  /// Null if it is not known; valid as long as this.
  const Value* find(const Key& key) const noexcept {
    // Acquire: pairs with the exchange in add(), whose entry is read.
    for (const Entry* entry = first_.load(std::memory_order_acquire); entry != nullptr; entry = entry->next) {
      if (entry->key == key) return &entry->value;
    }
    return nullptr;
  }

  /// The answer to `key`, which `answer()` gives if it is not known.
  template <class Answer>
  Value get(const Key& key, const Answer& answer) {
    if (const Value* const known = find(key)) return *known;
    const Value value = answer();
    add(key, value);
    return value;
  }

  /// Without memory for it, the answer is not remembered.
  void add(const Key& key, const Value& value) noexcept {
    // Relaxed: the exchange decides, and nothing is read through it here.
    const Entry* first = first_.load(std::memory_order_relaxed);
    Entry* const entry = new (std::nothrow) Entry{key, value, first};
    if (entry == nullptr) return;
    // Release: pairs with find(). On failure, relaxed: the entry that is there now is only linked to.
    while (!first_.compare_exchange_weak(first, entry, std::memory_order_release, std::memory_order_relaxed)) {
      entry->next = first;
    }
  }

 private:
  std::atomic<const Entry*> first_{nullptr};
};

/// The first of the objects that threads point out.
template <class T>
class FirstOf {
 public:
  void point_out(const T& object) noexcept {
    const T* none = nullptr;
    // Release: pairs with get(). On failure another is first, and nothing is read through it.
    first_.compare_exchange_strong(none, &object, std::memory_order_release, std::memory_order_relaxed);
  }
  /// Null before.
  const T* get() const noexcept { return first_.load(std::memory_order_acquire); }  // pairs with point_out()

 private:
  std::atomic<const T*> first_{nullptr};
};

/// What one thread alone may do, once.
class Once {
 public:
  /// Whether this is the first time. Acquire and release: what it allows is handed from thread to thread.
  bool first() noexcept { return !done_.exchange(true, std::memory_order_acq_rel); }
  /// Whether first() has been asked; a later answer may differ.
  bool done() const noexcept { return done_.load(std::memory_order_relaxed); }  // nothing is read after it

 private:
  std::atomic<bool> done_{false};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
