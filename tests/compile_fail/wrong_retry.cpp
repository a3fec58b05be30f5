// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the retry needs nanoseconds delay(std::uint32_t reopens, double draw) const noexcept.

#include <chrono>
#include <cstdint>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
struct Pause {
  std::chrono::nanoseconds delay(std::uint32_t) const noexcept { return std::chrono::seconds{1}; }
};
#else
struct Pause {
  std::chrono::nanoseconds delay(std::uint32_t, double) const noexcept { return std::chrono::seconds{1}; }
};
#endif

CircuitBreaker cb{Config{.retry = Pause{}}};
