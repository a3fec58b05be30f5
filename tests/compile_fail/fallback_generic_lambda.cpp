// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a fallback chooses what it handles by its parameter

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int main() {
  CircuitBreaker cb{Config{}};
#ifdef REJECTED
  return cb.call_with_fallback([] { return 0; }, [](const auto&) { return 0; });
#else
  return cb.call_with_fallback([] { return 0; }, [](const CallNotPermittedError&) { return 0; });
#endif
}
