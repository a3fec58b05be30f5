// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include "server.hpp"

#include <httplib.h>
#include <sys/socket.h>

#include <cstddef>
#include <stdexcept>
#include <utility>

namespace demo {

using namespace std::chrono_literals;

namespace {

constexpr auto host = "127.0.0.1";
constexpr std::size_t workers = 8;

// Below those that the system gives to connections: while the server is down, a caller's own connection must not happen to
// get its port.
constexpr int first_port = 18080;
constexpr int last_port = 18179;

/// httplib's own choice, SO_REUSEPORT, would silently share the port with another server. SO_REUSEADDR only lets us
/// have our own port again right after a stop.
void set_socket_options(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

std::string_view to_string(Health health) {
  switch (health) {
    case Health::healthy: return "healthy";
    case Health::erring: return "erring";
    case Health::slow: return "slow";
    case Health::down: return "down";
    case Health::recovering: return "recovering";
  }
  return "?";
}

FlakyServer::FlakyServer() {
  for (port_ = first_port; !bind(); ++port_) {
    if (port_ == last_port) {
      throw std::runtime_error{"cannot listen on any port of " + std::string{host} + ", " + std::to_string(first_port) +
                               " to " + std::to_string(last_port)};
    }
  }
  listen();
}

FlakyServer::FlakyServer(int port) : port_{port} { start(); }

FlakyServer::~FlakyServer() { stop(); }

std::string FlakyServer::url() const { return "http://" + std::string{host} + ":" + std::to_string(port_); }

void FlakyServer::become(Health health) {
  if (health == Health::down) {
    health_ = health;
    stop();
  } else {
    if (server_ == nullptr) start();
    health_ = health;
  }
}

void FlakyServer::start() {
  if (!bind()) {
    throw std::runtime_error{"cannot listen on " + std::string{host} + ":" + std::to_string(port_) +
                             ": the port is in use or not allowed"};
  }
  listen();
}

bool FlakyServer::bind() {
  auto server = std::make_unique<httplib::Server>();
  server->set_socket_options(set_socket_options);
  server->new_task_queue = [] { return new httplib::ThreadPool{workers}; };
  // One request a connection and short patience with the silent, so that a stop never waits for long.
  server->set_keep_alive_max_count(1);
  server->set_keep_alive_timeout(1);
  server->set_read_timeout(1s);
  server->set_write_timeout(1s);
  server->Get(".*",
              [this](const httplib::Request& request, httplib::Response& response) { answer(request, response); });

  if (!server->bind_to_port(host, port_)) return false;
  server_ = std::move(server);
  return true;
}

void FlakyServer::listen() {
  stopping_ = false;
  listening_ = true;
  listener_ = std::thread{[this] {
    server_->listen_after_bind();
    listening_ = false;
  }};
  // httplib ignores a stop that comes before its loop runs.
  while (!server_->is_running() && listening_) std::this_thread::sleep_for(1ms);
  if (!listening_) {
    stop();
    throw std::runtime_error{"the server at " + url() + " does not listen"};
  }
}

void FlakyServer::stop() {
  if (server_ == nullptr) return;
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  stopped_.notify_all();
  server_->stop();
  if (listener_.joinable()) listener_.join();  // it is not where the thread could not be started
  server_.reset();
}

void FlakyServer::answer(const httplib::Request& request, httplib::Response& response) {
  const Health health = health_;
  if (!work_for(health == Health::slow ? slow_answer : fast_answer)) {
    response.status = 503;
    return;
  }

  if (request.path != "/hello") {
    response.status = 404;
    return;
  }
  const bool fifth = ++hellos_ % 5 == 0;
  if ((health == Health::erring && !fifth) || (health == Health::recovering && fifth) || health == Health::down) {
    response.status = 503;
  } else {
    response.set_content("hello\n", "text/plain");
  }
}

bool FlakyServer::work_for(std::chrono::milliseconds duration) {
  std::unique_lock lock{mutex_};
  return !stopped_.wait_for(lock, duration, [this] { return stopping_; });
}

}  // namespace demo
