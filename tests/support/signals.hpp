// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Signals that no breaker has sent, for the tests of listeners.

#ifndef FLUXGATE_TESTS_SUPPORT_SIGNALS_HPP
#define FLUXGATE_TESTS_SUPPORT_SIGNALS_HPP

#include <cstdint>
#include <string>
#include <utility>

#include <fluxgate/signal.hpp>

inline fluxgate::Signal signal(std::string circuit, std::uint64_t sequence) {
  fluxgate::Signal made;
  made.circuit_name = std::move(circuit);
  made.sequence = sequence;
  return made;
}

#endif
