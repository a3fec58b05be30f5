// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The hash of a registry's keys.

#ifndef FLUXGATE_REGISTRY_KEY_HASH_HPP
#define FLUXGATE_REGISTRY_KEY_HASH_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A word of a string.
template <class Word>
std::uint64_t word_at(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// A hash of a short string, inlined: `std::hash` is a call, and takes a third of a lookup. Two words at a time are
/// multiplied independently of each other, since a lookup waits for the result; the last two may overlap others. All
/// bits take effect in the upper half of a product with the result.
inline std::uint64_t hash_of_string(std::string_view string) noexcept {
  const auto mixed = [](std::uint64_t hash, std::uint64_t first, std::uint64_t last) {
    hash += first * 0xbf58476d1ce4e5b9U + last * 0x94d049bb133111ebU;  // the multipliers of SplitMix64
    return hash ^ hash >> 32U;
  };
  const char* from = string.data();
  std::size_t left = string.size();
  std::uint64_t hash = left;
  for (; left > 16; from += 16, left -= 16) {
    hash = mixed(hash, word_at<std::uint64_t>(from), word_at<std::uint64_t>(from + 8)) * 0x9e3779b97f4a7c15U;
  }
  const char* const end = from + left;
  if (left >= 8) return mixed(hash, word_at<std::uint64_t>(from), word_at<std::uint64_t>(end - 8));
  if (left >= 4) return mixed(hash, word_at<std::uint32_t>(from), word_at<std::uint32_t>(end - 4));
  if (left == 0) return hash;
  return mixed(hash, word_at<std::uint8_t>(from),
               word_at<std::uint8_t>(from + left / 2) << 8U | word_at<std::uint8_t>(end - 1));
}

/// Whether two strings are equal, inlined likewise.
inline bool same_key(std::string_view left, std::string_view right) noexcept {
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  const auto differ = [&]<class Word>(Word, std::size_t at) {
    return word_at<Word>(left.data() + at) != word_at<Word>(right.data() + at);
  };
  if (size < 8) return left == right;
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    if (differ(std::uint64_t{}, at)) return false;
  }
  return !differ(std::uint64_t{}, size - 8);
}
template <class Key>
bool same_key(const Key& left, const Key& right) {
  return left == right;
}

/// The hash of a key: of a string the one above, of any other key that of `std::hash`.
inline std::uint64_t hash_of_key(std::string_view key) noexcept { return hash_of_string(key); }
template <class Key>
std::uint64_t hash_of_key(const Key& key) {
  return std::hash<Key>{}(key);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
