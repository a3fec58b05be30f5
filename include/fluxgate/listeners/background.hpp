// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Moves the delivery of signals off the caller's thread: one worker, a bounded queue, an end with a deadline.
///
/// State: a queue under one mutex, which is held for the few steps that move a signal and never while a listener or a
/// hook runs. Callers push and, beyond the limit, drop. Only the worker pops, delivers and calls the hooks. The thread
/// that closes takes what the deadline left. The worker's thread and the handles share ownership of all of it, so that
/// a worker which hangs in its listener can be left running.
///
/// A child of a fork leaves all of it to its parent, and has a queue, a mutex and a worker of its own; the worker
/// starts with the child's first signal. Listener and hooks are the same objects: in the child no thread but that
/// worker calls them.

#ifndef FLUXGATE_LISTENERS_BACKGROUND_HPP
#define FLUXGATE_LISTENERS_BACKGROUND_HPP

#include <atomic>
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

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/listeners/process.hpp>
#include <fluxgate/listeners/signal_queue.hpp>
#include <fluxgate/signal.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Reports how many transitions of a circuit were dropped since the last report. Called before the next delivery.
using DropHook = std::function<void(const std::string& circuit_name, std::uint64_t count)>;

/// The options of `Background`. The hooks run on the worker's thread, one call at a time; exceptions from them are
/// dropped.
struct BackgroundOptions {
  std::uint64_t limit = 1000;                                   ///< the most signals that may wait
  std::chrono::nanoseconds deadline = std::chrono::seconds{5};  ///< how long `close()` waits for the worker
  ListenerErrorHook on_error = nullptr;                         ///< is called with each exception from the listener
  DropHook on_drop = nullptr;                                   ///< reports dropped signals
};

namespace detail {

/// What a `Background` was made with. In each process only its worker calls the listener and the hooks, and releases
/// them at its end.
struct BackgroundSetup {
  Listener listener;
  BackgroundOptions options;
  std::atomic<bool> closed{false};  // for the children of this process
};

/// The state that a worker's thread and its handles share, in one process.
class BackgroundWorker : public std::enable_shared_from_this<BackgroundWorker> {
 public:
  explicit BackgroundWorker(std::shared_ptr<BackgroundSetup> setup)
      : setup_{std::move(setup)},
        // Relaxed: read before this process has changed it, or when it is false.
        closed_{setup_->closed.load(std::memory_order_relaxed)},
        finished_{closed_} {}

  BackgroundWorker(const BackgroundWorker&) = delete;
  BackgroundWorker& operator=(const BackgroundWorker&) = delete;

  /// Starts the thread unless it runs already. @throws std::system_error if no thread can be started
  void start() {
    const std::lock_guard lock{mutex_};
    start_locked();
  }

  /// Queues a signal for `listener`, or for the listener of the setup if that is null.
  /// @throws std::bad_alloc; std::system_error if the thread for a first signal cannot be started
  void push(const Signal& signal, std::shared_ptr<const Listener> listener) {
    // Copied before the lock is acquired; what is dropped is freed after the lock is released.
    SignalQueue::Entries entry;
    entry.emplace_back(SignalQueue::Entry{.signal = signal, .listener = std::move(listener)});
    SignalQueue::Entries dropped;
    {
      const std::lock_guard lock{mutex_};
      if (closed_) {
        ++dropped_;
        return;
      }
      start_locked();
      queue_.push(entry);
      if (queue_.size() > setup_->options.limit) {
        dropped = queue_.drop();
        ++dropped_;
        if (setup_->options.on_drop) ++untold_[dropped.front().signal.circuit_name];
      }
    }
    wake_.notify_one();
  }

  std::uint64_t dropped() const {
    const std::lock_guard lock{mutex_};
    return dropped_;
  }

  /// Whether the worker has ended and gave up no signal.
  bool complete() const {
    const std::lock_guard lock{mutex_};
    return finished_ && !gave_up_;
  }

  /// Takes no more signals. Returns whether the worker has ended by the deadline; on the worker's own thread it does
  /// not wait.
  bool close() {
    SignalQueue::Entries rest;                              // freed without the lock, which ends before it
    setup_->closed.store(true, std::memory_order_relaxed);  // a fork orders it
    std::unique_lock lock{mutex_};
    if (!closed_) {
      closed_ = true;
      until_ = std::chrono::steady_clock::now() + setup_->options.deadline;
      wake_.notify_one();
      if (!thread_.joinable()) {
        finished_ = true;
        lock.unlock();
        release();
        return true;
      }
    }
    if (thread_.get_id() == std::this_thread::get_id()) return false;
    const bool ended = ended_.wait_until(lock, until_, [&] { return finished_; });
    rest = give_up();
    return ended;
  }

