// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The examples of docs/policies for retries.

#include <chrono>
#include <iostream>

#include "show.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

void always() {
  // [always]
  CircuitBreaker cache{Config{
      .name = "cache", .tripper = FailureStreak{2}, .retry = Always{}, .permit = Probes{2, 5s}, .listeners = {print}}};
  for (const bool works : {false, false, true, true}) call(cache, works);
  // [/always]
}

void never() {
  // [never]
  ManualEnvironment clock;
  CircuitBreaker ledger{Config{
      .name = "ledger", .tripper = FailureStreak{2}, .retry = Never{}, .listeners = {print}, .environment = clock}};
  for (int i = 0; i != 2; ++i) call(ledger, false);
  clock.advance(24h);
  std::cout << (call(ledger, true) ? "called" : "refused a day later") << '\n';
  ledger.reset();
  // [/never]
}

void cooldown() {
  // [cooldown]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api",
                            .tripper = FailureStreak{1},
                            .retry = Cooldown{30s},
                            .permit = Probes{1, 5s},
                            .listeners = {print},
                            .environment = clock}};
  call(api, false);
  for (int second = 0; second != 60; second += 15) {
    std::cout << "after " << second << " s\n";
    if (!call(api, false)) std::cout << "refused\n";
    clock.advance(15s);
  }
  // [/cooldown]
}

void backoff() {
  // [backoff]
  ManualEnvironment clock;
  CircuitBreaker api{Config{.name = "api",
                            .tripper = FailureStreak{1},
                            .retry = Backoff{10s, 2.0, 60s},
                            .permit = Probes{1, 5s},
                            .environment = clock}};
  for (int i = 0; i != 5; ++i) {
    call(api, false);
    const auto wait = api.info().retry_after.value();
    std::cout << std::chrono::duration_cast<std::chrono::seconds>(wait).count() << " s\n";
    clock.advance(wait);
  }
  // [/backoff]
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv,
             {{"always", always},
              {"never", never},
              {"cooldown", cooldown},
              {"cooldown.refused",
               [] {
                 print_refusal([] { Cooldown{0s}; });
                 print_refusal([] { Cooldown{10s, 1.0}; });
               }},
              {"backoff", backoff},
              {"backoff.refused", [] {
                 print_refusal([] { Backoff{0s}; });
                 print_refusal([] { Backoff{10s, 1.0}; });
                 print_refusal([] { Backoff{10s, 2.0, 5s}; });
                 print_refusal([] { Backoff{10s, 2.0, 60s, 1.0}; });
               }}});
}
