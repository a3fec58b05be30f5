// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// An HTTP client in coroutines of Asio, its requests guarded by a breaker: many at once, first on one thread, then on a
/// pool of them.

#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/asio.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>

#include "server.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;
using asio::ip::tcp;

struct Response {
  int status = 0;
  std::string text;
};

asio::awaitable<Response> get(tcp::endpoint server, std::string path) {
  tcp::socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(server, asio::use_awaitable);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
  Response response;
  std::error_code end;
  co_await asio::async_read(socket, asio::dynamic_buffer(response.text),
                            asio::redirect_error(asio::use_awaitable, end));
  if (end != asio::error::eof) throw std::system_error{end};
  // "HTTP/1.0 200 OK"
  response.status = std::stoi(response.text.substr(response.text.find(' ')));
  co_return response;
}

/// How the requests of one round ended.
struct Tally {
  std::atomic<int> ok{0};
  std::atomic<int> failed{0};
  std::atomic<int> refused{0};
};

// [request]
template <class Breaker>
asio::awaitable<void> request(Breaker& api, tcp::endpoint server, Tally& tally) {
  try {
    const Response response = co_await api.call(get, server, "/");
    ++(response.status == 200 ? tally.ok : tally.failed);
  } catch (const CallNotPermittedError&) {
    ++tally.refused;
  } catch (const std::system_error&) {
    ++tally.failed;
  }
}
// [/request]

// [timeout]
/// A request that is given up after a second: then it is cancelled, and says nothing about the server.
template <class Breaker>
asio::awaitable<bool> request_in_time(Breaker& api, tcp::endpoint server) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer{co_await asio::this_coro::executor, 1s};
  const auto first = co_await (api.call(get, server, "/") || timer.async_wait(asio::use_awaitable));
  co_return first.index() == 0;
}
// [/timeout]

// [wait]
/// A request that waits until the breaker lets it through, instead of failing.
template <class Breaker>
asio::awaitable<Response> get_patiently(Breaker& api, tcp::endpoint server) {
  for (;;) {
    CallResult<Response> result = co_await api.try_call(get, server, "/");
    if (result) co_return *std::move(result);
    // The breaker says how long asking again is of no use; where it cannot, a moment.
    const auto pause = result.rejection().retry_after.value_or(100ms);
    asio::steady_timer timer{co_await asio::this_coro::executor, pause};
    co_await timer.async_wait(asio::use_awaitable);
  }
}
// [/wait]

template <class Breaker>
void report(const char* round, const Tally& tally, const Breaker& api) {
  std::cout << round << ": " << tally.ok << " ok, " << tally.failed << " failed, " << tally.refused
            << " refused; the breaker is " << to_string(api.state()) << '\n';
}

int main() {
  Server server;

  // [breaker]
  AsyncCircuitBreaker api{Config{
      .name = "api",
      .window = CountWindow{20},
      .tracker = (All{} & ~Cancelled{}) | OnResult{[](const Response& r) { return r.status >= 500; }},
      .tripper = (Closed{} & MinRequests{10} & FailureRate{0.5}) | (HalfOpened{} & FailureRate{0.5}),
      .retry = Cooldown{1s},
      .permit = Probes{1, 5s},
  }};
  // [/breaker]

  {
    Tally tally;
    asio::io_context one_thread;
    for (int i = 0; i != 50; ++i) asio::co_spawn(one_thread, request(api, server.endpoint(), tally), asio::detached);
    one_thread.run();
    report("50 at once on one thread", tally, api);
  }
  {
    Tally tally;
    asio::thread_pool pool{4};
    for (int i = 0; i != 50; ++i) asio::co_spawn(pool, request(api, server.endpoint(), tally), asio::detached);
    pool.join();
    report("50 at once on four threads", tally, api);
  }
  {
    bool in_time = false;
    asio::io_context one_thread;
    asio::co_spawn(one_thread, request_in_time(api, server.endpoint()),
                   [&](std::exception_ptr error, bool answered) { in_time = error == nullptr && answered; });
    one_thread.run();
    std::cout << "one with a timeout: " << (in_time ? "answered in time" : "not answered") << '\n';
  }
  server.set_down(true);
  {
    // One after the other, so that it shows when the breaker opens.
    Tally tally;
    const int before = server.requests();
    asio::io_context one_thread;
    asio::co_spawn(
        one_thread,
        [&]() -> asio::awaitable<void> {
          for (int i = 0; i != 50; ++i) co_await request(api, server.endpoint(), tally);
        },
        asio::detached);
    one_thread.run();
    report("50 while the server is down", tally, api);
    std::cout << "the server saw " << server.requests() - before << " of them\n";
  }
  server.set_down(false);
  {
    int status = 0;
    asio::io_context one_thread;
    asio::co_spawn(one_thread, get_patiently(api, server.endpoint()),
                   [&](std::exception_ptr, const Response& response) { status = response.status; });
    one_thread.run();
    std::cout << "one that waits: " << status << "; the breaker is " << to_string(api.state()) << '\n';
  }
}
