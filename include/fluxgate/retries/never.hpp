// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// No test of recovery.

#ifndef FLUXGATE_RETRIES_NEVER_HPP
#define FLUXGATE_RETRIES_NEVER_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/retries/retry.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Stays open until told otherwise, as by `reset()`. Choose it where a person must look first. Not without an alert:
/// the breaker refuses calls for ever. Costs nothing. It has no state, so threads share it.
struct Never : detail::Rebound<Never> {
  static constexpr std::chrono::nanoseconds delay(std::uint32_t, double) noexcept {
    return std::chrono::nanoseconds::max();
  }
  static constexpr bool jittered() noexcept { return false; }
  static std::string describe() { return "Never{}"; }
  friend constexpr bool operator==(const Never&, const Never&) = default;
};

static_assert(Retry<Never>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
