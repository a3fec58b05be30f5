// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The breaker that most benchmarks are about: that of the README, healthy.

#ifndef FLUXGATE_BENCHMARKS_HEALTHY_HPP
#define FLUXGATE_BENCHMARKS_HEALTHY_HPP

#include <chrono>
#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

#include "measure.hpp"

namespace measured {

// Named, so that what is measured does not follow the library's defaults.
inline constexpr auto rule = fluxgate::MinRequests{10} & fluxgate::FailureRate{0.5};
inline constexpr fluxgate::Cooldown retry{std::chrono::seconds{60}};
inline constexpr fluxgate::RampUp permit{0.1, 1.0, std::chrono::seconds{60}};

inline auto healthy_config() {
  using namespace fluxgate;
  return Config{.name = "healthy",
                .window = CountWindow{100},
                .tracker = TypeOf<std::runtime_error>{},
                .tripper = rule,
                .retry = retry,
                .permit = permit};
}

/// Makes so many calls that the window is full.
template <class Breaker>
bool fill(Breaker& breaker) {
  for (int i = 0; i != 200; ++i) breaker.call(answer, i);
  return true;
}

/// Says so where a benchmark has not measured what its name says.
template <class Breaker>
void expect_closed(benchmark::State& state, const Breaker& breaker) {
  if (breaker.state() != fluxgate::State::closed) state.SkipWithError("the breaker is not closed");
}

}  // namespace measured

#endif
