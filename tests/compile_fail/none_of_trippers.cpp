// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: none_of joins trackers, and callables beside them.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto tree = none_of(FailureRate{0.5}, Closed{});
#else
auto tree = none_of(TypeOf<int>{}, TypeOf<long>{});
#endif
