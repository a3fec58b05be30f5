// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A client of cpp-httplib behind a breaker, and a real server that is killed, frozen, slow, overloaded and restarted: what
/// the client says, and what the breaker makes of it. Fails if a breaker opens where it must not, or closes too late.

#include <csignal>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <httplib.h>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/httplib.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

void serve(httplib::Server& server) {
  server.Get("/",
             [](const httplib::Request&, httplib::Response& response) { response.set_content("well", "text/plain"); });
  server.Get("/slow", [](const httplib::Request&, httplib::Response& response) {
    std::this_thread::sleep_for(2s);
    response.set_content("late", "text/plain");
  });
  server.Get("/half", [](const httplib::Request&, httplib::Response& response) {
    response.set_content_provider(100, "text/plain", [](std::size_t, std::size_t, httplib::DataSink& sink) {
      sink.write("half", 4);
      return false;
    });
  });
  for (const int status : {404, 429, 503}) {
    server.Get("/" + std::to_string(status),
               [status](const httplib::Request&, httplib::Response& response) { response.status = status; });
  }
}

/// A process with a server, at the same port each time it is started.
class Server {
 public:
  Server() { start(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { kill(); }

  void start() {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    process_ = fork();
    if (process_ == 0) {
      alarm(120);  // it never outlives this program for long
      httplib::Server server;
      serve(server);
      int port = port_;
      if (port == 0) {
        port = server.bind_to_any_port("127.0.0.1");
      } else if (!server.bind_to_port("127.0.0.1", port)) {
        _exit(1);
      }
      if (write(ends[1], &port, sizeof port) != sizeof port) _exit(1);
      server.listen_after_bind();
      _exit(0);
    }
    close(ends[1]);
    if (process_ < 0 || read(ends[0], &port_, sizeof port_) != sizeof port_) std::abort();
    close(ends[0]);
  }
  void kill() {
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  void freeze() { ::kill(process_, SIGSTOP); }
  void thaw() { ::kill(process_, SIGCONT); }
  [[nodiscard]] int port() const { return port_; }

 private:
  pid_t process_ = -1;
  int port_ = 0;
};

constexpr auto delay = 300ms;
/// A probe may come up to a delay late, and meet a server that is only just starting.
constexpr auto soon = 2 * delay + 1s;

int failures = 0;

class Outage {
 public:
  explicit Outage(Server& server) : client_{"127.0.0.1", server.port()} {
    client_.set_connection_timeout(500ms);  // 300 s by default
    client_.set_read_timeout(500ms);        // 5 s by default
  }

  /// Prints what ten calls under the outage say and do; then ends it, and prints whether the breaker has closed soon.
  template <class End>
  void run(std::string_view what, const std::string& path, bool must_open, End end) {
    std::string said;
    int calls = 0;
    while (calls < 10 && breaker_.state() == State::closed) {
      said = call(path);
      ++calls;
    }
    const bool opened = breaker_.state() == State::open;
    std::string outcome = opened ? "opens after " + std::to_string(calls) + " calls" : "stays closed";
    end();
    if (opened) {
      const auto ended = std::chrono::steady_clock::now();
      while (breaker_.state() != State::closed && std::chrono::steady_clock::now() - ended < 30s) {
        call("/");
        std::this_thread::sleep_for(10ms);
      }
      const bool closed = std::chrono::steady_clock::now() - ended < soon;
      outcome += closed ? ", closes in time" : ", closes too late";
      if (!closed) ++failures;
    }
    if (opened != must_open) ++failures;
    std::cout << std::left << std::setw(33) << what << std::setw(18) << said << outcome << '\n';
    breaker_.reset();
  }

 private:
  std::string call(const std::string& path) {
    const auto result = breaker_.try_call([&] {
      // False ends the request, as a user does who presses a button.
      return path == "/cancelled" ? client_.Get("/", httplib::Progress{[](auto, auto) { return false; }})
                                  : client_.Get(path);
    });
    if (!result) return "refused";
    return *result ? "status " + std::to_string((*result)->status) : "error " + httplib::to_string(result->error());
  }

  // [breaker]
  AnyCircuitBreaker breaker_{"server", HttplibFault{} | HttpStatus{500, 599} | HttpStatus{429}, FailureStreak{3},
                             Cooldown{delay}};
  // [/breaker]
  httplib::Client client_;
};

}  // namespace

int main() {
  Server server;
  Outage outage{server};
  const auto nothing = [] {};
  std::cout << std::left << std::setw(33) << "the server" << std::setw(18) << "the client says" << "the breaker\n";

  server.kill();
  outage.run("is killed, and restarted", "/", true, [&] { server.start(); });
  server.freeze();
  outage.run("is frozen, and thaws", "/", true, [&] { server.thaw(); });
  outage.run("answers too late", "/slow", true, nothing);
  outage.run("breaks off in an answer", "/half", true, nothing);
  outage.run("has too much to do", "/503", true, nothing);
  outage.run("has had enough of this client", "/429", true, nothing);
  outage.run("has no such page", "/404", false, nothing);
  outage.run("is well, and the client cancels", "/cancelled", false, nothing);
  outage.run("is well", "/", false, nothing);
  return failures;
}
