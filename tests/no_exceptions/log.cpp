// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Without exceptions and without RTTI the log works as elsewhere.

#include <cstdio>
#include <string>
#include <string_view>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/log.hpp>
#include <fluxgate/testing.hpp>

int main() {
  using namespace fluxgate;
  std::string lines;
  CircuitBreaker breaker{Config{
      .name = "db",
      .tripper = FailureStreak{1},
      .listeners = {LogListener{},
                    LogListener{.sink = [&](Level level,
                                            std::string_view line) { lines += fmt::format("{} {}\n", level, line); }}},
      .environment = ManualEnvironment{}}};
  breaker.try_acquire().failure();
  lines += fmt::format("{:>5} {}", breaker.state(), Closed{} & FailureStreak{1});
  std::puts(lines.c_str());
  return lines == "warn 2020-01-01T00:00:00.000Z db: closed -> open, tripped: consecutive_failures 1 >= 1 [1 call, 1 "
                  "failed (100%)]\n open (Closed{} & FailureStreak{1})"
             ? 0
             : 1;
}
