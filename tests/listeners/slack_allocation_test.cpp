// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Slack's listener without memory for a message. In a program of its own, for its operator new.

#include <openssl/ssl.h>  // of slack_server.hpp: sources are linked to what they include themselves

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/slack.hpp>

#include "support/catch.hpp"
#include "support/slack_server.hpp"

namespace {
constexpr std::size_t large = 1'000'000;
std::atomic<bool> no_large_ones{false};
}  // namespace

void* operator new(std::size_t size) {
  if (size < large || !no_large_ones) {
    if (void* const memory = std::malloc(size)) return memory;
  }
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

TEST_CASE("a message for which there is no memory is told, and the next one is posted") {
  const tls::Authority authority;
  SlackServer server{authority.issue("IP:127.0.0.1")};
  server.script({{.delay = 300ms}});
  std::vector<std::string> errors;
  const SlackListener listener{{.token = "xoxb-12345",
                                .channel = "#ops",
                                .base_url = server.url(),
                                .ca_file = authority.file(),
                                .deadline = 60s,
                                .on_error = [&](const Signal& signal, const SlackError& error) {
                                  errors.push_back(signal.circuit_name + ": " + error.what() + error.code() +
                                                   (error.status() == 0 ? "" : " with a status"));
                                }}};
  const auto tell = [&](const char* circuit, std::size_t size) {
    listener(Signal{.circuit_name = circuit,
                    .old_state = State::closed,
                    .new_state = State::open,
                    .reason = std::string(size, 'x')});
  };
  tell("first", 1);
  REQUIRE(server.wait_for_requests(1));  // the worker waits for the answer
  tell("second", large);
  tell("third", 1);
  no_large_ones = true;
  listener.close();
  no_large_ones = false;
  CHECK(errors == std::vector<std::string>{"second: Slack: no memory for the message"});
  CHECK(server.requests().size() == 2);
}

}  // namespace
