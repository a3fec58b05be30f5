// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Takes signals off the caller's thread: one worker, a bounded queue, an end with a deadline.
///
/// State: a queue, behind one mutex that is held for the few steps that move a signal and never while a listener or a hook
/// runs. Who may touch what: callers push and, beyond the limit, drop; the worker alone pops, delivers and calls the hooks;
/// who closes takes what the deadline left. All of it belongs to the worker's thread as much as to the handles, so that a
/// worker which hangs in its listener can be left behind.

#ifndef FLUXGATE_LISTENERS_BACKGROUND_HPP
#define FLUXGATE_LISTENERS_BACKGROUND_HPP

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <fluxgate/listeners/signal_queue.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Told how many transitions of a circuit were dropped since it was last told, before the next one is delivered.
using DropHook = std::function<void(const std::string& circuit_name, std::uint64_t count)>;

/// What `Background` can be told beyond its listener. The hooks run on the worker's thread, one call at a time; what they
/// throw is dropped.
struct BackgroundOptions {
  std::uint64_t limit = 1000;                                   ///< the most signals that wait
  std::chrono::nanoseconds deadline = std::chrono::seconds{5};  ///< how long `close()` waits for the worker
  ListenerErrorHook on_error = nullptr;                         ///< gets what the listener throws
  DropHook on_drop = nullptr;
};

namespace detail {

/// What a worker's thread and the handles of it share.
class BackgroundWorker {
 public:
  BackgroundWorker(Listener listener, BackgroundOptions options)
      : listener_{std::move(listener)}, options_{std::move(options)} {
    if (!listener_) refuse("Background: the listener is empty");
    require(options_.limit > 0, "Background", "limit", options_.limit, "[1, 2^64)");
    require(options_.deadline.count() >= 0 && options_.deadline <= std::chrono::hours{24}, "Background", "deadline",
            options_.deadline, "[0s, 24h]");
  }

  BackgroundWorker(const BackgroundWorker&) = delete;
  BackgroundWorker& operator=(const BackgroundWorker&) = delete;

  void push(const Signal& signal) {
    // Copied before the lock is taken, and what is dropped is freed after it is given back.
    SignalQueue::Entries entry;
    entry.emplace_back().signal = signal;
    SignalQueue::Entries dropped;
    {
      const std::lock_guard lock{mutex_};
      if (closed_) {
        ++dropped_;
        return;
      }
      queue_.push(entry);
      if (queue_.size() > options_.limit) {
        dropped = queue_.drop();
        ++dropped_;
        if (options_.on_drop) ++untold_[dropped.front().signal.circuit_name];
      }
    }
    wake_.notify_one();
  }

  std::uint64_t dropped() const {
    const std::lock_guard lock{mutex_};
    return dropped_;
  }

  /// Whether it has ended and left nothing.
  bool complete() const {
    const std::lock_guard lock{mutex_};
    return finished_ && given_up_ == 0;
  }

  /// The worker's thread: delivers until it is closed and the queue is empty, or the deadline has passed.
  void run() noexcept {
    std::unique_lock lock{mutex_};
    for (;;) {
      wake_.wait(lock, [&] { return closed_ || queue_.size() != 0; });
      if (queue_.size() == 0 || (closed_ && std::chrono::steady_clock::now() >= until_)) break;
      deliver_next(lock);
    }
    SignalQueue::Entries rest = give_up();
    lock.unlock();
    rest.clear();
    // Here rather than by who closes: they may take their time, or hold handles of this very worker.
    listener_ = nullptr;
    options_.on_error = nullptr;
    options_.on_drop = nullptr;
    lock.lock();
    finished_ = true;
    ended_.notify_all();
  }

  /// Takes no more signals. Whether the worker has ended by the deadline; it is not waited for in its own thread.
  bool close(std::thread::id worker) {
    SignalQueue::Entries rest;
    std::unique_lock lock{mutex_};
    if (!closed_) {
      closed_ = true;
      until_ = std::chrono::steady_clock::now() + options_.deadline;
      wake_.notify_one();
    }
    if (worker == std::this_thread::get_id()) return false;
    const bool ended = ended_.wait_until(lock, until_, [&] { return finished_; });
    rest = give_up();
    lock.unlock();
    return ended;
  }

 private:
  void deliver_next(std::unique_lock<std::mutex>& lock) noexcept {
    const SignalQueue::Entries next = queue_.pop();
    const std::map<std::string, std::uint64_t> untold = std::exchange(untold_, {});
    lock.unlock();
    for (const auto& [circuit_name, count] : untold) {
      FLUXGATE_TRY { options_.on_drop(circuit_name, count); }
      FLUXGATE_CATCH_ALL {}
    }
    deliver(next.front().signal);
    lock.lock();
  }

