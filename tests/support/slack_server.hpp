// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A server on loopback that behaves like Slack's chat.postMessage, and misbehaves when told to.

#ifndef FLUXGATE_TESTS_SUPPORT_SLACK_SERVER_HPP
#define FLUXGATE_TESTS_SUPPORT_SLACK_SERVER_HPP

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask is POSIX
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tls_identity.hpp"

/// What the server does with a request, or with the connection before there is one.
struct Reaction {
  enum class Kind {
    answer,
    hang,
    reset_after_answer,
    close_unanswered,
    close_in_answer,
    reset_after_handshake,
    close_before_handshake
  };
  Kind kind = Kind::answer;
  int status = 200;
  std::string body = {};     ///< empty: {"ok": true} with a new ts
  std::string headers = {};  ///< further ones, each ending with \r\n
  std::chrono::milliseconds delay{0};
};

struct Request {
  std::string start;                           ///< "POST /api/chat.postMessage HTTP/1.1"
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string text;
  nlohmann::json body;
  std::chrono::steady_clock::time_point time;
};

/// A socket that takes connections, and its port.
inline std::pair<int, std::uint16_t> listen_on_loopback() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  tls::check(::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  tls::check(::listen(listener, 16) == 0);
  tls::check(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return {listener, ntohs(address.sin_port)};
}

class SlackServer {
 public:
  /// `newest`: no later version of TLS; zero: any.
  explicit SlackServer(tls::Identity identity, int newest = 0)
      : identity_{std::move(identity)}, context_{SSL_CTX_new(TLS_server_method())} {
    if (newest != 0) {
      SSL_CTX_set_security_level(context_.get(), 0);
      tls::check(SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION) == 1);
      tls::check(SSL_CTX_set_max_proto_version(context_.get(), newest) == 1);
    }
    tls::check(SSL_CTX_use_certificate(context_.get(), identity_.certificate.get()) == 1);
    tls::check(SSL_CTX_use_PrivateKey(context_.get(), identity_.key.get()) == 1);
    std::tie(listener_, port_) = listen_on_loopback();
    acceptor_ = std::thread{[this] { accept(); }};
  }
  SlackServer(const SlackServer&) = delete;
  SlackServer& operator=(const SlackServer&) = delete;

  ~SlackServer() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
      for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
      changed_.notify_all();
    }
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept
    acceptor_.join();
    for (std::thread& connection : connections_) connection.join();
    ::close(listener_);
  }

  std::string url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(port_) + "/api";
  }

  /// The next reactions, in order, behind those already queued; afterwards everything is answered well.
  void script(std::vector<Reaction> reactions) {
    const std::lock_guard lock{mutex_};
    script_.insert(script_.end(), reactions.begin(), reactions.end());
  }

  std::vector<Request> requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
  }

  /// Connections that were made, with or without a request.
  std::size_t connections() const {
    const std::lock_guard lock{mutex_};
    return connections_.size();
  }

  /// Whether so many requests come, in a time far longer than they take.
  bool wait_for_requests(std::size_t count) const {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return requests_.size() >= count; });
  }

  /// Whether the server closes so many connections, likewise.
  bool wait_for_closed(std::size_t count) const {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return closed_ >= count; });
  }

 private:
  using Kind = Reaction::Kind;
  using Connection = std::unique_ptr<SSL, tls::Free<SSL_free>>;

  void accept() {
    // Inherited by the threads of the connections: a client that goes does not kill the server.
    sigset_t sigpipe;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, nullptr);
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const std::lock_guard lock{mutex_};
      if (socket < 0 || stopping_) {
        if (socket >= 0) ::close(socket);
        return;
      }
      open_.push_back(socket);
      connections_.emplace_back([this, socket] {
        serve(socket);
        const std::lock_guard ended{mutex_};
        open_.remove(socket);
        ::close(socket);
        ++closed_;
        changed_.notify_all();
      });
    }
  }

  void serve(int socket) {
    if (next_is(Kind::close_before_handshake)) {
      next();
      return;
    }
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const Connection connection{SSL_new(context_.get())};
    SSL_set_fd(connection.get(), socket);
    if (SSL_accept(connection.get()) != 1) return;
    if (next_is(Kind::reset_after_handshake)) {
      next();
      reset(socket);
      return;
    }
    while (const auto request = read(connection.get())) {
      Reaction reaction = next();
      {
        std::unique_lock lock{mutex_};
        requests_.push_back(*request);
        changed_.notify_all();
        changed_.wait_for(lock, reaction.delay, [&] { return stopping_; });
        if (reaction.body.empty() && reaction.status == 200) {
          reaction.body = R"({"ok":true,"channel":"C1","ts":"1700000000.00000)" + std::to_string(++taken_) + "\"}";
        }
      }
      if (reaction.kind == Kind::close_unanswered) return;
      char byte = 0;
      if (reaction.kind == Kind::hang) {
        SSL_read(connection.get(), &byte, 1);  // until the client goes
        return;
      }
      const bool half = reaction.kind == Kind::close_in_answer;
      const std::string answer = "HTTP/1.1 " + std::to_string(reaction.status) + " Whatever\r\n" + reaction.headers +
                                 "Content-Type: application/json\r\nContent-Length: " +
                                 std::to_string(reaction.body.size() + (half ? 100 : 0)) + "\r\n\r\n" + reaction.body;
      if (SSL_write(connection.get(), answer.data(), static_cast<int>(answer.size())) <= 0 || half) return;
      if (reaction.kind == Kind::reset_after_answer) {
        reset(socket);
        return;
      }
    }
    SSL_shutdown(connection.get());
  }

  /// Its end then comes as an error to the other side.
  static void reset(int socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  static std::unique_ptr<Request> read(SSL* connection) {
    std::string text;
    const auto more = [&] {
      char buffer[4096];
      const int size = SSL_read(connection, buffer, sizeof buffer);
      if (size > 0) text.append(buffer, static_cast<std::size_t>(size));
      return size > 0;
    };
    while (text.find("\r\n\r\n") == std::string::npos) {
      if (!more()) return nullptr;
    }
    auto request = std::make_unique<Request>();
    request->time = std::chrono::steady_clock::now();
    std::size_t at = text.find("\r\n");
    request->start = text.substr(0, at);
    for (at += 2; text.compare(at, 2, "\r\n") != 0;) {
      const std::size_t end = text.find("\r\n", at);
      const std::size_t colon = text.find(": ", at);
      std::string name = text.substr(at, colon - at);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      request->headers[name] = text.substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
    const std::size_t size = std::stoul(request->headers["content-length"]);
    while (text.size() < at + 2 + size) {
      if (!more()) return nullptr;
    }
    request->text = text.substr(at + 2, size);
    request->body = nlohmann::json::parse(request->text, nullptr, false);
    return request;
  }

  bool next_is(Kind kind) const {
    const std::lock_guard lock{mutex_};
    return !script_.empty() && script_.front().kind == kind;
  }

  Reaction next() {
    const std::lock_guard lock{mutex_};
    if (script_.empty()) return {};
    Reaction reaction = std::move(script_.front());
    script_.pop_front();
    return reaction;
  }

  tls::Identity identity_;
  std::unique_ptr<SSL_CTX, tls::Free<SSL_CTX_free>> context_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopping_ = false;
  std::deque<Reaction> script_;
  std::vector<Request> requests_;
  int taken_ = 0;
  std::size_t closed_ = 0;
  std::list<int> open_;
  std::list<std::thread> connections_;
  std::thread acceptor_;
};

#endif
