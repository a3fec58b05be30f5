// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The reason of the command that made the current state, for info().
///
/// The text lies in words of four characters, each with the epoch that it belongs to, so that a text of several words
/// needs no lock. The thread that wins a transition writes them after it. It replaces only words of older epochs: a
/// writer that is late leaves a newer reason alone. A reader takes the text only if all words are of its epoch, so it
/// never sees two reasons mixed; of a reason that is being written it sees nothing.
///
/// The words are allocated by the first command with a reason, and freed with the breaker.

#ifndef FLUXGATE_ENGINE_STATE_REASON_WORDS_HPP
#define FLUXGATE_ENGINE_STATE_REASON_WORDS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/override.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Four characters of a reason, padded with NULs, and the epoch of the whole.
struct alignas(8) ReasonWord {
  std::uint32_t epoch = 0;
  std::array<char, 4> characters{};
};
static_assert(sizeof(ReasonWord) == 8);
static_assert(StdAtomics::reason_words * sizeof(ReasonWord::characters) == Override::longest_reason);

template <class Atomics>
class ReasonWords {
  using Word = typename Atomics::template Atomic<ReasonWord>;
  using Words = std::array<Word, Atomics::reason_words>;

 public:
  ReasonWords() = default;
  ReasonWords(const ReasonWords&) = delete;
  ReasonWords& operator=(const ReasonWords&) = delete;
  ~ReasonWords() { delete words_.load(std::memory_order_relaxed); }  // no other thread is left

  /// Makes room for the reasons of epochs after `epoch`, once. @throws std::bad_alloc
  void prepare(std::uint32_t epoch) {
    if (words_.load(std::memory_order_relaxed) != nullptr) return;  // write() acquires
    auto made = std::make_unique<Words>();
    for (Word& word : *made) word.store(ReasonWord{.epoch = epoch}, std::memory_order_relaxed);  // published below
    Words* expected = nullptr;
    // Release: a thread that sees the words sees them made. A failure needs nothing: they are there.
    if (words_.compare_exchange_strong(expected, made.get(), std::memory_order_release, std::memory_order_relaxed)) {
      made.release();
    }
  }

  /// Keeps the reason of `epoch`, which this thread has begun, unless a newer epoch has one. After prepare().
  void write(std::uint32_t epoch, std::string_view reason) noexcept {
    Words* const words = words_.load(std::memory_order_acquire);  // pairs with prepare
    for (std::size_t i = 0; i != words->size(); ++i) {
      ReasonWord next{.epoch = epoch};
      for (std::size_t j = 0; j != next.characters.size(); ++j) {
        const std::size_t at = i * next.characters.size() + j;
        if (at < reason.size()) next.characters[j] = reason[at];
      }
      Word& word = (*words)[i];
      // Relaxed, here and in read: each word says itself what it belongs to.
      ReasonWord seen = word.load(std::memory_order_relaxed);
      while (static_cast<std::int32_t>(seen.epoch - epoch) < 0) {
        if (word.compare_exchange_weak(seen, next, std::memory_order_relaxed, std::memory_order_relaxed)) break;
      }
    }
  }

  /// The reason of `epoch`; empty if it has none, or not yet.
  std::string read(std::uint32_t epoch) const {
    const Words* const words = words_.load(std::memory_order_acquire);  // pairs with prepare
    std::string reason;
    if (words == nullptr) return reason;
    for (const Word& word : *words) {
      const ReasonWord seen = word.load(std::memory_order_relaxed);
      if (seen.epoch != epoch) return {};
      reason.append(seen.characters.data(), seen.characters.size());
    }
    const std::size_t end = reason.find('\0');
    if (end != std::string::npos) reason.resize(end);
    return reason;
  }

 private:
  typename Atomics::template Atomic<Words*> words_{nullptr};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
