// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A small HTTP server in processes of its own, which can be killed, frozen and restarted, and answers badly if asked to.

#ifndef FLUXGATE_EXAMPLES_CURL_OUTAGES_SERVER_HPP
#define FLUXGATE_EXAMPLES_CURL_OUTAGES_SERVER_HPP

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill and SIGSTOP are POSIX
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

class Server {
 public:
  Server() { start(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { kill(); }

  /// At the same port each time.
  void start() {
    const int listening = listen_at(port_);
    process_ = fork();
    if (process_ == 0) {
      setpgid(0, 0);
      alarm(120);                // it never outlives this program for long
      signal(SIGCHLD, SIG_IGN);  // nobody waits for the processes of its connections
      for (;;) {
        const int connection = accept(listening, nullptr, nullptr);
        if (connection < 0) continue;
        if (fork() == 0) {
          alarm(120);
          serve(connection);
          _exit(0);
        }
        close(connection);
      }
    }
    setpgid(process_, process_);  // whichever of the two is first
    close(listening);
  }
  void kill() {
    ::kill(-process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  void freeze() { ::kill(-process_, SIGSTOP); }
  void thaw() { ::kill(-process_, SIGCONT); }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listen_at(int port) {
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listening, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listening, 64) != 0 ||
        getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    return listening;
  }

  /// Answers the requests of one connection by their paths.
  static void serve(int connection) {
    std::string read_so_far;
    for (int request = 1;; ++request) {
      while (read_so_far.find("\r\n\r\n") == std::string::npos) {
        char part[4096];
        const ssize_t size = read(connection, part, sizeof part);
        if (size <= 0) return;
        read_so_far.append(part, static_cast<std::size_t>(size));
      }
      const std::string path = read_so_far.substr(read_so_far.find(' ') + 1, read_so_far.find(' ', 5) - 4);
      read_so_far.erase(0, read_so_far.find("\r\n\r\n") + 4);
      if (path == "/nothing" || (path == "/once" && request > 1)) return;
      if (path == "/cut") return send(connection, "HTTP/1.1 200 OK\r\nContent-Le");
      if (path == "/half") return send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
      if (path == "/slow") sleep(2);
      const std::string status = path == "/404" ? "404 Not Found" : path == "/503" ? "503 Unavailable" : "200 OK";
      const std::string later = path == "/503" ? "Retry-After: 99999\r\n" : "";
      send(connection, "HTTP/1.1 " + status + "\r\n" + later + "Content-Length: 4\r\n\r\nwell");
    }
  }
  static void send(int connection, std::string_view text) {
    if (write(connection, text.data(), text.size()) < 0) _exit(1);
  }

  pid_t process_ = -1;
  int port_ = 0;
};

#endif
