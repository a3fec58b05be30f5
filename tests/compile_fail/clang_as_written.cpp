// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names
// lines before: 21, since clang also warns of each member that it may lose

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

constexpr FailureStreak rule{2};

// A policy outside of the template is what clang loses, and `as_written` with it.
template <class T>
void use() {
#ifdef REJECTED
  CircuitBreaker breaker{Config{.name = "a", .tripper = rule, .as_written = true}};
#else
  CircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{rule}, .as_written = true}};
#endif
  breaker.reset();
}
template void use<int>();
