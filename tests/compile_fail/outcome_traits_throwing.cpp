// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: outcome_traits needs static noexcept functions of const R&

#include <fluxgate/fluxgate.hpp>

struct Order {
  int status;
};

template <>
struct fluxgate::outcome_traits<Order> {
#ifdef REJECTED
  static bool failed(const Order& order) { return order.status != 0; }
#else
  static bool failed(const Order& order) noexcept { return order.status != 0; }
#endif
  static const int& error(const Order& order) noexcept { return order.status; }
};

void use(fluxgate::CircuitBreaker<>& breaker) { breaker.try_acquire().record(Order{7}); }
