// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trippers: when the calls are bad enough to open.

#ifndef FLUXGATE_TRIPPERS_HPP
#define FLUXGATE_TRIPPERS_HPP

#include <fluxgate/trippers/slow_rate.hpp>

#endif
