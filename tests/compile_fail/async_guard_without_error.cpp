// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: async_guard reports a refusal by the first argument of the completion signature

#include <asio/io_context.hpp>

#include <system_error>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/asio.hpp>

#ifdef REJECTED
using Signature = void(int);
#else
using Signature = void(std::error_code, int);
#endif

void use(fluxgate::CircuitBreaker<>& breaker, asio::io_context& io) {
  fluxgate::async_guard<Signature>(breaker, io, [](auto&&) {}, [](auto&&...) {});
}
