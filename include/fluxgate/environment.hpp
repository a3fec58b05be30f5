// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The source of time and random numbers.

#ifndef FLUXGATE_ENVIRONMENT_HPP
#define FLUXGATE_ENVIRONMENT_HPP

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime and CLOCK_MONOTONIC_COARSE are POSIX
#include <chrono>
#include <concepts>
#include <cstdint>
#include <random>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/unwinding.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The source of a breaker's time and random numbers. Every member is called on many threads at once; `coarse_now` may
/// lag behind `now` by some milliseconds, and `uniform` lies in [0, 1).
template <class E>
concept Environment = std::move_constructible<E> && requires(const E& environment) {
  { environment.now() } noexcept -> std::same_as<std::chrono::steady_clock::time_point>;
  { environment.coarse_now() } noexcept -> std::same_as<std::chrono::steady_clock::time_point>;
  { environment.wall_now() } noexcept -> std::same_as<std::chrono::system_clock::time_point>;
  { environment.uniform() } noexcept -> std::same_as<double>;
};

/// The system's clocks, and a random generator for each thread.
struct SystemEnvironment {
  /// The monotonic clock.
  static std::chrono::steady_clock::time_point now() noexcept {
#if defined(__linux__)
    return read(CLOCK_MONOTONIC);  // the clock of steady_clock, without a call of the standard library
#else
    return std::chrono::steady_clock::now();
#endif
  }

  /// The monotonic clock as of the last timer tick; costs a fifth of `now` where the system has such a clock.
  static std::chrono::steady_clock::time_point coarse_now() noexcept {
#if defined(__linux__)
    return read(CLOCK_MONOTONIC_COARSE);
#else
    return now();
#endif
  }

  /// The wall clock.
  static std::chrono::system_clock::time_point wall_now() noexcept { return std::chrono::system_clock::now(); }

  /// A draw by SplitMix64 (Steele, Lea, Flood 2014). Each draw mixes in the clock, so that a forked process does not
  /// repeat its parent's draws.
  static double uniform() noexcept {
    thread_local std::uint64_t state = seed();
    state += 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(now().time_since_epoch().count());
    std::uint64_t bits = state;
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    bits ^= bits >> 31U;
    return static_cast<double>(bits >> 11U) * 0x1.0p-53;
  }

  friend constexpr bool operator==(const SystemEnvironment&, const SystemEnvironment&) = default;

 private:
#if defined(__linux__)
  static std::chrono::steady_clock::time_point read(clockid_t clock) noexcept {
    timespec time;  // NOLINT(cppcoreguidelines-pro-type-member-init): written by the call
    if (clock_gettime(clock, &time) != 0) return std::chrono::steady_clock::now();
    return std::chrono::steady_clock::time_point{
        std::chrono::nanoseconds{std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec}};
  }
#endif

  static std::uint64_t seed() noexcept {
    const detail::CancellationPause cancellation_pause;  // reading the device is a cancellation point
#if defined(__cpp_exceptions)
    try {
#endif
      std::random_device device;
      return (std::uint64_t{device()} << 32U) | device();
#if defined(__cpp_exceptions)
    } catch (...) {  // no entropy source: the clock in uniform() still makes processes differ
      return 0;
    }
#endif
  }
};
static_assert(Environment<SystemEnvironment>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
