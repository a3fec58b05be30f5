// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A listener that posts transitions to a Slack channel.

#ifndef FLUXGATE_LISTENERS_SLACK_HPP
#define FLUXGATE_LISTENERS_SLACK_HPP

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/listeners/background.hpp>
#include <fluxgate/listeners/process.hpp>
#include <fluxgate/listeners/slack_options.hpp>
#include <fluxgate/listeners/slack_poster.hpp>
#include <fluxgate/signal.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// A poster for each process. A child of a fork uses neither its parent's connection nor its parent's Slack threads.
class SlackDesk {
  using Clock = std::chrono::steady_clock;

 public:
  explicit SlackDesk(const SlackOptions& options)
      : options_{options}, poster_{[this] { return SlackPoster{options_}; }} {}

  /// This process's poster, for the worker. @throws std::bad_alloc; std::invalid_argument if libcurl cannot start
  SlackPoster& poster() {
    SlackPoster& poster = poster_.get([this] { return SlackPoster{options_}; });
    // A child's poster may be made after the end was set.
    const Clock::rep end = end_.load(std::memory_order_relaxed);  // only the time matters
    if (end != no_end) poster.end_at(Clock::time_point{Clock::duration{end}});
    return poster;
  }

  /// Ends requests and waits at `time`. May be called from any thread.
  void end_at(Clock::time_point time) noexcept {
    end_.store(time.time_since_epoch().count(), std::memory_order_relaxed);  // as above
    if (SlackPoster* const poster = poster_.find()) poster->end_at(time);
  }

 private:
  static constexpr Clock::rep no_end = Clock::time_point::max().time_since_epoch().count();

  SlackOptions options_;
  PerProcess<SlackPoster> poster_;
  std::atomic<Clock::rep> end_{no_end};
};

/// A poster behind a `Background`, and their common end.
class SlackSession {
 public:
  explicit SlackSession(const SlackOptions& options)
      : SlackSession{std::make_shared<SlackDesk>(options), options.limit, options.deadline} {}

  SlackSession(const SlackSession&) = delete;
  SlackSession& operator=(const SlackSession&) = delete;
  ~SlackSession() { close(); }

  void close() {
    // Relaxed: the first caller sets the time, and orders nothing else.
    if (!closed_.exchange(true, std::memory_order_relaxed)) {
      // The worker may have released it.
      if (const auto desk = desk_.lock()) desk->end_at(std::chrono::steady_clock::now() + deadline_);
    }
    background_.close();
  }

  const Background& background() const noexcept { return background_; }

 private:
  SlackSession(const std::shared_ptr<SlackDesk>& desk, std::uint64_t limit, std::chrono::milliseconds deadline)
      : desk_{desk},
        deadline_{deadline},
        background_{[desk](const Signal& signal) { desk->poster()(signal); },
                    // A message in flight is cut short at the deadline; the extra second is for that.
                    {.limit = limit,
                     .deadline = deadline + std::chrono::seconds{1},
                     .on_error =
                         [desk](const Signal& signal, const std::exception_ptr&) {
                           desk->poster().report(signal, SlackError{{}, 0, "Slack: no memory for the message"});
                         },
                     .on_drop = [desk](const std::string& circuit_name,
                                       std::uint64_t count) { desk->poster().dropped(circuit_name, count); }}} {}

  std::weak_ptr<SlackDesk> desk_;
  std::chrono::milliseconds deadline_;
  std::atomic<bool> closed_{false};
  Background background_;
};

}  // namespace detail

/// A listener that posts transitions to a Slack channel:
/// `Config{.listeners = {SlackListener{{.token = token, .channel = "#ops", .on_error = log}}}}`.
///
/// - It posts by chat.postMessage, on a thread of its own: see `Background`, which it contains. Copies are one
///   listener.
/// - Each outage of a circuit is one Slack thread. It begins with the first transition to open, forced_open or
///   half_open that Slack took, normally the opening. Later transitions reply to it. The closing ends it, and is shown
///   in the channel, too. A transition outside an outage is a message by itself.
/// - The words are those of `templates`, or of `default_slack_template`.
/// - Status 429, status 5xx and network errors are retried, up to `attempts` requests in all: at the time that Slack
///   gives (Retry-After; see its page "Rate limits"), otherwise after a growing pause. So a message whose answer was
///   lost may appear twice. All other errors are final: `ok: false`, a certificate that is not trusted, an answer that
///   is not Slack's.
/// - Transitions that Slack did not take go to `on_error` with the reason; without it they are lost silently. Those
///   dropped from the queue do not: `dropped()` counts them, and the next message of the circuit says so.
/// - `close()`, or the destructor of the last copy, gives waiting messages until `deadline`. Then the current request
///   or wait is cut short, and what is left goes to `on_error`.
/// - The token is sent to `base_url` only and in its header only, over verified TLS. It is shown nowhere.
/// - A child of a fork posts its own transitions over a connection of its own; the parent posts what waited at the
///   fork.
///
/// Costs a caller what `Background` costs. Every member may be called from any thread.
class SlackListener {
 public:
  /// Starts the worker.
  /// @throws std::invalid_argument for an empty token or channel, a token with characters that no token has, a base_url
  /// that is not https, a value out of its range, or a template with an unknown placeholder
  /// @throws std::system_error if no thread can be started
  explicit SlackListener(const SlackOptions& options) : session_{make(options)} {}

  // Not movable: a moved-from object could not be called.
  SlackListener(const SlackListener&) = default;
  SlackListener& operator=(const SlackListener&) = default;
  ~SlackListener() = default;

  /// Queues the signal for the worker; after `close()`, drops it. @throws what `Background` throws
  void operator()(const Signal& signal) const { session_->background()(signal); }

  /// How many transitions were dropped, because more than `limit` waited or time ran out at the end.
  std::uint64_t dropped() const { return session_->background().dropped(); }

  /// Closes the listener, for all copies; returns within `deadline` and a second.
  void close() const { session_->close(); }

 private:
  static std::shared_ptr<detail::SlackSession> make(const SlackOptions& options) {
    detail::validate(options);
    SlackOptions kept = options;
    // libcurl reads it at each connection, and the working directory may have changed by then.
    if (!kept.ca_file.empty()) kept.ca_file = std::filesystem::absolute(kept.ca_file).string();
    return std::make_shared<detail::SlackSession>(kept);
  }

  std::shared_ptr<detail::SlackSession> session_;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
