// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a listener is a copyable callable on const Signal&, as in [](const Signal& signal) {...}; std::ref shares one.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
CircuitBreaker cb{Config{.listeners = {42}}};
#else
CircuitBreaker cb{Config{.listeners = {[](const Signal&) {}}}};
#endif
