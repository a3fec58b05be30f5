// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls of the engine's core, without a front end.

#ifndef FLUXGATE_TESTS_SUPPORT_CORES_HPP
#define FLUXGATE_TESTS_SUPPORT_CORES_HPP

#include <fluxgate/engine/state/ticket.hpp>

namespace cores {

/// Calls that end so; one that is refused is left out.
template <class Core>
void call(Core& core, bool failed, int times = 1) {
  for (int i = 0; i != times; ++i) {
    if (const fluxgate::detail::Ticket ticket = core.admit()) core.record(ticket, failed);
  }
}
template <class Core>
void succeed(Core& core, int times = 1) {
  call(core, false, times);
}
template <class Core>
void fail(Core& core, int times = 1) {
  call(core, true, times);
}

}  // namespace cores

#endif