  void deliver(const Signal& signal) noexcept {
#if defined(__cpp_exceptions)
    try {
      listener_(signal);
    } catch (...) {
      if (!options_.on_error) return;
      try {
        options_.on_error(signal, std::current_exception());
      } catch (...) {  // the hook was the last resort
      }
    }
#else
    listener_(signal);
#endif
  }

  /// What is left, to be freed without the lock.
  SignalQueue::Entries give_up() noexcept {
    given_up_ += queue_.size();
    dropped_ += queue_.size();
    return queue_.clear();
  }

  Listener listener_;          // belongs to the worker's thread
  BackgroundOptions options_;  // its hooks likewise; the rest does not change
  mutable std::mutex mutex_;   // for all below
  std::condition_variable wake_;
  std::condition_variable ended_;
  SignalQueue queue_;
  std::map<std::string, std::uint64_t> untold_;  // drops that the hook does not know of
  std::uint64_t dropped_ = 0;
  std::uint64_t given_up_ = 0;  // of these, at the end
  std::chrono::steady_clock::time_point until_{};
  bool closed_ = false;
  bool finished_ = false;
};

/// Owns a worker's thread, and ends it.
class BackgroundThread {
 public:
  explicit BackgroundThread(const std::shared_ptr<BackgroundWorker>& worker)
      : worker_{worker}, thread_{[worker] { worker->run(); }} {}

  BackgroundThread(const BackgroundThread&) = delete;
  BackgroundThread& operator=(const BackgroundThread&) = delete;

  ~BackgroundThread() {
    if (close()) {
      thread_.join();
    } else {
      thread_.detach();  // it has a share in all that it uses
    }
  }

  bool close() { return worker_->close(thread_.get_id()); }
  BackgroundWorker& worker() noexcept { return *worker_; }

 private:
  std::shared_ptr<BackgroundWorker> worker_;
  std::thread thread_;
};

}  // namespace detail

/// A listener that hands signals to another one on a thread of its own:
/// `Config{.listeners = {Background{Pager{}, 1000}}}`.
///
/// For listeners that are slow or may block; those that take microseconds are better called directly.
///
/// - Copies share one worker, one queue and one listener, so that one `Background` serves several breakers. The listener
///   is never called twice at a time.
/// - The signals of a circuit arrive in their order. Circuits take turns while there is a backlog.
/// - When more than `limit` signals wait, the oldest one of the circuit with most of them is dropped (among equals, the
///   oldest of all): the news is worth more than the history, and a circuit that flaps costs the others nothing. The
///   number is told by `dropped()` and, circuit by circuit and in its place between the deliveries, to `on_drop`.
/// - What the listener throws goes to `on_error`; without one it is dropped. The breaker does not learn of it.
/// - The destruction of the last copy closes it: what waits is delivered, but for no longer than `deadline`. Then the rest
///   is dropped and no further delivery begins. A delivery that still runs is left behind on a thread of its own; what
///   listener and hooks refer to must outlive it, so let them own what they use. They are destroyed by the worker.
///
/// Costs a caller a copy of the signal and a short lock, some 0.1 us; with a full queue also a look at each circuit that
/// waits. Holds at most `limit` signals, beside the one in delivery, and with `on_drop` a number for each circuit. No
/// caller waits for the listener or a hook, nor does who closes it for longer than `deadline`. Every member may be called
/// from any thread, the listener's own included: there `close()` does not wait.
class Background {
 public:
  /// @throws std::invalid_argument for an empty listener, a limit of zero or a deadline outside [0s, 24h]
  /// @throws std::system_error when the system has no thread to give
  explicit Background(Listener listener, BackgroundOptions options = {})
      : thread_{std::make_shared<detail::BackgroundThread>(
            std::make_shared<detail::BackgroundWorker>(std::move(listener), std::move(options)))} {}

  template <detail::Count N>
  Background(Listener listener, N limit)
      : Background{std::move(listener),
                   BackgroundOptions{
                       .limit = detail::to_count(limit, ~std::uint64_t{0}, "Background", "limit", "[1, 2^64)")}} {}

  // Without moves, which would leave one that cannot be called.
  Background(const Background&) = default;
  Background& operator=(const Background&) = default;
  ~Background() = default;

  /// Leaves the signal to the worker; after `close()`, drops it.
  void operator()(const Signal& signal) const { thread_->worker().push(signal); }

  /// How many signals will never be delivered, so far.
  std::uint64_t dropped() const { return thread_->worker().dropped(); }

  /// Ends the worker, for all copies. Whether all that waited was delivered in time; `dropped()` counts what was not. The
  /// first call starts the deadline.
  bool close() const {
    thread_->close();
    return thread_->worker().complete();
  }

 private:
  std::shared_ptr<detail::BackgroundThread> thread_;
};

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