  /// Closes it, then joins or detaches the thread. Called once, after all other uses.
  void end() {
    const bool ended = close();
    if (!thread_.joinable()) return;
    if (ended) {
      thread_.join();
    } else {
      thread_.detach();  // it shares ownership of all that it uses
    }
  }

 private:
  void start_locked() {
    if (thread_.joinable()) return;
    const SignalsBlocked blocked;  // the new thread inherits that
    thread_ = std::thread{[self = shared_from_this()] { self->run(); }};
  }

  /// The worker's thread: delivers until it is closed and the queue is empty, or the deadline has passed.
  void run() noexcept {
    std::unique_lock lock{mutex_};
    for (;;) {
      wake_.wait(lock, [&] { return closed_ || queue_.size() != 0; });
      if (queue_.size() == 0 || (closed_ && std::chrono::steady_clock::now() >= until_)) break;
      if (!deliver_next(lock)) return;
    }
    SignalQueue::Entries rest = give_up();
    lock.unlock();
    rest.clear();
    release();
    lock.lock();
    finished_ = true;
    ended_.notify_all();
  }

  /// Delivers the next signal. False in a child that the listener or a hook has forked: there the queue belongs to the
  /// parent, and so may the lock.
  bool deliver_next(std::unique_lock<std::mutex>& lock) noexcept {
    const std::uint64_t process = forks_.load(std::memory_order_relaxed);  // only this thread's forks matter
    SignalQueue::Entries next = queue_.pop();
    const std::map<std::string, std::uint64_t> untold = std::exchange(untold_, {});
    lock.unlock();
    for (const auto& [circuit_name, count] : untold) {
      FLUXGATE_TRY { setup_->options.on_drop(circuit_name, count); }
      FLUXGATE_CATCH_ALL {}
    }
    deliver(next.front());
    next.clear();  // may destroy the listener
    if (forks_.load(std::memory_order_relaxed) != process) return false;
    lock.lock();
    return true;
  }

  void deliver(const SignalQueue::Entry& entry) noexcept {
    const Listener& listener = entry.listener ? *entry.listener : setup_->listener;
#if defined(__cpp_exceptions)
    try {
      listener(entry.signal);
    } catch (...) {
      if (!setup_->options.on_error) return;
      try {
        setup_->options.on_error(entry.signal, std::current_exception());
      } catch (...) {  // the hook was the last resort
      }
    }
#else
    listener(entry.signal);
#endif
  }

  /// Releases listener and hooks, on the worker's thread if there is one: their destructors may take long, or hold
  /// handles of this worker.
  void release() noexcept {
    setup_->listener = nullptr;
    setup_->options.on_error = nullptr;
    setup_->options.on_drop = nullptr;
  }

  /// Takes out the signals that are left, to be freed without the lock.
  SignalQueue::Entries give_up() noexcept {
    gave_up_ = gave_up_ || queue_.size() != 0;
    dropped_ += queue_.size();
    return queue_.clear();
  }

  const std::shared_ptr<BackgroundSetup> setup_;
  const std::atomic<std::uint64_t>& forks_ = forks();
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  std::condition_variable ended_;
  std::thread thread_;
  SignalQueue queue_;
  std::map<std::string, std::uint64_t> untold_;  // drops that are not reported yet
  std::uint64_t dropped_ = 0;
  bool gave_up_ = false;  // whether signals were left at the end
  std::chrono::steady_clock::time_point until_{};
  bool closed_;
  bool finished_;
};

/// What the copies of a `Background` share: a worker for each process.
class BackgroundWorkers {
 public:
  BackgroundWorkers(Listener listener, BackgroundOptions options)
      : setup_{std::make_shared<BackgroundSetup>()}, workers_{[this] { return make(); }} {
    setup_->listener = std::move(listener);
    setup_->options = std::move(options);
    (*workers_.find())->start();
  }

  BackgroundWorkers(const BackgroundWorkers&) = delete;
  BackgroundWorkers& operator=(const BackgroundWorkers&) = delete;

  ~BackgroundWorkers() {
    if (const auto* const worker = workers_.find()) (*worker)->end();
  }

  /// This process's worker. @throws std::bad_alloc
  BackgroundWorker& here() {
    return *workers_.get([this] { return make(); });
  }
  /// This process's worker; null in a child that has not made its own.
  const BackgroundWorker* find() const noexcept {
    const auto* const worker = workers_.find();
    return worker == nullptr ? nullptr : worker->get();
  }

 private:
  std::shared_ptr<BackgroundWorker> make() const { return std::make_shared<BackgroundWorker>(setup_); }

