// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "server.hpp"

#include <string>
#include <utility>

using asio::ip::tcp;

Server::Server() : acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}} {
  asio::co_spawn(io_, accept(), asio::detached);
  thread_ = std::thread{[this] { io_.run(); }};
}

Server::~Server() {
  io_.stop();
  thread_.join();
}

asio::awaitable<void> Server::accept() {
  for (;;) {
    tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
    asio::co_spawn(io_, answer(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> Server::answer(tcp::socket socket) {
  std::string request;
  co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", asio::use_awaitable);
  ++requests_;
  const std::string response = down_ ? "HTTP/1.0 503 Service Unavailable\r\n\r\n" : "HTTP/1.0 200 OK\r\n\r\nhello";
  co_await asio::async_write(socket, asio::buffer(response), asio::use_awaitable);
}
