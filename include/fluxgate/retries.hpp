// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Retries: how long an open breaker waits before it tests recovery.

#ifndef FLUXGATE_RETRIES_HPP
#define FLUXGATE_RETRIES_HPP

#include <fluxgate/retries/always.hpp>
#include <fluxgate/retries/backoff.hpp>
#include <fluxgate/retries/cooldown.hpp>
#include <fluxgate/retries/never.hpp>
#include <fluxgate/retries/retry.hpp>

#endif
