// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Functions of which a caller knows nothing, for what measures or counts calls.

#ifndef FLUXGATE_TESTS_SUPPORT_OPAQUE_HPP
#define FLUXGATE_TESTS_SUPPORT_OPAQUE_HPP

/// Before a function that stands for a user's own, or for the system's: its callers are compiled as if it were in another
/// file. That it is not inlined is not enough for GCC, which makes copies for arguments that it knows, and keeps values in
/// those registers that the function leaves alone.
#if defined(__clang__)
#define FLUXGATE_OPAQUE [[gnu::noinline]]
#else
#define FLUXGATE_OPAQUE [[gnu::noipa]]
#endif

#endif
