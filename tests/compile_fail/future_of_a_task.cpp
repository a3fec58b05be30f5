// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns a future, whose outcome is not known when it returns

#include <fluxgate/fluxgate.hpp>

/// As futures that are given up when they are asked.
struct Future {
  int get() &&;
  void wait() &;
  bool valid() const;
};
/// As the tasks of PPL.
struct Task {
  int get() const;
  int wait() const;
  bool is_done() const;
};

#ifndef REJECTED
/// They are finished when they are returned.
template <>
struct fluxgate::outcome_traits<Future> : fluxgate::never_failed {};
template <>
struct fluxgate::outcome_traits<Task> : fluxgate::never_failed {};
#endif

static_assert(fluxgate::detail::FutureLike<Future> && fluxgate::detail::FutureLike<Task>);

Future ask();
Task start();

void use(fluxgate::CircuitBreaker<>& breaker) {
  (void)breaker.call(start);
  (void)breaker.call(ask);
}
