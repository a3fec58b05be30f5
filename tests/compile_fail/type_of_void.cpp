// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: TypeOf takes plain types of objects, without const and without &.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = TypeOf<void>{}}};
#else
CircuitBreaker cb{Config{.tracker = TypeOf<void*>{}}};
#endif
