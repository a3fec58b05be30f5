// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Permits: which calls may test recovery while HALF_OPEN.

#ifndef FLUXGATE_PERMITS_HPP
#define FLUXGATE_PERMITS_HPP

#include <fluxgate/permits/probes.hpp>

#endif
