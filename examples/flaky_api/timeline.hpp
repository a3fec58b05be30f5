// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What the demonstration prints while it runs.

#ifndef FLAKY_API_TIMELINE_HPP
#define FLAKY_API_TIMELINE_HPP

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server.hpp"
#include "tally.hpp"

namespace demo {

/// What a breaker says of itself; nothing where there is none.
struct Reading {
  std::string_view state = "-";
  std::optional<double> failure_rate = std::nullopt;
  std::optional<double> slow_rate = std::nullopt;
};

/// One line per half second. On a terminal the line of the half second that is going on is redrawn in place.
class Timeline {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::milliseconds row_length{500};

  /// How often `update` wants to be called; divides `row_length`.
  std::chrono::milliseconds update_interval() const;

  /// Prints a title and the heads of the columns, and starts the time of the rows.
  void begin(const std::string& title);

  void update(Health server, const Reading& breaker, const Counts& so_far);

  /// Prints a line between the rows. For any thread.
  void note(std::string_view text);

 private:
  std::string time() const;

  const bool terminal_ = is_terminal();
  static bool is_terminal();

  std::mutex mutex_;
  Clock::time_point start_{};
  Clock::time_point row_end_{};
  Counts row_start_{};
};

}  // namespace demo

#endif
