// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns an awaitable, whose outcome is not known when it returns

#include <coroutine>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Later {
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<> caller) const;
  int await_resume() const;
};

void use(AnyCircuitBreaker& breaker) {
#ifdef REJECTED
  (void)breaker.call([] { return Later{}; });
#else
  (void)breaker.call([] { return 1; });
#endif
}
