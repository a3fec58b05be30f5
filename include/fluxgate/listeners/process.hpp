// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What the library's threads must know of their process: forks, and signals that they must not take.
///
/// A fork copies the memory of all threads, but only the thread that forks. A lock that another thread held stays
/// locked in the child, and what that thread was changing stays half changed. So a child touches nothing that other
/// threads may have been using: it leaves its parent's copy alone for ever, and makes its own.

#ifndef FLUXGATE_LISTENERS_PROCESS_HPP
#define FLUXGATE_LISTENERS_PROCESS_HPP

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

#include <fluxgate/base/macros.hpp>

#if defined(FLUXGATE_HAS_FORK)
#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask is POSIX
#endif

namespace fluxgate::FLUXGATE_ABI::detail {

/// How many forks lie between the process that first called this and the current one. Changes in a child only, before
/// `fork` returns.
/// @throws std::bad_alloc
inline const std::atomic<std::uint64_t>& forks() {
  static std::atomic<std::uint64_t> count{0};
#if defined(FLUXGATE_HAS_FORK)
  // Relaxed: a child begins with one thread.
  static const int failed = pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });
  if (failed != 0) {
#if defined(__cpp_exceptions)
    throw std::bad_alloc{};
#else
    std::abort();
#endif
  }
#endif
  return count;
}

/// A value that each process makes for itself. A child neither uses nor destroys its parent's copy, which stays
/// reachable, so that no leak is reported.
template <class T>
class PerProcess {
  struct Copy {
    template <class Make>
    Copy(std::uint64_t made_in, Make& make) : process{made_in}, value(make()) {}

    const std::uint64_t process;
    T value;
    Copy* next_abandoned = nullptr;
  };

 public:
  /// Makes this process's value. @throws what `make` throws, std::bad_alloc
  template <class Make>
  explicit PerProcess(Make make) : forks_{forks()}, copy_{new Copy{process(), make}} {}

  PerProcess(const PerProcess&) = delete;
  PerProcess& operator=(const PerProcess&) = delete;

  ~PerProcess() {
    Copy* const copy = copy_.load(std::memory_order_acquire);  // pairs with get
    if (copy->process == process()) {
      delete copy;
    } else {
      abandon(copy);
    }
  }

  /// This process's value; null in a child that has not made its own.
  T* find() const noexcept {
    Copy* const copy = copy_.load(std::memory_order_acquire);  // pairs with get
    return copy->process == process() ? &copy->value : nullptr;
  }

  /// This process's value, made first if there is none yet. Threads that make it at once all get the same one.
  /// @throws what `make` throws, std::bad_alloc
  template <class Make>
  T& get(Make make) {
    Copy* seen = copy_.load(std::memory_order_acquire);  // pairs with the exchange below, of another thread
    if (seen->process == process()) return seen->value;
    Copy* const own = new Copy{process(), make};
    // Release: publishes the copy. Acquire on failure: reads the copy that another thread published.
    if (copy_.compare_exchange_strong(seen, own, std::memory_order_acq_rel, std::memory_order_acquire)) {
      abandon(seen);
      return own->value;
    }
    delete own;
    return seen->value;
  }

 private:
  // Relaxed: a process never sees it change.
  std::uint64_t process() const noexcept { return forks_.load(std::memory_order_relaxed); }

  static void abandon(Copy* copy) noexcept {
    static std::atomic<Copy*> abandoned{nullptr};
    copy->next_abandoned = abandoned.load(std::memory_order_relaxed);  // only compared
    // Relaxed: no thread reads the list.
    while (!abandoned.compare_exchange_weak(copy->next_abandoned, copy, std::memory_order_relaxed)) {
    }
  }

  // A reference: a shared library with hidden symbols has a counter of its own.
  const std::atomic<std::uint64_t>& forks_;
  std::atomic<Copy*> copy_;
};

/// Blocks the process's signals on this thread, and on threads that it starts meanwhile. Signals that report a thread's
/// own fault are not blocked.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
#if defined(FLUXGATE_HAS_FORK)
    sigset_t blocked;
    sigfillset(&blocked);
    for (const int fault : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP}) sigdelset(&blocked, fault);
    pthread_sigmask(SIG_SETMASK, &blocked, &before_);
#endif
  }
  ~SignalsBlocked() {
#if defined(FLUXGATE_HAS_FORK)
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
#endif
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

#if defined(FLUXGATE_HAS_FORK)
 private:
  sigset_t before_;
#endif
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
