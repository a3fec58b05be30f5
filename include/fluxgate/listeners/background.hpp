// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Takes signals off the caller's thread: one worker, a bounded queue, an end with a deadline.
///
/// State: a queue, behind one mutex that is held for the few steps that move a signal and never while a listener or a
/// hook runs. Who may touch what: callers push and, beyond the limit, drop; the worker alone pops, delivers and calls
/// the hooks; who closes takes what the deadline left. All of it belongs to the worker's thread as much as to the
/// handles, so that a worker which hangs in its listener can be left behind.
///
/// A child of a fork leaves all that to its parent and has a queue, a mutex and a worker of its own; its worker starts
/// with its first signal. Listener and hooks are the same ones: in the child no thread but that worker calls them.

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

/// Told how many transitions of a circuit were dropped since it was last told, before the next one is delivered.
using DropHook = std::function<void(const std::string& circuit_name, std::uint64_t count)>;

/// What `Background` can be told beyond its listener. The hooks run on the worker's thread, one call at a time; what
/// they throw is dropped.
struct BackgroundOptions {
  std::uint64_t limit = 1000;                                   ///< the most signals that wait
  std::chrono::nanoseconds deadline = std::chrono::seconds{5};  ///< how long `close()` waits for the worker
  ListenerErrorHook on_error = nullptr;                         ///< gets what the listener throws
  DropHook on_drop = nullptr;
};

namespace detail {

/// What a `Background` was made with. In each process its worker alone calls the listener and the hooks, and releases
/// them at its end.
struct BackgroundSetup {
  Listener listener;
  BackgroundOptions options;
  std::atomic<bool> closed{false};  // for the children of this process
};

/// What a worker's thread and the handles of it share, in one process.
class BackgroundWorker : public std::enable_shared_from_this<BackgroundWorker> {
 public:
  explicit BackgroundWorker(std::shared_ptr<BackgroundSetup> setup)
      : setup_{std::move(setup)},
        // Relaxed: read when the process has made nothing else of it yet, or when it is false.
        closed_{setup_->closed.load(std::memory_order_relaxed)},
        finished_{closed_} {}

  BackgroundWorker(const BackgroundWorker&) = delete;
  BackgroundWorker& operator=(const BackgroundWorker&) = delete;

  /// Starts the thread unless it runs already. @throws std::system_error when the system has no thread to give
  void start() {
    const std::lock_guard lock{mutex_};
    start_locked();
  }

