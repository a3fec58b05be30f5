// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Protects a node from destruction while the thread that found it by its hash uses it.
///
/// A thread claims a word, writes the hash of the key that it is about to look for into it, and clears the word when it
/// no longer uses what it found. The words of a thread lie on a line of their own while there are few threads, so a
/// claim is one atomic write that no other thread waits for. Calls in calls, and threads that share a line, take the
/// next word of the line; if all are taken, there is no hazard, and the caller takes the lock.
///
/// A remover makes a node unreachable first and looks at the words then; a thread claims its word first and looks for
/// the node then. Both look after they write, in the order of all seq_cst operations. So the remover sees the word, or
/// the thread does not find the node. With acquire and release both may miss: each reads what was there before.

#ifndef FLUXGATE_ENGINE_HAZARDS_HPP
#define FLUXGATE_ENGINE_HAZARDS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The words of all threads that use one table. A hash is not zero.
template <class Atomics>
class Hazards {
  using Word = typename Atomics::template Atomic<std::uint64_t>;
  /// Beside a hash: the thread is still looking for it, and may read any table.
  static constexpr std::uint64_t looking = std::uint64_t{1} << 32U;

 public:
  /// A thread's word, claimed; or none.
  class Hazard {
   public:
    Hazard() noexcept = default;
    explicit Hazard(Word& word) noexcept : word_{&word} {}
    Hazard(Hazard&& other) noexcept : word_{std::exchange(other.word_, nullptr)} {}
    Hazard& operator=(Hazard&&) = delete;
    ~Hazard() {
      // Release: pairs with the remover's look at the word, after which it destroys what this thread has used.
      if (word_ != nullptr) word_->store(0, std::memory_order_release);
    }

    explicit operator bool() const noexcept { return word_ != nullptr; }

    /// The thread has found what it looked for, and reads the table no more.
    void found(std::uint32_t hash) const noexcept {
      word_->store(hash, std::memory_order_release);  // as above, for the table
    }

   private:
    Word* word_ = nullptr;
  };

  /// Protects whatever the calling thread is about to find by `hash`; without effect if all words of its line are taken.
  Hazard claim(std::uint32_t hash) noexcept {
    for (Word& word : lines_[Atomics::template stripe<Atomics::hazard_lines>()].words) {
      std::uint64_t free = word.load(std::memory_order_relaxed);  // the exchange decides
      // seq_cst: before the thread's look at the table. Relaxed on failure: the next word is tried.
      if (free == 0 &&
          word.compare_exchange_strong(free, hash | looking, std::memory_order_seq_cst, std::memory_order_relaxed)) {
        return Hazard{word};
      }
    }
    return Hazard{};
  }

  /// Whether a thread may use what it has found by `hash`.
  bool cover(std::uint32_t hash) const noexcept {
    return any([hash](std::uint64_t word) { return static_cast<std::uint32_t>(word) == hash; });
  }
  /// Whether a thread may be reading a table.
  bool any_looking() const noexcept {
    return any([](std::uint64_t word) { return (word & looking) != 0; });
  }

 private:
  struct alignas(cache_line) Line {
    std::array<Word, Atomics::hazards_a_line> words{};
  };

  template <class Holds>
  bool any(Holds holds) const noexcept {
    for (const Line& line : lines_) {
      for (const Word& word : line.words) {
        // seq_cst: after the remover has made unreachable what it asks about. Acquire: pairs with the releases above.
        if (holds(word.load(std::memory_order_seq_cst))) return true;
      }
    }
    return false;
  }

  std::array<Line, Atomics::hazard_lines> lines_{};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
