// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What can be awaited.

#ifndef FLUXGATE_AWAITABLE_HPP
#define FLUXGATE_AWAITABLE_HPP

#include <fluxgate/coroutine/awaitable.hpp>

#endif
