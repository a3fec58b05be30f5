// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The next call tests recovery.

#ifndef FLUXGATE_RETRIES_ALWAYS_HPP
#define FLUXGATE_RETRIES_ALWAYS_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/retries/retry.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Tests recovery with the very next call. Choose it where the permit alone should hold traffic back. Not with
/// `AllowAll`: a dead dependency would keep its load. Costs nothing. It has no state, so threads share it.
struct Always : detail::Rebound<Always> {
  static constexpr std::chrono::nanoseconds delay(std::uint32_t, double) noexcept {
    return std::chrono::nanoseconds::zero();
  }
  static constexpr bool jittered() noexcept { return false; }
  static std::string describe() { return "Always{}"; }
  friend constexpr bool operator==(const Always&, const Always&) = default;
};

static_assert(Retry<Always>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
