// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A listener that logs: one line for each transition, to stderr or to your logger.

#ifndef FLUXGATE_LISTENERS_LOG_HPP
#define FLUXGATE_LISTENERS_LOG_HPP

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/listeners/format.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The severity of a line, in the order and with the values of spdlog's levels.
enum class Level : std::uint8_t {
  trace,     ///< for following a program step by step
  debug,     ///< for finding faults
  info,      ///< an expected event
  warn,      ///< an event that deserves a look
  error,     ///< an outage
  critical,  ///< above all that the library logs by itself
  off,       ///< no line at all
};

/// The enumerator's own name, such as "warn".
constexpr std::string_view to_string(Level level) noexcept {
  switch (level) {
    case Level::trace: return "trace";
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
    case Level::critical: return "critical";
    case Level::off: return "off";
  }
  return "invalid";
}

/// The default level of a transition to `state`: `warn` if calls are refused from now on, otherwise `info`.
constexpr Level default_level(State state) noexcept {
  return state == State::open || state == State::forced_open ? Level::warn : Level::info;
}

/// Takes lines, each without a line end. Called on any thread, and on several at once if one sink serves several
/// breakers. Its exceptions go to the `on_listener_error` of the breaker.
using LogSink = std::function<void(Level, std::string_view)>;

/// Writes "[warn] text" and a line end to stderr in one write, so that lines of several threads do not mix. A write
/// error is ignored: there is no place to report it.
inline void log_to_stderr(Level level, std::string_view text) {
  const std::string line = detail::concat({"[", to_string(level), "] ", text, "\n"});
  std::fwrite(line.data(), 1, line.size(), stderr);
}

/// Logs each transition in one line: its time in UTC, the circuit, the old and the new state, the cause, the reason,
/// and the metrics of the window that the transition ended, if it held calls:
///
/// `2020-01-01T00:00:09.250Z api: closed -> open, tripped: failure_rate 0.5 >= 0.5 [10 calls, 5 failed (50%)]`
///
/// The labels of the breaker follow at the end of the line, as in ` team="pay" region="eu"`.
///
/// A name or reason with line ends, control characters or the like is quoted and escaped, so that one transition is one
/// line. The value of a label is always quoted, and escaped likewise. Costs the formatting and the sink, on the thread
/// that delivers the transition; a call that causes none costs nothing. Copies share what copies of the sink share.
///
/// `LogListener{}`, or `LogListener{.sink = to_my_logger, .levels = {{State::half_open, Level::debug}}}`
struct LogListener {
  LogSink sink = log_to_stderr;  ///< an empty one means stderr, too
  /// By the new state; a state that is missing has its `default_level`. An opening that was not enforced has that of OPEN.
  std::map<State, Level> levels = {};

  /// The level of a transition to `state`.
  Level level(State state) const {
    const auto found = levels.find(state);
    return found == levels.end() ? default_level(state) : found->second;
  }

  /// Logs the signal. @throws what the sink throws, std::bad_alloc
  void operator()(const Signal& signal) const {
    const Level at = level(signal.enforced ? signal.new_state : State::open);
    if (at == Level::off) return;
    const std::string line = detail::in_words(signal);
    sink ? sink(at, line) : log_to_stderr(at, line);
  }
};

static_assert(std::is_convertible_v<LogListener, Listener>);

}  // namespace fluxgate::FLUXGATE_ABI

template <>
struct fmt::formatter<fluxgate::Level> : fluxgate::detail::TextFormatter<fluxgate::Level> {};

#endif
