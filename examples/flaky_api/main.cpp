// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Four threads call an HTTP server that falls ill, falls silent, dies and recovers: first bare, then through one
/// circuit breaker. Both runs really happen, one after the other; what the breaker saved is the measured difference.

#include <fluxgate/fluxgate.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "client.hpp"
#include "server.hpp"
#include "tally.hpp"
#include "timeline.hpp"

namespace {

using namespace demo;
using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;

constexpr int default_port = 18080;
constexpr int callers = 4;
constexpr auto pause_between_calls = 25ms;

struct Stage {
  Health health;
  std::chrono::milliseconds length;
};

constexpr Stage script[] = {
    {Health::healthy, 2s}, {Health::erring, 2500ms}, {Health::healthy, 3s},     {Health::slow, 6s},
    {Health::down, 3s},    {Health::recovering, 2s}, {Health::healthy, 3500ms},
};

/// The breaker of this demonstration; `timeline` is told of each transition.
auto make_breaker(Timeline& timeline) {
  using namespace fluxgate;

  const auto sick = FailureRate{0.5} | SlowRate{0.5, slow_call};

  return CircuitBreaker{Config{
      .name = "flaky_api",
      .window = TimeWindow{1s, 100ms},
      // A 404 is the caller's mistake and says nothing about the server.
      .tracker = TypeOf<TransportError>{} | Custom{[](const HttpError& error) { return error.status() >= 500; }},
      .tripper = (Closed{} & MinRequests{4} & sick) | (HalfOpened{} & sick),
      .retry = Backoff{400ms, 2.0, 2s, 0.2},
      // Three probes decide. One that takes a second is an answer as well: not yet.
      .permit = Probes{3, 1s} & RampUp{0.2, 1.0, 1s},
      .listeners = {[&timeline](const Signal& signal) {
        timeline.note(std::string{to_string(signal.old_state)} + " -> " + std::string{to_string(signal.new_state)} +
                      ": " + signal.reason);
      }},
  }};
}

/// The threads that call the server until they are destroyed.
class Callers {
 public:
  /// `call(request)` is how a caller gets at the server: it invokes `request`, or refuses to.
  template <class Call>
  Callers(const FlakyServer& server, Tally& tally, Call call) {
    std::vector<Client> clients;
    for (int i = 0; i < callers; ++i) clients.emplace_back(server.url());
    for (Client& client : clients) {
      threads_.emplace_back([this, &server, &tally, call, client = std::move(client)]() mutable {
        for (int i = 1; !stop_; ++i) {
          // Now and then a caller asks for something that is not there.
          call_once(server, tally, call, client, i % 10 == 0 ? "/missing" : "/hello");
          std::this_thread::sleep_for(pause_between_calls);
        }
      });
    }
  }

  /// Waits for the calls that are under way, at most the client's timeout.
  ~Callers() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

 private:
  template <class Call>
  static void call_once(const FlakyServer& server, Tally& tally, Call& call, Client& client, const char* path) {
    const Health health = server.health();
    const auto start = Clock::now();
    Outcome outcome = Outcome::answered;
    try {
      call([&] {
        tally.sent(health);
        return client.get(path);
      });
    } catch (const fluxgate::CallNotPermittedError&) {
      outcome = Outcome::refused;
    } catch (const HttpError& error) {
      outcome = error.status() == 404 ? Outcome::not_found : Outcome::failed;
    } catch (const TransportError&) {
      outcome = Outcome::failed;
    }
    tally.ended(outcome, health, Clock::now() - start);
  }

  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

/// Plays the script once. `state()` is the word for the breaker's column.
template <class Call, class State>
Counts play(const std::string& title, FlakyServer& server, Timeline& timeline, Call call, State state) {
  Tally tally;
  timeline.begin(title);
  {
    const Callers running{server, tally, call};
    auto now = Clock::now();
    auto stage_end = now;
    for (const Stage& stage : script) {
      server.become(stage.health);
      stage_end += stage.length;
      while (now < stage_end) {
        now += timeline.update_interval();
        std::this_thread::sleep_until(now);
        timeline.update(server.health(), state(), tally.counts());
      }
    }
  }
  return tally.counts();
}

void print_comparison(const Counts& bare, const Counts& guarded) {
  const auto row = [](std::string_view what, auto without, auto with) {
    std::cout << "  " << std::left << std::setw(50) << what << std::right << std::setw(10) << without << std::setw(10)
              << with << '\n';
  };
  const auto seconds = [](std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>{duration}.count();
  };
  const auto mean = [&](const Counts& counts) {
    return 1000.0 * seconds(counts.waited) / static_cast<double>(std::max<std::uint64_t>(counts.calls, 1));
  };

  std::cout << "\nMeasured in both runs\n\n" << std::fixed << std::setprecision(1);
  row("", "without", "with");
  row("calls made", bare.calls, guarded.calls);
  row("  answered", bare.answered, guarded.answered);
  row("  404, the caller's own mistake", bare.not_found, guarded.not_found);
  row("  failed: no answer or a 5xx", bare.failed, guarded.failed);
  row("  refused at once by the breaker", bare.refused, guarded.refused);
  row("    of these, while the server was healthy", bare.refused_needlessly, guarded.refused_needlessly);
  row("calls that took 300 ms or longer", bare.slow, guarded.slow);
  row("requests sent to an erring, slow or dead server", bare.sent_in_vain, guarded.sent_in_vain);
  row("seconds that callers spent waiting", seconds(bare.waited), seconds(guarded.waited));
  row("  of these, on an erring, slow or dead server", seconds(bare.waited_in_vain), seconds(guarded.waited_in_vain));
  row("milliseconds of waiting per call", mean(bare), mean(guarded));

  const auto saved_requests =
      static_cast<std::int64_t>(bare.sent_in_vain) - static_cast<std::int64_t>(guarded.sent_in_vain);
  std::cout << "\nThe breaker saved its callers " << seconds(bare.waited - guarded.waited)
            << " s of waiting and a sick server " << saved_requests << " requests.\nIt cost "
            << guarded.refused_needlessly << " calls, refused before it knew that the server was healthy again.\n"
            << "\nEvery number in the table was counted or timed by the callers while the two runs happened; the\n"
            << "savings are their differences, the waiting per call is a quotient. Nothing is estimated.\n";
}

/// @throws std::invalid_argument for anything but a port number
int parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65535) {
    throw std::invalid_argument{"'" + std::string{text} + "' is not a port number, 1 to 65535"};
  }
  return port;
}

void demonstrate(int port) {
  FlakyServer server{port};
  Timeline timeline;
  std::cout << callers << " callers, a server at " << server.url() << ", the same script twice\n";

  const Counts bare = play("Without a breaker", server, timeline, [](auto request) { request(); }, [] { return "-"; });

  auto breaker = make_breaker(timeline);
  const Counts guarded = play(
      "With a breaker", server, timeline, [&](auto request) { breaker.call(request); },
      [&] { return to_string(breaker.state()); });

  print_comparison(bare, guarded);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 2) throw std::invalid_argument{"too many arguments"};
    const int port = argc == 2 ? parse_port(argv[1]) : default_port;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error{"curl_global_init failed"};
    demonstrate(port);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "flaky_api: " << error.what() << "\nusage: flaky_api [PORT], " << default_port << " unless given\n";
    return EXIT_FAILURE;
  }
}
