// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A retry that is chosen at run time.

#ifndef FLUXGATE_TEXT_RETRY_CHOICE_HPP
#define FLUXGATE_TEXT_RETRY_CHOICE_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/retries.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// One of the library's retries.
struct RetryChoice : Rebound<RetryChoice> {
  using Leaf = std::variant<Never, Always, Cooldown, Backoff>;

  Leaf retry;

  explicit RetryChoice(Leaf chosen) : retry{chosen} {}

  std::chrono::nanoseconds delay(std::uint32_t reopens, double draw) const noexcept {
    return std::visit([&](const auto& leaf) { return leaf.delay(reopens, draw); }, retry);
  }
  bool jittered() const noexcept {
    return std::visit([](const auto& leaf) { return leaf.jittered(); }, retry);
  }
  std::string describe() const {
    return std::visit([](const auto& leaf) { return leaf.describe(); }, retry);
  }
  friend bool operator==(const RetryChoice&, const RetryChoice&) = default;
};
static_assert(Retry<RetryChoice>);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