  const std::shared_ptr<BackgroundSetup> setup_;
  PerProcess<std::shared_ptr<BackgroundWorker>> workers_;
};

inline void validate(const Listener& listener, const BackgroundOptions& options) {
  if (!listener) refuse("Background: the listener is empty");
  require(options.limit > 0, "Background", "limit", options.limit, "[1, 2^64)");
  require(options.deadline.count() >= 0 && options.deadline <= std::chrono::hours{24}, "Background", "deadline",
          options.deadline, "[0s, 24h]");
}

}  // namespace detail

/// A listener that passes signals on to another listener, on a thread of its own:
/// `Config{.listeners = {Background{Pager{}, 1000}}}`.
///
/// For listeners that are slow or may block; those that take microseconds are better called directly.
///
/// - Copies share one worker, one queue and one listener, so one `Background` can serve several breakers. Calls of the
///   listener never overlap.
/// - The signals of a circuit arrive in order. Circuits take turns while there is a backlog.
/// - When more than `limit` signals wait, the oldest one of the circuit with most of them is dropped; on a tie, the
///   oldest of all. So the newest signals are kept, and a circuit that flaps costs the others nothing. `dropped()`
///   counts the dropped signals, and `on_drop` reports them for each circuit, in place between the deliveries.
/// - Exceptions from the listener go to `on_error`; without it they are dropped. The breaker does not see them.
/// - The destructor of the last copy closes it: waiting signals are delivered, for no longer than `deadline`. Then the
///   rest is dropped and no further delivery begins. A delivery that still runs is left on a detached thread. What
///   listener and hooks refer to must outlive it, so let them own what they use; the worker destroys them.
/// - An AttachableListener is copied for each breaker, and the thread that makes the breaker attaches the copy. The
///   copy is destroyed after the breaker, once its signals are delivered.
/// - The worker blocks the signals of the process (SIGTERM and the like). What the listener starts inherits that.
/// - In a child of a fork it starts afresh: the child's own worker starts with the child's first signal. The parent
///   delivers what waited at the fork. Nothing in the child waits for the parent's worker.
///
/// Costs a caller a copy of the signal and a short lock, about 0.1 us; with a full queue also a comparison for each
/// circuit that waits. Holds at most `limit` signals beside the one in delivery, and with `on_drop` a number for each
/// circuit. No caller waits for the listener or a hook, and `close()` waits no longer than `deadline`. Every member may
/// be called from any thread, also by the listener, where `close()` does not wait.
class Background {
 public:
  /// Starts the worker.
  /// @throws std::invalid_argument for an empty listener, a limit of zero or a deadline outside [0s, 24h]
  /// @throws std::system_error if no thread can be started
  explicit Background(Listener listener, BackgroundOptions options = {}) {
    detail::validate(listener, options);
    if (listener.is_attachable()) listener_ = std::make_shared<const Listener>(listener);
    workers_ = std::make_shared<detail::BackgroundWorkers>(std::move(listener), std::move(options));
  }

  /// The same with `limit` and the other options' defaults.
  template <detail::Count N>
  Background(Listener listener, N limit)
      : Background{std::move(listener),
                   BackgroundOptions{
                       .limit = detail::to_count(limit, ~std::uint64_t{0}, "Background", "limit", "[1, 2^64)")}} {}

  // Not movable: a moved-from object could not be called.
  Background(const Background&) = default;
  Background& operator=(const Background&) = default;
  ~Background() = default;

  /// Attaches a copy of its listener to the breaker, if the listener is attachable; the breaker's signals then go to
  /// that copy. @throws what the listener throws
  void attach(const Info& info) {
    if (listener_ == nullptr) return;
    const auto own = std::make_shared<Listener>(*listener_);
    own->attach(info);
    listener_ = own;
  }

  /// Queues the signal for the worker; after `close()`, drops it.
  /// @throws std::bad_alloc
  /// @throws std::system_error in a child of a fork, if no thread can be started; the next signal tries again
  void operator()(const Signal& signal) const { workers_->here().push(signal, listener_); }

  /// How many signals have been dropped. A child of a fork counts its own.
  std::uint64_t dropped() const {
    const detail::BackgroundWorker* const worker = workers_->find();
    return worker == nullptr ? 0 : worker->dropped();
  }

  /// Ends the worker, for all copies in this process. Returns whether all that waited was delivered in time;
  /// `dropped()` counts what was not. The first call starts the deadline.
  bool close() const {
    detail::BackgroundWorker& worker = workers_->here();
    worker.close();
    return worker.complete();
  }

 private:
  std::shared_ptr<const Listener> listener_;  // to attach, or attached; null if it is not attachable
  std::shared_ptr<detail::BackgroundWorkers> workers_;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
