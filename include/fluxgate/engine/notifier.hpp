// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Announces transitions: in order, one at a time, by the threads that cause them.
///
/// A transition puts its notice into the slot of its epoch and counts it as pending. The thread that raises the count
/// from zero drains; the others, listeners that call back included, leave theirs to that thread. The drain belongs to
/// one thread at a time, handed over by the count: the number of the epoch that comes next needs no atomics. A slot
/// that is empty is one whose transition has not come so far: the drain waits for it. A silent transition puts a notice
/// there, too.
///
/// What waits is bounded. There are few slots, each for every so-manieth epoch; a notice that finds an older one in its
/// slot drops that. So the oldest go first, and the last one never.
///
/// So is what one caller delivers. With as many delivered as there are slots, it asks for relief; the next thread with
/// a notice takes the drain over between two deliveries, or gives up after some looks. Then the one after it tries.
///
/// The thread that drains is not cancelled meanwhile: a listener that writes or waits is where cancellation would
/// strike, and would leave the drain to nobody. It takes effect at the thread's next cancellation point behind the
/// drain.

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
  static_assert((room & (room - 1)) == 0, "the slot of an epoch stays the same when the number of epochs begins again");

  // Beside the count of what is pending.
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
      delete slot.load(std::memory_order_relaxed);  // nobody else is left
    }
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

  /// How many transitions nobody was told of, because newer ones needed the room.
  std::uint64_t dropped() const noexcept {
    return dropped_.load(std::memory_order_relaxed);  // a count by itself
  }

  /// Takes a notice over, and delivers what is due unless another thread is at it. Never throws.
  void push(Notice* notice) noexcept {
    place(notice);
    // Acquire and release: hands the drain over, from who left it at zero to who raises it.
    std::uint64_t seen = pending_.fetch_add(1, std::memory_order_acq_rel) + 1;
    if (seen == 1 || ((seen & relief) == relief_wanted && relieve(seen))) drain(seen);
  }

 private:
  static bool is_older(std::uint32_t epoch, std::uint32_t than) noexcept {
    return static_cast<std::int32_t>(epoch - than) < 0;
  }

  Atomic<Notice*>& slot_of(std::uint32_t epoch) const noexcept { return slots_[epoch % room]; }

  /// Puts a notice into its slot, unless a newer one lies there; drops the older of two.
  void place(Notice* notice) noexcept {
    std::uint32_t epoch = notice->epoch;  // it may be gone as soon as it lies there
    Atomic<Notice*>& slot = slot_of(epoch);
    for (;;) {
      // Release: the thread that takes the notice reads it. Acquire: this one reads the other.
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

  /// The notice of the next epoch, if it is there, or of the first one behind those that were dropped.
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

  /// Goes on with this epoch; those before it were dropped, or come too late.
  void pass_to(std::uint32_t epoch) noexcept {
    // Relaxed, and in two steps: the drain belongs to one thread at a time, and readers take the count by itself.
    const std::uint64_t dropped = dropped_.load(std::memory_order_relaxed);
    dropped_.store(dropped + (epoch - next_epoch_), std::memory_order_relaxed);
    next_epoch_ = epoch;
  }

  /// Delivers what is due, until nothing is pending or another thread goes on. `seen`: the count, as this thread knows
  /// it.
  void drain(std::uint64_t seen) noexcept {
    const CancellationPause cancellation_pause;
    std::uint32_t delivered = 0;
    do {
      while (const std::unique_ptr<Notice> notice{take()}) {
        if (!notice->silent) deliver(notice->signal);
        if (++delivered >= room && leaves(pending_.load(std::memory_order_relaxed))) return;
      }
      // Release: hands the drain over, as in push. Acquire on failure: who raised the count since it was last seen has
      // placed before, so another round finds it.
    } while (!pending_.compare_exchange_strong(seen, (seen & relief_there) != 0 ? seen & ~relief : 0,
                                               std::memory_order_release, std::memory_order_acquire));
  }

  /// Whether another thread has taken the drain over; asks for one that does. Relaxed as long as none has.
  bool leaves(std::uint64_t seen) noexcept {
    const bool relieved = (seen & relief_there) != 0;
    // Release: hands the drain over. It may fail because of another notice; then the next delivery asks again.
    return pending_.compare_exchange_strong(seen, relieved ? seen & ~relief : seen | relief_wanted,
                                            std::memory_order_release, std::memory_order_relaxed) &&
           relieved;
  }

  /// Takes the drain over from the thread that wants relief, if that lets go soon.
  bool relieve(std::uint64_t& seen) noexcept {
    // Relaxed, here and below: only the last load takes something over. It may fail because of another notice; then
    // that one's thread tries.
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
    seen = pending_.load(std::memory_order_acquire);  // pairs with the end of the other's drain
    return true;
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

  std::vector<Listener> listeners_;
  ListenerErrorHook on_error_;
  std::unique_ptr<Atomic<Notice*>[]> slots_;  // none where nobody listens
  Atomic<std::uint64_t> pending_{0};
  Atomic<std::uint64_t> dropped_{0};
  std::uint32_t next_epoch_;         // belongs to the drain
  Atomic<std::uint32_t> errors_{0};  // stays at its end
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
