// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What the examples of docs/policies share: a call, the lines that they print, and sections that are run by name.

#ifndef FLUXGATE_EXAMPLES_POLICIES_SHOW_HPP
#define FLUXGATE_EXAMPLES_POLICIES_SHOW_HPP

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <initializer_list>
#include <iostream>
#include <stdexcept>
#include <string_view>
#include <system_error>

/// Calls a dependency that works or does not. Returns whether the breaker let the call through.
template <class Breaker>
bool call(Breaker& breaker, bool works) {
  const auto result = breaker.try_call([works] { return works ? std::errc{} : std::errc::connection_refused; });
  return result.has_value();
}

/// The same, with a call that takes `duration` of a clock that is set by hand.
template <class Breaker, class Duration>
bool call(Breaker& breaker, bool works, fluxgate::ManualEnvironment& clock, Duration duration) {
  const auto result = breaker.try_call([&] {
    clock.advance(duration);
    return works ? std::errc{} : std::errc::connection_refused;
  });
  return result.has_value();
}

/// A listener: one line for each transition.
inline void print(const fluxgate::Signal& signal) {
  std::cout << to_string(signal.old_state) << " -> " << to_string(signal.new_state) << ", " << signal.reason << '\n';
}

template <class Breaker>
void print_failures(const Breaker& breaker) {
  const fluxgate::Metrics metrics = breaker.info().metrics;
  std::cout << metrics.failure_count() << " of " << metrics.total_count() << " calls failed\n";
}

/// Prints why a policy is refused. A policy that is accepted fails the example.
template <class Make>
void print_refusal(Make make) {
  try {
    make();
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
    return;
  }
  throw std::logic_error{"accepted"};
}

struct Section {
  std::string_view name;
  void (*run)();
};

/// Runs the section that the command line names; all of them without a name.
inline int run(int argc, char** argv, std::initializer_list<Section> sections) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  bool found = false;
  try {
    for (const Section& section : sections) {
      if (!wanted.empty() && section.name != wanted) continue;
      found = true;
      section.run();
    }
  } catch (const std::exception& error) {
    std::cout.flush();
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return found ? 0 : 2;
}

#endif
