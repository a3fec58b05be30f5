// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Every call may test recovery.

#ifndef FLUXGATE_PERMITS_ALLOW_ALL_HPP
#define FLUXGATE_PERMITS_ALLOW_ALL_HPP

#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/permits/permit.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Admits every call. Choose it where the retry's pause alone is protection enough. Not where many calls run at once:
/// all that begin before the first verdict reach the dependency. Costs nothing of its own. It has no state, so threads
/// share it.
struct AllowAll : PermitOperand<AllowAll> {
  constexpr bool operator()(const PermitContext&) const noexcept { return true; }
  static std::string describe() { return "AllowAll{}"; }
  friend constexpr bool operator==(const AllowAll&, const AllowAll&) = default;
};

static_assert(Permit<AllowAll>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
