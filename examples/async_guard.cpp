// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// An operation of Asio with a callback, guarded.

#include <asio.hpp>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/asio.hpp>

#include <iostream>
#include <system_error>
#include <utility>

using namespace fluxgate;
using asio::ip::tcp;

int main() {
  asio::io_context io;
  // A port without a listener: bound, and closed again.
  const tcp::endpoint nobody = tcp::acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}}.local_endpoint();
  tcp::socket socket{io};

  // [use]
  CircuitBreaker peer{Config{.name = "peer", .tracker = NetworkFault{}, .tripper = FailureStreak{1}}};
  const auto connect = [&] {
    async_guard<void(std::error_code)>(
        peer, socket, [&](auto handler) { socket.async_connect(nobody, std::move(handler)); },
        [](std::error_code error) { std::cout << error.message() << '\n'; });
    io.run();
    io.restart();
  };
  connect();
  connect();
  // [/use]
}
