// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a retry is, and how it is asked.

#ifndef FLUXGATE_RETRIES_RETRY_HPP
#define FLUXGATE_RETRIES_RETRY_HPP

#include <chrono>
#include <concepts>
#include <cstdint>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Gives the time to stay open; one answer holds for the whole opening. Asked by the thread that opens, and by one that
/// comes before that has told. `reopens` counts the failed recoveries since the breaker was last closed, `draw` lies in
/// [0, 1) (0.5 where `jittered()` is false).
/// `nanoseconds::max()` means never.
template <class R>
concept Retry = std::copy_constructible<R> && requires(const R& retry, std::uint32_t reopens, double draw) {
  { retry.delay(reopens, draw) } noexcept -> std::same_as<std::chrono::nanoseconds>;
};

namespace detail {

/// Whether a draw has to be made for this retry.
template <class R>
constexpr bool jittered(const R& retry) noexcept {
  if constexpr (requires { retry.jittered(); }) {
    return retry.jittered();
  } else {
    return true;
  }
}

/// How long to refuse after `reopens` failed recoveries; draws by `environment` only where the retry depends on it.
template <class R, class Environment>
std::chrono::nanoseconds delay_of(const R& retry, std::uint32_t reopens, const Environment& environment) noexcept {
  return retry.delay(reopens, jittered(retry) ? environment.uniform() : 0.5);
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
