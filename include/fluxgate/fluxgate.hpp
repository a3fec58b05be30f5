// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Includes everything that needs only the standard library.

#ifndef FLUXGATE_FLUXGATE_HPP
#define FLUXGATE_FLUXGATE_HPP

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/circuit_breaker_from.hpp>
#include <fluxgate/guarded.hpp>
#include <fluxgate/in_series.hpp>
#include <fluxgate/version.hpp>

#endif
