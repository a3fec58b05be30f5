// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a fallback must return what the call returns

#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int main() {
  CircuitBreaker cb{Config{}};
#ifdef REJECTED
  return cb.call_with_fallback([] { return 0; }, [](const CallNotPermittedError&) { return std::string{}; });
#else
  return cb.call_with_fallback([] { return 0; }, [](const CallNotPermittedError&) { return 0; });
#endif
}
