// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// An HTTP server that is as ill as it is told to be.

#ifndef FLAKY_API_SERVER_HPP
#define FLAKY_API_SERVER_HPP

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace demo {

enum class Health {
  healthy,     ///< answers at once
  erring,      ///< four of five hellos are a 503
  slow,        ///< answers well, but takes `FlakyServer::slow_answer`
  down,        ///< the listening socket is closed: connections are refused
  recovering,  ///< one of five hellos is still a 503
};

std::string_view to_string(Health health);

/// Serves `/hello` on the loopback interface; any other path is a 404.
class FlakyServer {
 public:
  static constexpr std::chrono::milliseconds fast_answer{5};
  static constexpr std::chrono::milliseconds slow_answer{1500};

  /// Start healthy, on a free port or on the one given. @throws std::runtime_error when there is none
  FlakyServer();
  explicit FlakyServer(int port);
  ~FlakyServer();
  FlakyServer(const FlakyServer&) = delete;
  FlakyServer& operator=(const FlakyServer&) = delete;

  /// Really stops for `Health::down`, and really starts again for any other after it. For one thread only.
  /// @throws std::runtime_error when the port cannot be had again
  void become(Health health);

  Health health() const { return health_; }
  std::string url() const;

 private:
  void start();
  bool bind();
  void listen();
  void stop();
  void answer(const httplib::Request& request, httplib::Response& response);
  bool work_for(std::chrono::milliseconds duration);  ///< false when the server stopped before

  int port_;
  std::atomic<Health> health_{Health::healthy};
  std::atomic<unsigned> hellos_{0};
  std::unique_ptr<httplib::Server> server_;  ///< null while down
  std::thread listener_;
  std::atomic<bool> listening_{false};

  // Wakes answers that are being worked on when the server stops.
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_{false};
};

}  // namespace demo

#endif
