// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: TypeOf needs at least one error type

#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.tracker = TypeOf<>{}}};
#else
CircuitBreaker cb{Config{.tracker = TypeOf<std::runtime_error>{}}};
#endif
