// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Policies joined by operators, or by name, and in words.

#ifndef FLUXGATE_EXPRESSION_HPP
#define FLUXGATE_EXPRESSION_HPP

#include <fluxgate/expression/describe.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/expression/operators.hpp>

#endif
