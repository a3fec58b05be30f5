// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Delays that vary, so that a fleet does not act at the same moment.

#ifndef FLUXGATE_RETRIES_JITTER_HPP
#define FLUXGATE_RETRIES_JITTER_HPP

#include <chrono>
#include <cmath>
#include <cstdint>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// `nanoseconds` varied by up to plus or minus `ratio`, as the draw from [0, 1) says.
inline std::chrono::nanoseconds with_jitter(double nanoseconds, double ratio, double draw) noexcept {
  const double jittered = nanoseconds * (1.0 + ratio * (2.0 * draw - 1.0));
  if (!(jittered < 9.2e18)) return std::chrono::nanoseconds::max();
  return std::chrono::nanoseconds{static_cast<std::int64_t>(std::llround(jittered))};
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
