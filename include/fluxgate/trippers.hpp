// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trippers: when the calls are bad enough to open.

#ifndef FLUXGATE_TRIPPERS_HPP
#define FLUXGATE_TRIPPERS_HPP

#include <fluxgate/expression/describe.hpp>
#include <fluxgate/trippers/avg_latency.hpp>
#include <fluxgate/trippers/closed.hpp>
#include <fluxgate/trippers/failure_rate.hpp>
#include <fluxgate/trippers/failure_streak.hpp>
#include <fluxgate/trippers/half_opened.hpp>
#include <fluxgate/trippers/manual.hpp>
#include <fluxgate/trippers/min_requests.hpp>
#include <fluxgate/trippers/slow_rate.hpp>
#include <fluxgate/trippers/tripper.hpp>

#endif
