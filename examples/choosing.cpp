// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>

#include <chrono>
#include <iostream>
#include <string_view>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

template <class Policy>
void show(std::string_view kind, const Policy& policy) {
  std::cout << kind << describe(policy) << '\n';
}

}  // namespace

int main() {
  // [defaults]
  const Config config{};
  show("window   ", config.window);
  show("tripper  ", config.tripper);
  show("retry    ", config.retry);
  show("permit   ", config.permit);
  // [/defaults]

  // [few]
  // A report that is asked for a few times a minute: only recent calls count, and few have to be bad.
  CircuitBreaker reports{
      Config{.name = "reports",
             .window = TimeWindow{10min, 30s},
             .tripper = (Closed{} & MinRequests{5} & FailureRate{0.6}) | (HalfOpened{} & FailureStreak{1}),
             .permit = Probes{2, 1min}}};
  // [/few]

  // [many]
  // A search with thousands of calls a second: a verdict rests on many calls, and load comes back gradually.
  CircuitBreaker search{Config{.name = "search",
                               .window = CountWindow{2000},
                               .tripper = (Closed{} & MinRequests{500} & (FailureRate{0.2} | SlowRate{0.5, 300ms})) |
                                          (HalfOpened{} & MinRequests{200} & FailureRate{0.1}),
                               .permit = RampUp{0.01, 1.0, 30s}}};
  // [/many]

  // [dead]
  // A database that is up or down: seven failures in a row are noticed long before the rate is.
  CircuitBreaker database{Config{.name = "database",
                                 .tripper = FailureStreak{7} | (MinRequests{20} & FailureRate{0.5}),
                                 .retry = Cooldown{2s, 0.2}}};
  // [/dead]

  // [own]
  // A rule of your own beside the others. It is copied, and asked by many threads at once.
  const auto failing_slowly = [](const CallContext& context) {
    return context.metrics.failure_count() >= 3 && context.metrics.avg_duration() >= 2s;
  };
  CircuitBreaker mail{Config{.name = "mail", .tripper = MinRequests{10} & (failing_slowly | FailureRate{0.8})}};
  // [/own]

  // [manual]
  // A switch with metrics: only an operator opens it, with force_open().
  CircuitBreaker imports{Config{.name = "imports", .tripper = Manual{}}};
  // [/manual]

  for (const State state : {reports.state(), search.state(), database.state(), mail.state(), imports.state()}) {
    if (state != State::closed) return 1;
  }
}
