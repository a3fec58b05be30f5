// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Catch2 v2 builds its main here, for a standard library that the installed one was not built with.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
