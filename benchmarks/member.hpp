// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker where most breakers are: a private member of an object that another file makes and calls it in.

#ifndef FLUXGATE_BENCHMARKS_MEMBER_HPP
#define FLUXGATE_BENCHMARKS_MEMBER_HPP

#include <fluxgate/fluxgate.hpp>

#include "healthy.hpp"
#include "measure.hpp"

namespace measured {

class Service {
 public:
  Service();
  int ask(int number);

 private:
  fluxgate::CircuitBreaker<fluxgate::CountWindow, fluxgate::TypeOf<std::runtime_error>,
                           decltype(healthy_config().tripper), decltype(healthy_config().retry),
                           decltype(healthy_config().permit)>
      breaker_{healthy_config()};
};

Service& service();

}  // namespace measured

#endif
