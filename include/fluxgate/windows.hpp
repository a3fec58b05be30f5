// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Windows: which recent calls count.

#ifndef FLUXGATE_WINDOWS_HPP
#define FLUXGATE_WINDOWS_HPP

#include <fluxgate/windows/count_window.hpp>
#include <fluxgate/windows/time_window.hpp>
#include <fluxgate/windows/window.hpp>

#endif
