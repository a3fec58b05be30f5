// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Includes everything that needs only the standard library, but any_circuit_breaker.hpp, which few units need and all
/// would have to compile.

#ifndef FLUXGATE_FLUXGATE_HPP
#define FLUXGATE_FLUXGATE_HPP

#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/circuit_breaker_from.hpp>
#include <fluxgate/guarded.hpp>
#include <fluxgate/in_series.hpp>
#include <fluxgate/version.hpp>

#endif
