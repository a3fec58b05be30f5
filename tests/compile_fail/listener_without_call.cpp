// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a listener is a copyable callable on const Signal&, as in [](const Signal& signal) {...}; std::ref shares one.

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Nothing {};
struct Log {
  void operator()(const Signal&) const;
};

#ifdef REJECTED
CircuitBreaker cb{Config{.listeners = {Nothing{}}}};
#else
CircuitBreaker cb{Config{.listeners = {Log{}}}};
#endif
