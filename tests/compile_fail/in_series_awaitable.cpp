// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the callable returns an awaitable, whose outcome is not known when it returns

#include <coroutine>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

struct Later {
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<> caller) const;
  int await_resume() const;
};

auto use(CircuitBreaker<>& host) {
#ifdef REJECTED
  return in_series(host).call([] { return Later{}; });
#else
  AsyncCircuitBreaker awaited{host};
  return in_series(awaited).call([] { return Later{}; });
#endif
}
