// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Included before a test, has its CircuitBreakers be AnyCircuitBreakers. What differs in a test stands there under
/// FLUXGATE_TEST_ANY.

#ifndef FLUXGATE_TESTS_SUPPORT_ANY_HPP
#define FLUXGATE_TESTS_SUPPORT_ANY_HPP

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#define FLUXGATE_TEST_ANY
#define CircuitBreaker AnyCircuitBreaker

#endif