  /// Takes a signal, to be told to `listener`, or to the listener of the setup where that is null.
  /// @throws std::bad_alloc; std::system_error when it is the first and the system has no thread to give
  void push(const Signal& signal, std::shared_ptr<const Listener> listener) {
    // Copied before the lock is taken, and what is dropped is freed after it is given back.
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

  /// Whether it has ended and left nothing.
  bool complete() const {
    const std::lock_guard lock{mutex_};
    return finished_ && !gave_up_;
  }

  /// Takes no more signals. Whether the worker has ended by the deadline; it is not waited for in its own thread.
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

  /// Closes it and lets the thread go. Once, and last of all.
  void end() {
    const bool ended = close();
    if (!thread_.joinable()) return;
    if (ended) {
      thread_.join();
    } else {
      thread_.detach();  // it has a share in all that it uses
    }
  }

 private:
  void start_locked() {
    if (thread_.joinable()) return;
    const SignalsBlocked blocked;  // for the thread, which inherits that
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

  /// False in a child that the listener or a hook has forked: the queue is the parent's there, and so may the lock be.
  bool deliver_next(std::unique_lock<std::mutex>& lock) noexcept {
    const std::uint64_t process = forks_.load(std::memory_order_relaxed);  // this thread's own forks
    SignalQueue::Entries next = queue_.pop();
    const std::map<std::string, std::uint64_t> untold = std::exchange(untold_, {});
    lock.unlock();
    for (const auto& [circuit_name, count] : untold) {
      FLUXGATE_TRY { setup_->options.on_drop(circuit_name, count); }
      FLUXGATE_CATCH_ALL {}
    }
    deliver(next.front());
    next.clear();  // the listener may go with it
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

  /// On the worker's thread where there is one: they may take their time, or hold handles of this very worker.
  void release() noexcept {
    setup_->listener = nullptr;
    setup_->options.on_error = nullptr;
    setup_->options.on_drop = nullptr;
  }

  /// What is left, to be freed without the lock.
  SignalQueue::Entries give_up() noexcept {
    gave_up_ = gave_up_ || queue_.size() != 0;
    dropped_ += queue_.size();
    return queue_.clear();
  }

  const std::shared_ptr<BackgroundSetup> setup_;
  const std::atomic<std::uint64_t>& forks_ = forks();
  mutable std::mutex mutex_;  // for all below
  std::condition_variable wake_;
  std::condition_variable ended_;
  std::thread thread_;
  SignalQueue queue_;
  std::map<std::string, std::uint64_t> untold_;  // drops that the hook does not know of
  std::uint64_t dropped_ = 0;
  bool gave_up_ = false;  // whether some of these waited at the end
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

  /// This process's. @throws std::bad_alloc
  BackgroundWorker& here() {
    return *workers_.get([this] { return make(); });
  }
  /// Null in a child that has not made its own.
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

/// A listener that hands signals to another one on a thread of its own:
/// `Config{.listeners = {Background{Pager{}, 1000}}}`.
///
/// For listeners that are slow or may block; those that take microseconds are better called directly.
///
/// - Copies share one worker, one queue and one listener, so that one `Background` serves several breakers. The
///   listener is never called twice at a time.
/// - The signals of a circuit arrive in their order. Circuits take turns while there is a backlog.
/// - When more than `limit` signals wait, the oldest one of the circuit with most of them is dropped (among equals, the
///   oldest of all): the news is worth more than the history, and a circuit that flaps costs the others nothing. The
///   number is told by `dropped()` and, circuit by circuit and in its place between the deliveries, to `on_drop`.
/// - What the listener throws goes to `on_error`; without one it is dropped. The breaker does not learn of it.
/// - The destruction of the last copy closes it: what waits is delivered, but for no longer than `deadline`. Then the
///   rest is dropped and no further delivery begins. A delivery that still runs is left behind on a thread of its own;
///   what listener and hooks refer to must outlive it, so let them own what they use. They are destroyed by the worker.
/// - A listener that asks whose it is (AttachableListener) is copied for each breaker, and the copy attached by the
///   thread that makes the breaker. It goes when the breaker has gone and its signals are delivered.
/// - The worker takes none of the process's signals (SIGTERM and the like). What the listener starts inherits that.
/// - In a child of a fork it begins anew: a worker of the child starts with the child's first signal. What waited at
///   the fork is the parent's to deliver. Nothing in the child waits for the parent's worker.
///
/// Costs a caller a copy of the signal and a short lock, some 0.1 us; with a full queue also a look at each circuit
/// that waits. Holds at most `limit` signals, beside the one in delivery, and with `on_drop` a number for each circuit.
/// No caller waits for the listener or a hook, nor does who closes it for longer than `deadline`. Every member may be
/// called from any thread, the listener's own included: there `close()` does not wait.
class Background {
 public:
  /// @throws std::invalid_argument for an empty listener, a limit of zero or a deadline outside [0s, 24h]
  /// @throws std::system_error when the system has no thread to give
  explicit Background(Listener listener, BackgroundOptions options = {}) {
    detail::validate(listener, options);
    if (listener.is_attachable()) listener_ = std::make_shared<const Listener>(listener);
    workers_ = std::make_shared<detail::BackgroundWorkers>(std::move(listener), std::move(options));
  }

  template <detail::Count N>
  Background(Listener listener, N limit)
      : Background{std::move(listener),
                   BackgroundOptions{
                       .limit = detail::to_count(limit, ~std::uint64_t{0}, "Background", "limit", "[1, 2^64)")}} {}

  // Without moves, which would leave one that cannot be called.
  Background(const Background&) = default;
  Background& operator=(const Background&) = default;
  ~Background() = default;

  /// Attaches a copy of its listener to the breaker, where the listener asks for that; the breaker's signals go to that
  /// copy then. @throws what the listener throws
  void attach(const Info& info) {
    if (listener_ == nullptr) return;
    const auto own = std::make_shared<Listener>(*listener_);
    own->attach(info);
    listener_ = own;
  }

  /// Leaves the signal to the worker; after `close()`, drops it.
  /// @throws std::bad_alloc
  /// @throws std::system_error in a child of a fork, when the system has no thread to give; the next signal tries again
  void operator()(const Signal& signal) const { workers_->here().push(signal, listener_); }

  /// How many signals will never be delivered, so far. A child of a fork counts its own.
  std::uint64_t dropped() const {
    const detail::BackgroundWorker* const worker = workers_->find();
    return worker == nullptr ? 0 : worker->dropped();
  }

  /// Ends the worker, for all copies of this process. Whether all that waited was delivered in time; `dropped()` counts
  /// what was not. The first call starts the deadline.
  bool close() const {
    detail::BackgroundWorker& worker = workers_->here();
    worker.close();
    return worker.complete();
  }

 private:
  std::shared_ptr<const Listener> listener_;  // to attach, or attached; null where the listener does not ask
  std::shared_ptr<detail::BackgroundWorkers> workers_;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
