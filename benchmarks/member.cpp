// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "member.hpp"

namespace measured {

Service::Service() { fill(breaker_); }

int Service::ask(int number) { return breaker_.call(charge, number); }

Service& service() {
  static Service service;
  return service;
}

}  // namespace measured
