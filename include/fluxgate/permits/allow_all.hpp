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

/// Admits every call. Choose it if the delay of the retry is protection enough.
struct AllowAll : PermitOperand<AllowAll> {
  constexpr bool operator()(const PermitContext&) const noexcept { return true; }
  static std::string describe() { return "AllowAll{}"; }
  friend constexpr bool operator==(const AllowAll&, const AllowAll&) = default;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
