// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: all_of joins policies of one kind: trackers, trippers or permits, and callables beside them.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto tree = all_of(FailureRate{0.5}, All{});
#else
auto tree = all_of(FailureRate{0.5}, Closed{});
#endif
