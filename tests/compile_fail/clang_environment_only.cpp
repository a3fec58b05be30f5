// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names
// lines before: 15, since clang also warns of each member that it may lose

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

ManualEnvironment environment;

template <class T>
void use() {
#ifdef REJECTED
  CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                .tracker = TypeOf<int>{},
                                .tripper = FailureStreak{2},
                                .retry = Cooldown{1h},
                                .permit = AllowAll{},
                                .environment = environment,
                                .stats = CallStats{},
                                .as_written = true}};
#else
  CircuitBreaker breaker{Config{.window = TimeWindow{10s},
                                .tracker = TypeOf<int>{},
                                .tripper = FailureStreak{2},
                                .retry = Cooldown{1h},
                                .permit = AllowAll{},
                                .environment = ManualEnvironment{},
                                .stats = CallStats{}}};
#endif
  breaker.reset();
}
template void use<int>();
