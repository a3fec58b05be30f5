// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A slow listener that delays no call.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

using namespace fluxgate;
using namespace std::chrono_literals;

// [listener]
/// Takes its time, as what talks to other machines does.
struct Pager {
  void operator()(const Signal& signal) const {
    std::this_thread::sleep_for(50ms);
    std::cout << signal.circuit_name << " is " << to_string(signal.new_state) << '\n';
  }
};
// [/listener]

int main() {
  {
    // [use]
    const Background pager{Pager{},
                           {.limit = 1000,
                            .deadline = 10s,
                            .on_error = [](const Signal&, const std::exception_ptr&) { std::cerr << "not paged\n"; },
                            .on_drop =
                                [](const std::string& circuit_name, std::uint64_t count) {
                                  std::cerr << count << " transitions of " << circuit_name << " were dropped\n";
                                }}};
    CircuitBreaker payment{Config{.name = "payment", .listeners = {pager}}};
    CircuitBreaker stock{Config{.name = "stock", .listeners = {pager}}};
    // [/use]
    payment.force_open();  // returns at once
    payment.reset();
  }
  std::cout << "all was paged\n";
}
