// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Every macro of the library.

#ifndef FLUXGATE_MACROS_HPP
#define FLUXGATE_MACROS_HPP

/// The inline namespace that carries the version into the names of symbols. It differs without exceptions, so that
/// objects compiled with and without them do not link to each other's halves by accident.
#if defined(__cpp_exceptions)
#define FLUXGATE_ABI v0
#else
#define FLUXGATE_ABI v0_no_exceptions
#endif

#endif
