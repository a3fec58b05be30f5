// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: outcome_traits needs static noexcept functions of const R&

#include <string>

#include <fluxgate/fluxgate.hpp>

struct Order {
  bool ok;
  std::string error;
};

template <>
struct fluxgate::outcome_traits<Order> {
  static bool failed(const Order& order) noexcept { return !order.ok; }
#ifdef REJECTED
  static std::string error(const Order& order) noexcept { return order.error; }
#else
  static const std::string& error(const Order& order) noexcept { return order.error; }
#endif
};

Order use(fluxgate::CircuitBreaker<>& breaker) {
  return breaker.call([] { return Order{false, "lost"}; });
}
