// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trackers: which failures count.

#ifndef FLUXGATE_TRACKERS_HPP
#define FLUXGATE_TRACKERS_HPP

#include <fluxgate/trackers/tracker.hpp>

#endif
