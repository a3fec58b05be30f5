// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a window is.

#ifndef FLUXGATE_WINDOWS_WINDOW_HPP
#define FLUXGATE_WINDOWS_WINDOW_HPP

#include <concepts>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/windows/count_window.hpp>
#include <fluxgate/windows/time_window.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The two shipped windows; each has its recorder in the engine.
template <class W>
concept Window = std::same_as<W, CountWindow> || std::same_as<W, TimeWindow>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
