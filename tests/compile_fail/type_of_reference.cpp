// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: TypeOf takes plain types of objects, without const and without &.

#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = TypeOf<const std::runtime_error&>{}}};
#else
CircuitBreaker cb{Config{.tracker = TypeOf<std::runtime_error>{}}};
#endif
