// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Announces transitions to listeners, in order and one at a time, on the threads that cause them.
///
/// A transition puts its notice into the slot of its epoch and counts it as pending. The thread that raises the count
/// from zero drains; all others, listeners that call back included, leave their notices to it. One thread at a time
/// owns the drain, and the count hands it over, so the number of the next epoch needs no atomics. An empty slot belongs
/// to a transition that has not placed its notice yet: the drain ends before it, and that transition's thread
/// continues. A silent transition places a notice, too.
///
/// The number of waiting notices is bounded. Epochs use a fixed number of slots in turn, and a notice replaces an older
/// one in its slot. So the oldest notices are dropped first, and the newest never.
///
/// The number of deliveries by one thread is bounded, too. After as many as there are slots, the thread asks for
/// relief. The next thread with a notice takes the drain over between two deliveries, or gives up after some polls;
/// then the thread after it tries.
///
/// The draining thread is not cancelled meanwhile. A listener that writes or waits is a cancellation point, and a
/// cancelled thread would leave the drain without an owner. The cancellation takes effect at the thread's next
/// cancellation point after the drain.

#ifndef FLUXGATE_ENGINE_NOTIFIER_HPP
#define FLUXGATE_ENGINE_NOTIFIER_HPP

#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/unwinding.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/signal.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A transition on its way to the listeners.
struct Notice {
  Signal signal{};
  std::uint32_t epoch = 0;
  bool silent = false;
};

template <class Atomics>
class Notifier {
  template <class T>
  using Atomic = typename Atomics::template Atomic<T>;

  /// How many notices can wait.
  static constexpr std::uint32_t room = Atomics::notices;
  static_assert((room & (room - 1)) == 0, "the slot of an epoch must stay the same when epochs wrap around");

  // Flags beside the count of pending notices.
  static constexpr std::uint64_t relief_wanted = std::uint64_t{1} << 62U;
  static constexpr std::uint64_t relief_there = std::uint64_t{1} << 63U;
  static constexpr std::uint64_t relief = relief_wanted | relief_there;

 public:
  Notifier(std::vector<Listener> listeners, ListenerErrorHook on_error, std::uint32_t first_epoch)
      : listeners_{std::move(listeners)},
        on_error_{std::move(on_error)},
        slots_{listeners_.empty() ? nullptr : std::make_unique<Atomic<Notice*>[]>(room)},
        next_epoch_{first_epoch} {}

  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  ~Notifier() {
    if (slots_ == nullptr) return;
    for (std::uint32_t epoch = 0; epoch != room; ++epoch) {
      const Atomic<Notice*>& slot = slot_of(epoch);
      delete slot.load(std::memory_order_relaxed);  // no other thread is left
    }
  }

  /// Whether there are listeners; without them transitions need no notices.
  bool has_listeners() const noexcept { return !listeners_.empty(); }

  /// Attaches the attachable listeners to the breaker, before the first notice. @throws what a listener throws
  void attach(const Info& info) {
    for (Listener& listener : listeners_) listener.attach(info);
  }

  /// How often a listener threw.
  std::uint64_t errors() const noexcept {
    return errors_.load(std::memory_order_relaxed);  // an independent count
  }

  /// How many transitions were not announced, because newer ones needed their slots.
  std::uint64_t dropped() const noexcept {
    return dropped_.load(std::memory_order_relaxed);  // an independent count
  }

  /// Takes ownership of a notice, and delivers what is due unless another thread is draining.
  void push(Notice* notice) noexcept {
    place(notice);
    // Acquire and release: hands the drain over, from the thread that left the count at zero to the one that raises it.
    std::uint64_t seen = pending_.fetch_add(1, std::memory_order_acq_rel) + 1;
    if (seen == 1 || ((seen & relief) == relief_wanted && relieve(seen))) drain(seen);
  }

 private:
  static bool is_older(std::uint32_t epoch, std::uint32_t than) noexcept {
    return static_cast<std::int32_t>(epoch - than) < 0;
  }

  Atomic<Notice*>& slot_of(std::uint32_t epoch) const noexcept { return slots_[epoch % room]; }

  /// Puts a notice into its slot. Of two notices for one slot the newer one stays, and the older is dropped.
  void place(Notice* notice) noexcept {
    std::uint32_t epoch = notice->epoch;  // another thread may delete the notice once it is placed
    Atomic<Notice*>& slot = slot_of(epoch);
    for (;;) {
      // Release: the thread that takes the notice reads it. Acquire: this thread reads the notice that it replaces.
      Notice* const other = slot.exchange(notice, std::memory_order_acq_rel);
      if (other == nullptr) return;
      if (is_older(other->epoch, epoch)) {
        delete other;
        return;
      }
      notice = other;
      epoch = other->epoch;
    }
  }

