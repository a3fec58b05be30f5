// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

template <int streak>
void use() {
#ifdef REJECTED
  CircuitBreaker breaker{Config{.tripper = FailureStreak{streak}}};
#else
  CircuitBreaker breaker{"a", FailureStreak{streak}};
#endif
  breaker.reset();
}
template void use<2>();
