// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A client of libcurl behind a breaker, and a real server that is killed, frozen, slow and restarted, and breaks off its
/// answers: what libcurl says, and what the breaker makes of it. Fails if a breaker opens where it must not, does not
/// where it must, or closes too late.

#include "server.hpp"

#include <chrono>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include <curl/curl.h>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/curl.hpp>

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

constexpr auto delay = 300ms;
/// A probe may come up to a delay late, and meet a server that is only just starting.
constexpr auto soon = 2 * delay + 1s;

int failures = 0;

class Outage {
 public:
  explicit Outage(const Server& server) : server_{server}, handle_{curl_easy_init()} {
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, 500L);
    curl_easy_setopt(
        handle_, CURLOPT_WRITEFUNCTION,
        +[](char*, std::size_t size, std::size_t count, void*) { return size * count; });
  }
  Outage(const Outage&) = delete;
  Outage& operator=(const Outage&) = delete;
  ~Outage() { curl_easy_cleanup(handle_); }

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
    std::cout << std::left << std::setw(34) << what << std::setw(38) << said << outcome << '\n';
    breaker_.reset();
  }

 private:
  std::string call(const std::string& path) {
    curl_easy_setopt(handle_, CURLOPT_URL, (server_.url() + path).c_str());
    const auto called = breaker_.try_call([&] { return perform(handle_); });
    if (!called) return "refused";
    const CurlResult& result = called.value();
    return "code " + std::to_string(result.code) + ", status " + std::to_string(result.status) +
           (result.attempts == 2 ? ", sent twice" : "") +
           (result.retry_after ? ", again in " + std::to_string(result.retry_after->count()) + " s" : "");
  }

  const Server& server_;
  CURL* handle_;
  AnyCircuitBreaker breaker_{"server", CurlFault{} | HttpStatus{500, 599} | HttpStatus{429}, FailureStreak{3},
                             Cooldown{delay}};
};

}  // namespace

int main() {
  Server server;
  Outage outage{server};
  const auto nothing = [] {};
  std::cout << std::left << std::setw(34) << "the server" << std::setw(38) << "libcurl says" << "the breaker\n";

  outage.run("is well", "/", false, nothing);
  server.kill();
  outage.run("is killed, and restarted", "/", true, [&] { server.start(); });
  server.freeze();
  outage.run("is frozen, and thaws", "/", true, [&] { server.thaw(); });
  outage.run("answers too late", "/slow", true, nothing);
  outage.run("closes without an answer", "/nothing", true, nothing);
  outage.run("breaks off in the head", "/cut", true, nothing);
  outage.run("breaks off in the body", "/half", true, nothing);
  outage.run("closes connections that are kept", "/once", false, nothing);
  outage.run("has too much to do", "/503", true, nothing);
  outage.run("has no such page", "/404", false, nothing);
  return failures;
}
