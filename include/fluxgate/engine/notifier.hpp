// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Announces transitions: each exactly once, in order, one at a time, by the threads that cause them.
///
/// A transition pushes its notice on a lock-free list and counts it as pending. Who raises the count from zero drains;
/// the others, listeners that call back included, leave theirs to him. The drain belongs to one thread at a time, handed
/// over by the count: what it keeps needs no atomics. It delivers in the order of epochs and holds an early notice back
/// until the ones before it have come. A silent transition pushes a notice without a signal, so that no gap stays open.
///
/// The thread that drains is not cancelled meanwhile: a listener that writes or waits is where cancellation would strike,
/// and would leave the drain to nobody. It takes effect at the thread's next cancellation point behind the drain.

#ifndef FLUXGATE_ENGINE_NOTIFIER_HPP
#define FLUXGATE_ENGINE_NOTIFIER_HPP

#include <cstdint>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/unwinding.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

/// A transition on its way to the listeners.
struct Notice {
  Signal signal{};
  std::uint32_t epoch = 0;
  bool silent = false;
  Notice* next = nullptr;
};

template <class Atomics>
class Notifier {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

 public:
  Notifier(std::vector<Listener> listeners, ListenerErrorHook on_error, std::uint32_t first_epoch)
      : listeners_{std::move(listeners)}, on_error_{std::move(on_error)}, next_epoch_{first_epoch} {}

  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  ~Notifier() {
    // Relaxed: nobody else is left.
    free_all(pushed_.load(std::memory_order_relaxed));
    free_all(held_);
  }

  /// Whether anybody listens; if not, transitions need no notices.
  bool has_listeners() const noexcept { return !listeners_.empty(); }

  /// Tells the listeners that ask whose they are. Before the first notice; throws what a listener throws.
  void attach(const Info& info) {
    for (Listener& listener : listeners_) listener.attach(info);
  }

  /// How often a listener threw.
  std::uint64_t errors() const noexcept {
    return errors_.load(std::memory_order_relaxed);  // a count by itself
  }

  /// Takes a notice over, and delivers what is due unless another thread is at it. Never throws.
  void push(Notice* notice) noexcept {
    notice->next = pushed_.load(std::memory_order_relaxed);  // only compared; the exchange below orders
    // Release: pairs with the drain's acquire, which reads the notice.
    while (!pushed_.compare_exchange_weak(notice->next, notice, std::memory_order_release, std::memory_order_relaxed)) {
    }
    // Acquire and release: hands the drain over, from who left it at zero to who raises it.
    if (pending_.fetch_add(1, std::memory_order_acq_rel) == 0) drain();
  }

 private:
  void drain() noexcept {
    const CancellationPause cancellation_pause;
    std::uint64_t seen = 1;
    do {
      take_all();
      while (held_ != nullptr && held_->epoch == next_epoch_) {
        Notice* const notice = held_;
        held_ = notice->next;
        ++next_epoch_;
        if (!notice->silent) deliver(notice->signal);
        delete notice;
      }
      // Release: hands the drain over, as in push. Acquire on failure: who raised the count since it was last seen has
      // pushed before, so another round finds it.
    } while (!pending_.compare_exchange_strong(seen, 0, std::memory_order_release, std::memory_order_acquire));
  }

  /// Moves what was pushed into `held_`, by epoch. Some of it may not be counted yet: its pusher then drains in vain.
  void take_all() noexcept {
    Notice* node = pushed_.exchange(nullptr, std::memory_order_acquire);  // pairs with push
    while (node != nullptr) {
      Notice* const next = node->next;
      Notice** place = &held_;
      while (*place != nullptr && static_cast<std::int32_t>((*place)->epoch - node->epoch) < 0) place = &(*place)->next;
      node->next = *place;
      *place = node;
      node = next;
    }
  }

  void deliver(const Signal& signal) noexcept {
    for (const Listener& listener : listeners_) {
#if defined(__cpp_exceptions)
      try {
        listener(signal);
      } catch (...) {
        if (handles_unwinding()) std::terminate();  // it cannot be stopped, and the next listener must hear
        report(signal, std::current_exception());
      }
#else
      listener(signal);
#endif
    }
  }

#if defined(__cpp_exceptions)
  void report(const Signal& signal, const std::exception_ptr& error) noexcept {
    // Relaxed, and in two steps: the drain belongs to one thread at a time, and readers take the count by itself.
    const std::uint32_t errors = errors_.load(std::memory_order_relaxed);
    if (errors != std::numeric_limits<std::uint32_t>::max()) errors_.store(errors + 1, std::memory_order_relaxed);
    if (!on_error_) return;
    try {
      on_error_(signal, error);
    } catch (...) {  // the hook was the last resort
      if (handles_unwinding()) std::terminate();
    }
  }
#endif

  static void free_all(Notice* node) noexcept {
    while (node != nullptr) {
      Notice* const next = node->next;
      delete node;
      node = next;
    }
  }

  std::vector<Listener> listeners_;
  ListenerErrorHook on_error_;
  Atomic<Notice*> pushed_{nullptr};
  Atomic<std::uint64_t> pending_{0};
  Notice* held_ = nullptr;           // belongs to the drain
  std::uint32_t next_epoch_;         // belongs to the drain
  Atomic<std::uint32_t> errors_{0};  // stays at its end
};

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
