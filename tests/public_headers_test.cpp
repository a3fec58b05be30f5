// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The headers that users include by name. A path that is listed here stays; what it held stays in it.

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/awaitable.hpp>
#include <fluxgate/call_result.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/circuit_breaker_from.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/environment.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/expression.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/guarded.hpp>
#include <fluxgate/in_series.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/listeners/background.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/permits.hpp>
#include <fluxgate/registry.hpp>
#include <fluxgate/retries.hpp>
#include <fluxgate/roles.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/testing.hpp>
#include <fluxgate/text/text_config.hpp>
#include <fluxgate/trackers.hpp>
#include <fluxgate/trippers.hpp>
#include <fluxgate/version.hpp>
#include <fluxgate/windows.hpp>

#include <chrono>
#include <coroutine>
#include <tuple>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

// One name of each.
[[maybe_unused]] constexpr auto policies = std::tuple{CountWindow{10},
                                                      TimeWindow{10s},
                                                      All{},
                                                      CountAsSuccess{TypeOf<int>{}},
                                                      Closed{},
                                                      HalfOpened{},
                                                      Manual{},
                                                      MinRequests{1},
                                                      FailureRate{0.5},
                                                      FailureStreak{1},
                                                      SlowRate{0.5},
                                                      AvgLatency{1s},
                                                      Always{},
                                                      Never{},
                                                      Cooldown{1s},
                                                      Backoff{1s},
                                                      AllowAll{},
                                                      Random{0.5},
                                                      RampUp{0.1, 1.0, 1s},
                                                      Probes{1, 1s}};
static_assert(Awaitable<std::suspend_never>);
static_assert(Tracker<All> && Tripper<Manual> && Retry<Never> && Permit<AllowAll> && Window<CountWindow>);

TEST_CASE("what the public headers hold works together") {
  ManualEnvironment environment;
  CircuitBreaker breaker{Config{.name = "mail", .environment = environment, .stats = CallStats{}}};
#if defined(__cpp_exceptions)
  CHECK(guarded(breaker, [] { return 7; })() == 7);
#else
  CHECK(guarded(breaker, [] { return 7; }, [](const CallNotPermittedError&) { return 0; })() == 7);
#endif
  CHECK(breaker.call_counts().succeeded == 1);
  CHECK(breaker.info().state == State::closed);
  CHECK(describe(Cooldown{1s}) == "Cooldown{1s}");
  CHECK(version.size() != 0);
}

}  // namespace
