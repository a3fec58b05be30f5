// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "timeline.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>

namespace demo {

using namespace std::chrono_literals;

namespace {

constexpr auto erase_line = "\r\x1b[K";

std::string percent(std::optional<double> rate) {
  return rate.has_value() ? std::to_string(std::lround(100.0 * *rate)) + " %" : "-";
}

}  // namespace

bool Timeline::is_terminal() {
  const char* const term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && term != nullptr && std::string_view{term} != "dumb";
}

std::chrono::milliseconds Timeline::update_interval() const { return terminal_ ? 100ms : row_length; }

void Timeline::begin(const std::string& title) {
  const std::lock_guard lock{mutex_};
  start_ = Clock::now();
  row_end_ = start_ + row_length;
  row_start_ = {};
  std::cout << '\n'
            << title << "\n\n"
            << "                                its window     requests in this half second\n"
            << "  time  server      breaker    failed    slow    sent  answered  failed  slow  refused\n"
            << std::flush;
}

void Timeline::update(Health server, const Reading& breaker, const Counts& so_far) {
  const std::lock_guard lock{mutex_};
  const Counts row = so_far - row_start_;
  const bool row_is_over = Clock::now() >= row_end_;
  if (!row_is_over && !terminal_) return;

  std::ostringstream line;
  line << std::left << time() << "  " << std::setw(12) << to_string(server) << std::setw(10) << breaker.state
       << std::right << std::setw(7) << percent(breaker.failure_rate) << std::setw(8) << percent(breaker.slow_rate)
       << std::setw(8) << row.sent.total() << std::setw(10) << row.answered + row.not_found << std::setw(8)
       << row.failed << std::setw(6) << row.slow << std::setw(9) << row.refused.total();
  std::cout << (terminal_ ? erase_line : "") << line.str() << (row_is_over ? "\n" : "") << std::flush;

  if (row_is_over) {
    row_start_ = so_far;
    row_end_ += row_length;
  }
}

void Timeline::note(std::string_view text) {
  const std::lock_guard lock{mutex_};
  std::cout << (terminal_ ? erase_line : "") << time() << "  >> " << text << '\n' << std::flush;
}

std::string Timeline::time() const {
  const std::chrono::duration<double> elapsed = Clock::now() - start_;
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << std::setw(6) << elapsed.count();
  return text.str();
}

}  // namespace demo
