// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Windows: which recent calls count.

#ifndef FLUXGATE_WINDOWS_HPP
#define FLUXGATE_WINDOWS_HPP

#include <fluxgate/windows/time_window.hpp>

#endif
