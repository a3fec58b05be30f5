// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: outcome_traits needs static noexcept functions of const R&

#include <fluxgate/fluxgate.hpp>

struct Order {
  int status;
};

template <>
struct fluxgate::outcome_traits<Order> {
  static bool failed(const Order& order) noexcept { return order.status != 0; }
#ifndef REJECTED
  static const int& error(const Order& order) noexcept { return order.status; }
#endif
};

auto use(fluxgate::CircuitBreaker<>& breaker) {
  return breaker.try_call([] { return Order{7}; });
}
