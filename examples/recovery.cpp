// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How an open breaker finds out that its dependency works again, in a few seconds of a clock that is set by hand.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include <array>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace fluxgate;
using namespace std::chrono_literals;

// [rules]
auto replica(const std::string& name, const ManualEnvironment& clock) {
  return Config{
      .name = name,
      .tripper = (Closed{} & MinRequests{4} & FailureRate{0.5}) | (HalfOpened{} & FailureRate{0.5}),
      .retry = Cooldown{10s},
      .permit = Probes{5, 30s},
      .listeners = {[](const Signal& signal) {
        std::cout << "  " << signal.circuit_name << ": " << to_string(signal.old_state) << " -> "
                  << to_string(signal.new_state) << ", " << signal.reason << '\n';
      }},
      .environment = clock,
  };
}
// [/rules]

template <class Breaker>
void call(Breaker& breaker, bool works, int times) {
  for (int i = 0; i != times; ++i) {
    try {
      breaker.call([works] {
        if (!works) throw std::runtime_error{"connection refused"};
      });
    } catch (const std::runtime_error&) {  // refusals, too
    }
  }
}

// [router]
/// The first replica that may answer. Asking costs the replicas nothing, and tells when a probe is due.
template <class Breaker>
Breaker& choose(Breaker& first, Breaker& second) {
  return first.would_admit() ? first : second;
}
// [/router]

int main() {
  ManualEnvironment clock;

  std::cout << "A dead replica gets three probes of five:\n";
  CircuitBreaker a{replica("a", clock)};
  call(a, false, 4);
  clock.advance(10s);
  call(a, false, 5);

  std::cout << "One that works closes after five, however slowly they come:\n";
  clock.advance(10s);
  for (int i = 0; i != 5; ++i) {
    call(a, true, 1);
    clock.advance(10min);
  }

  std::cout << "A router asks before it calls:\n";
  CircuitBreaker b{replica("b", clock)};
  call(a, false, 4);
  for (int second = 0; second != 20; second += 5) {
    auto& chosen = choose(a, b);
    const Info info = a.info();
    std::cout << "  after " << second << " s: " << chosen.name();
    if (info.retry_after) {
      std::cout << "; a may be tested in "
                << std::chrono::duration_cast<std::chrono::seconds>(*info.retry_after).count() << " s";
    }
    std::cout << '\n';
    call(chosen, true, 1);
    clock.advance(5s);
  }
}
