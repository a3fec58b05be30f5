// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Shares of a window's calls: compared, and as text.

#ifndef FLUXGATE_TRIPPERS_RATE_HPP
#define FLUXGATE_TRIPPERS_RATE_HPP

#include <algorithm>
#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Whether `part` is at least `ratio` of the window's calls.
constexpr bool reaches(double ratio, std::uint64_t part, const CallContext& context) noexcept {
  const std::uint64_t total = context.metrics.total_count();
  return total != 0 && quotient(part, total) >= ratio;
}

inline std::string reached(const char* rate, double ratio, std::uint64_t part, const CallContext& context) {
  const std::uint64_t total = std::max<std::uint64_t>(context.metrics.total_count(), 1);
  return concat({rate, text(quotient(part, total), 3), " >= ", text(ratio)});
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
