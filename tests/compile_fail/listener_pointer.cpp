// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a listener is a copyable callable on const Signal&, as in [](const Signal& signal) {...}; std::ref shares one.

#include <functional>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Log {
  void operator()(const Signal&) const;
};
Log written;

#ifdef REJECTED
CircuitBreaker cb{Config{.listeners = {&written}}};
#else
CircuitBreaker cb{Config{.listeners = {std::ref(written)}}};
#endif
