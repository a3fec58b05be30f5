// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The concept of a retry, and how it is asked.

#ifndef FLUXGATE_RETRIES_RETRY_HPP
#define FLUXGATE_RETRIES_RETRY_HPP

#include <chrono>
#include <concepts>
#include <cstdint>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Decides when recovery is tested; it does not repeat calls. Gives the time to stay open; one answer holds for the
/// whole opening. Asked by the thread that opens the breaker, and by each thread that arrives before that answer is
/// published. `reopens` counts the failed recoveries since the breaker was last closed, `draw` is in [0, 1) (0.5 if
/// `jittered()` is false). `nanoseconds::max()` means never.
template <class R>
concept Retry = std::copy_constructible<R> && requires(const R& retry, std::uint32_t reopens, double draw) {
  { retry.delay(reopens, draw) } noexcept -> std::same_as<std::chrono::nanoseconds>;
};

namespace detail {

/// Whether this retry needs a draw.
template <class R>
constexpr bool jittered(const R& retry) noexcept {
  if constexpr (requires { retry.jittered(); }) {
    return retry.jittered();
  } else {
    return true;
  }
}

/// The delay after `reopens` failed recoveries; draws from `environment` only if the retry depends on it.
template <class R, class Environment>
std::chrono::nanoseconds delay_of(const R& retry, std::uint32_t reopens, const Environment& environment) noexcept {
  return retry.delay(reopens, jittered(retry) ? environment.uniform() : 0.5);
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
