// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Unwinding that is no C++ exception: a thread is cancelled or exits, a stackful coroutine is abandoned, or another
/// language throws.
///
/// It ends a call without an outcome, and nothing may stop it. `catch (...)` catches it, but must continue it by
/// `throw;` and must not rethrow it into another handler: the runtime ends the program if forced unwinding is
/// swallowed.

#ifndef FLUXGATE_BASE_UNWINDING_HPP
#define FLUXGATE_BASE_UNWINDING_HPP

#include <exception>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#if defined(__cpp_exceptions)
#include <cxxabi.h>
#endif
#if __has_include(<pthread.h>)
#include <pthread.h>
#endif

#include <fluxgate/base/macros.hpp>

// Boost.Context and Boost.Coroutine throw these to unwind an abandoned stackful coroutine. Declared only, so that a
// handler can name them if Boost's header has defined them.
// NOLINTBEGIN(bugprone-forward-declaration-namespace)
namespace boost::context::detail {
struct forced_unwind;
}
namespace boost::coroutines::detail {
struct forced_unwind;
}
// NOLINTEND(bugprone-forward-declaration-namespace)

namespace fluxgate::FLUXGATE_ABI::detail {

#if defined(__cpp_exceptions)
/// In a `catch (...)`: whether it handles unwinding instead of an exception.
[[gnu::cold, gnu::noinline]] inline bool handles_unwinding() noexcept {
  if (std::current_exception() == nullptr) return true;
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return false;
  // By name: the types need not be defined here.
  const std::string_view name{type->name()};
  return name == "N5boost7context6detail13forced_unwindE" || name == "N5boost10coroutines6detail13forced_unwindE";
}
#endif

/// In a destructor that runs because of unwinding: whether no C++ exception is the cause. The number of exceptions in
/// flight belongs to the thread and may include one of another fiber. So only zero proves something; a change of the
/// number proves nothing. (libstdc++ goes on counting a foreign exception that was rethrown; the answer on its thread
/// is then always false.)
inline bool unwinds_without_exception() noexcept { return std::uncaught_exceptions() == 0; }

/// Keeps the thread from being cancelled while it lives. For steps that must not stop in the middle: a cancelled thread
/// runs only destructors.
class CancellationPause {
 public:
  CancellationPause() noexcept {
#if defined(PTHREAD_CANCEL_DISABLE)
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_);
#endif
  }
  CancellationPause(const CancellationPause&) = delete;
  CancellationPause& operator=(const CancellationPause&) = delete;
  ~CancellationPause() {
#if defined(PTHREAD_CANCEL_DISABLE)
    // Undoes only what this object did: pauses of several fibers of a thread may end in any order.
    if (before_ == PTHREAD_CANCEL_ENABLE) pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
#endif
  }

 private:
  int before_ = 0;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
