// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: try_call() keeps what the callable returns, which must be movable for that

#include <fluxgate/fluxgate.hpp>

struct Anchor {
  Anchor() = default;
  Anchor(Anchor&&) = delete;
};

void use(fluxgate::CircuitBreaker<>& breaker) {
#ifdef REJECTED
  (void)breaker.try_call([] { return Anchor{}; });
#else
  (void)breaker.call([] { return Anchor{}; });
#endif
}
