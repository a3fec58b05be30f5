// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// An HTTP server on loopback that can be made to fail.

#ifndef ASYNC_HTTP_SERVER_HPP
#define ASYNC_HTTP_SERVER_HPP

#include <asio.hpp>

#include <atomic>
#include <thread>

/// Answers each request with 200, or 503 while it is down, from a thread of its own. Stops when destroyed.
class Server {
 public:
  Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  void set_down(bool down) { down_ = down; }
  int requests() const { return requests_; }

 private:
  asio::awaitable<void> accept();
  asio::awaitable<void> answer(asio::ip::tcp::socket socket);

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> down_{false};
  std::atomic<int> requests_{0};
  std::thread thread_;
};

#endif
