// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Transitions in the log of spdlog.

#include <spdlog/spdlog.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/log.hpp>

#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

using namespace fluxgate;

// [sink]
/// A sink for LogListener. Levels have the values of spdlog's; the line is data, never a format string.
auto to_spdlog(std::shared_ptr<spdlog::logger> logger) {
  return [logger = std::move(logger)](Level level, std::string_view line) {
    logger->log(static_cast<spdlog::level::level_enum>(level), "{}", line);
  };
}
// [/sink]

static_assert(static_cast<int>(Level::trace) == spdlog::level::trace);
static_assert(static_cast<int>(Level::debug) == spdlog::level::debug);
static_assert(static_cast<int>(Level::info) == spdlog::level::info);
static_assert(static_cast<int>(Level::warn) == spdlog::level::warn);
static_assert(static_cast<int>(Level::error) == spdlog::level::err);
static_assert(static_cast<int>(Level::critical) == spdlog::level::critical);
static_assert(static_cast<int>(Level::off) == spdlog::level::off);

int main() {
  // [use]
  CircuitBreaker payment{Config{
      .name = "payment_api",
      .tripper = FailureStreak{1},
      .listeners = {LogListener{.sink = to_spdlog(spdlog::default_logger())}},
  }};
  // [/use]
  try {
    payment.call([] { throw std::runtime_error{"connection refused"}; });
  } catch (const std::runtime_error&) {  // here only the log is of interest
  }
  payment.reset();
}
