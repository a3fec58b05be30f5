#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# libcurl (Debian 12, 7.88.1-10+deb12u15): a server that closes the connection within the head of its response, as one that is
# killed does, gives a success. curl_easy_perform() returns CURLE_OK, the status is the one that was read, and the body is
# empty, as long as no Content-Length and no Transfer-Encoding had arrived. Retries, health checks and circuit breakers that go
# by the code and the status count such an answer as good. A header function tells: it never sees the empty line. Cut within
# the status line or within the body, the same answer is an error (52 and 18).
#
# Seen:
#   within the status line: code 52, status 0, body 0, empty line not seen
#   after the status line: code 0, status 200, body 0, empty line not seen
#   within a later line of the head: code 0, status 200, body 0, empty line not seen
#   within the body: code 18, status 200, body 4, empty line seen
#   whole: code 0, status 200, body 4, empty line seen

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update >install.log 2>&1 </dev/null
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --allow-downgrades \
    g++-12=12.2.0-14+deb12u1 libcurl4-openssl-dev=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 >>install.log 2>&1 </dev/null ||
    { cat install.log; exit 2; }

cat >half.cpp <<'CPP'
#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

// Answers one connection with so much of an answer, and closes it when it has read the request.
static int serve_once(const std::string& answer, pid_t* server) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listening, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listening, 1) != 0) return 0;
  getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
  *server = fork();
  if (*server == 0) {
    const int connection = accept(listening, nullptr, nullptr);
    std::string request;
    char part[1024];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t read_now = read(connection, part, sizeof part);
      if (read_now <= 0) _exit(1);
      request.append(part, static_cast<std::size_t>(read_now));
    }
    if (write(connection, answer.data(), answer.size()) < 0) _exit(1);
    _exit(0);
  }
  close(listening);
  return ntohs(address.sin_port);
}

static void ask(const char* what, const std::string& answer) {
  pid_t server = 0;
  const std::string url = "http://127.0.0.1:" + std::to_string(serve_once(answer, &server)) + "/";
  bool empty_line = false;
  std::size_t body = 0;
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &empty_line);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* seen) {
    if (std::string(data, size * count) == "\r\n") *static_cast<bool*>(seen) = true;
    return size * count;
  });
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, +[](char*, std::size_t size, std::size_t count, void* sum) {
    *static_cast<std::size_t*>(sum) += size * count;
    return size * count;
  });
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  std::printf("%s: code %d, status %ld, body %zu, empty line %s\n", what, code, status, body, empty_line ? "seen" : "not seen");
  curl_easy_cleanup(curl);
  waitpid(server, nullptr, 0);
}

int main() {
  ask("within the status line", "HTTP/1.1 200");
  ask("after the status line", "HTTP/1.1 200 OK\r\n");
  ask("within a later line of the head", "HTTP/1.1 200 OK\r\nContent-Le");
  ask("within the body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  ask("whole", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell");
}
CPP

g++-12 -std=c++20 -Wall -Wextra half.cpp -o half -lcurl
./half | tee seen
cat >expected <<'TEXT'
within the status line: code 52, status 0, body 0, empty line not seen
after the status line: code 0, status 200, body 0, empty line not seen
within a later line of the head: code 0, status 200, body 0, empty line not seen
within the body: code 18, status 200, body 4, empty line seen
whole: code 0, status 200, body 4, empty line seen
TEXT
diff expected seen && echo "as before"
