// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/asio.hpp>

#if defined(FLUXGATE_USE_BOOST_ASIO)
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
namespace net = boost::asio;
#else
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
namespace net = asio;
#endif

#include <exception>

net::awaitable<int> answer() { co_return 42; }

net::awaitable<int> ask(fluxgate::AsyncCircuitBreaker<>& breaker) { co_return co_await breaker.call(answer); }

int main() {
  fluxgate::AsyncCircuitBreaker breaker{fluxgate::Config{.name = "consumer"}};
  net::io_context context;
  int status = 1;
  net::co_spawn(context, ask(breaker), [&](std::exception_ptr, int result) { status = result == 42 ? 0 : 1; });
  context.run();
  return status;
}
