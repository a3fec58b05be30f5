// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "member.hpp"

#include "healthy.hpp"

namespace measured {

struct Service::Parts {
  fluxgate::CircuitBreaker<fluxgate::CountWindow, fluxgate::TypeOf<std::runtime_error>,
                           decltype(healthy_config().tripper)>
      breaker{healthy_config()};
};

Service::Service() : parts_{std::make_unique<Parts>()} { fill(parts_->breaker); }
Service::~Service() = default;

int Service::ask(int number) { return parts_->breaker.call(answer, number); }
int Service::ask_bare(int number) { return answer(number); }

}  // namespace measured
