// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Threads on processors of their own, for what measures or races.

#ifndef FLUXGATE_TESTS_SUPPORT_PIN_HPP
#define FLUXGATE_TESTS_SUPPORT_PIN_HPP

#include <algorithm>
#include <cstddef>
#include <thread>

#if defined(__linux__)
#include <sched.h>

/// Those that this process may use, as of the first question.
inline const cpu_set_t& allowed_processors() {
  static const cpu_set_t allowed = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  return allowed;
}
#endif

/// How many processors this process may use; at least one.
inline int processor_count() {
#if defined(__linux__)
  const int count = CPU_COUNT(&allowed_processors());
#else
  const int count = static_cast<int>(std::thread::hardware_concurrency());
#endif
  return std::max(count, 1);
}

/// Keeps the calling thread on a processor of its own where there are enough: schedulers like to put what starts together
/// on one, and then threads share nothing and nothing races.
inline void pin([[maybe_unused]] int number) {
#if defined(__linux__)
  int left = number % processor_count();
  for (std::size_t cpu = 0; cpu != CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed_processors()) || left-- != 0) continue;
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(cpu, &own);
    sched_setaffinity(0, sizeof own, &own);
    return;
  }
#endif
}

#endif
