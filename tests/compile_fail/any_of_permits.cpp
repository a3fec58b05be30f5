// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: any_of joins policies of one kind, trackers or trippers, and callables beside them.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto tree = any_of(Random{0.5}, Random{0.1});
#else
auto tree = all_of(Random{0.5}, Random{0.1});
#endif
