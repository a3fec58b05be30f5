// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

template <class T>
struct Client {
  void use() {
#ifdef REJECTED
    CircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
#else
    CircuitBreaker breaker{"a", FailureStreak{2}, Cooldown{1h}};
#endif
    breaker.reset();
  }
};
template struct Client<int>;
