// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

template <class T>
struct Client {
#ifdef REJECTED
  CircuitBreaker<CountWindow, All, FailureStreak> breaker{Config{.name = "a", .tripper = FailureStreak{2}}};
#else
  CircuitBreaker<CountWindow, All, FailureStreak> breaker{"a", FailureStreak{2}};
#endif
};
Client<int> client;
