// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Permits: which calls may test recovery while HALF_OPEN.

#ifndef FLUXGATE_PERMITS_HPP
#define FLUXGATE_PERMITS_HPP

#include <fluxgate/expression/describe.hpp>
#include <fluxgate/permits/allow_all.hpp>
#include <fluxgate/permits/permit.hpp>
#include <fluxgate/permits/probes.hpp>
#include <fluxgate/permits/ramp_up.hpp>
#include <fluxgate/permits/random.hpp>

#endif
