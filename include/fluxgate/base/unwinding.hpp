// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Unwinding that is no exception: of a thread that is cancelled or exits, of an abandoned stackful coroutine, and by
/// what another language throws.
///
/// It ends a call without an outcome, and nothing may stop it. A handler of everything sees it, but must go on with it
/// by `throw;` and must not rethrow it into another handler: the runtime ends the program when forced unwinding is
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

// What Boost.Context and Boost.Coroutine unwind an abandoned stackful coroutine by. Declared only, so that it can be
// named in a handler where Boost's header has defined it.
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
/// For handlers of everything: whether what is handled is unwinding rather than an exception.
[[gnu::cold, gnu::noinline]] inline bool handles_unwinding() noexcept {
  if (std::current_exception() == nullptr) return true;
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return false;
  // By name: the types need not be known here.
  const std::string_view name{type->name()};
  return name == "N5boost7context6detail13forced_unwindE" || name == "N5boost10coroutines6detail13forced_unwindE";
}
#endif

/// For destructors that run because of unwinding: whether no exception of C++ causes it. The number of exceptions in
/// flight is the thread's, and another fiber's may be among them: so only zero tells something, and nothing is
/// concluded from how the number has changed. (libstdc++ goes on counting a foreign exception that was rethrown; its
/// thread tells nothing then.)
inline bool unwinds_without_exception() noexcept { return std::uncaught_exceptions() == 0; }

/// While it lives, the thread is not cancelled. For what must not be left in the middle: a cancelled thread runs
/// destructors and nothing else.
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
    // Only what this one did is undone: pauses of several fibers of a thread may end in any order.
    if (before_ == PTHREAD_CANCEL_ENABLE) pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
#endif
  }

 private:
  int before_ = 0;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
