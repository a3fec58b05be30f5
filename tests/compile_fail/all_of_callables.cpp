// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: all_of joins policies of one kind: trackers, trippers or permits, and callables beside them.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

constexpr auto fires = [](const CallContext&) { return true; };

#ifdef REJECTED
auto tree = all_of(fires, fires);
#else
auto tree = all_of(fires, fires, Closed{});
#endif