  /// The notice of the next epoch, or of the first one after dropped ones; null if it is not placed yet.
  Notice* take() noexcept {
    for (;;) {
      Atomic<Notice*>& slot = slot_of(next_epoch_);
      Notice* const notice = slot.exchange(nullptr, std::memory_order_acquire);  // pairs with place
      if (notice == nullptr) return nullptr;
      const std::uint32_t epoch = notice->epoch;
      if (epoch == next_epoch_) {
        ++next_epoch_;
        return notice;
      }
      if (is_older(epoch, next_epoch_)) {
        delete notice;  // it came too late, and has been counted
      } else {
        pass_to(epoch - room + 1);
        place(notice);
      }
    }
  }

  /// Continues with `epoch`. The notices before it were dropped, or will come too late.
  void pass_to(std::uint32_t epoch) noexcept {
    // Relaxed, and in two steps: one thread at a time drains, and readers use this count alone.
    const std::uint64_t dropped = dropped_.load(std::memory_order_relaxed);
    dropped_.store(dropped + (epoch - next_epoch_), std::memory_order_relaxed);
    next_epoch_ = epoch;
  }

  /// Delivers what is due until nothing is pending or another thread takes over. `seen`: the last count that this
  /// thread has read.
  void drain(std::uint64_t seen) noexcept {
    const CancellationPause cancellation_pause;
    std::uint32_t delivered = 0;
    do {
      while (const std::unique_ptr<Notice> notice{take()}) {
        if (!notice->silent) deliver(notice->signal);
        if (++delivered >= room && leaves(pending_.load(std::memory_order_relaxed))) return;
      }
      // Release: hands the drain over, as in push. Acquire on failure: a thread that has raised the count since it was
      // last seen placed its notice before, so the next round finds it.
    } while (!pending_.compare_exchange_strong(seen, (seen & relief_there) != 0 ? seen & ~relief : 0,
                                               std::memory_order_release, std::memory_order_acquire));
  }

  /// Whether another thread has taken the drain over; if none has, asks for one. Only letting go orders anything: the
  /// caller's load and a failure are relaxed.
  bool leaves(std::uint64_t seen) noexcept {
    const bool relieved = (seen & relief_there) != 0;
    // Release: hands the drain over. The exchange may fail because of another notice; then the next delivery asks
    // again.
    return pending_.compare_exchange_strong(seen, relieved ? seen & ~relief : seen | relief_wanted,
                                            std::memory_order_release, std::memory_order_relaxed) &&
           relieved;
  }

  /// Takes the drain over from the thread that asked for relief, if it lets go soon.
  bool relieve(std::uint64_t& seen) noexcept {
    // Relaxed, here and below: only the last load acquires the drain. The exchange may fail because of another notice;
    // then that notice's thread tries.
    if (!pending_.compare_exchange_strong(seen, seen | relief_there, std::memory_order_relaxed,
                                          std::memory_order_relaxed))
      return false;
    seen |= relief_there;
    for (int look = 0; look != Atomics::patience && (seen & relief_there) != 0; ++look) {
      Atomics::pause();
      seen = pending_.load(std::memory_order_relaxed);
    }
    while ((seen & relief_there) != 0) {
      if (pending_.compare_exchange_weak(seen, seen & ~relief_there, std::memory_order_relaxed,
                                         std::memory_order_relaxed))
        return false;
    }
    seen = pending_.load(std::memory_order_acquire);  // pairs with the release of the thread that let go
    return true;
  }

  void deliver(const Signal& signal) noexcept {
    for (const Listener& listener : listeners_) {
#if defined(__cpp_exceptions)
      try {
        listener(signal);
      } catch (...) {
        if (handles_unwinding()) std::terminate();  // nothing may stop it, and the next listener must be told
        report(signal, std::current_exception());
      }
#else
      listener(signal);
#endif
    }
  }

#if defined(__cpp_exceptions)
  void report(const Signal& signal, const std::exception_ptr& error) noexcept {
    // Relaxed, and in two steps: one thread at a time drains, and readers use this count alone.
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

  std::vector<Listener> listeners_;
  ListenerErrorHook on_error_;
  std::unique_ptr<Atomic<Notice*>[]> slots_;  // null without listeners
  Atomic<std::uint64_t> pending_{0};
  Atomic<std::uint64_t> dropped_{0};
  std::uint32_t next_epoch_;         // used by the draining thread
  Atomic<std::uint32_t> errors_{0};  // saturates
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
