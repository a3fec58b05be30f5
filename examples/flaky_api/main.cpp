// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Four threads call an HTTP server that falls ill, falls silent, dies and recovers: first bare, then through one
/// circuit breaker. Both runs really happen, one after the other; what the breaker saved is the measured difference.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/log.hpp>
#include <fluxgate/listeners/prometheus.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <future>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "client.hpp"
#include "monitor.hpp"
#include "server.hpp"
#include "tally.hpp"
#include "timeline.hpp"

namespace {

using namespace demo;
using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;

constexpr int callers = 4;
constexpr auto pause_between_calls = 25ms;

struct Stage {
  Health health;
  std::chrono::milliseconds length;
};

constexpr Stage script[] = {
    {Health::healthy, 2s}, {Health::erring, 2500ms}, {Health::healthy, 3s},     {Health::slow, 6s},
    {Health::down, 3s},    {Health::recovering, 3s}, {Health::healthy, 3500ms},
};

const auto sick = fluxgate::FailureRate{0.5} | fluxgate::SlowRate{0.5, slow_call};
const auto window = fluxgate::TimeWindow{1s, 100ms};
// A 404 is the caller's mistake and says nothing about the server.
const auto tracker =
    fluxgate::TypeOf<TransportError>{} | fluxgate::Custom{[](const HttpError& error) { return error.status() >= 500; }};
const auto tripper = (fluxgate::Closed{} & fluxgate::MinRequests{4} & sick) | (fluxgate::HalfOpened{} & sick);
const auto retry = fluxgate::Backoff{400ms, 2.0, 1s, 0.2};
// Three probes decide. One that takes a second is an answer as well: not yet.
const auto permit = fluxgate::Probes{3, 1s} & fluxgate::RampUp{0.2, 1.0, 1s};

/// The breaker of this demonstration, with its log between the rows of the timeline.
auto make_breaker(Timeline& timeline, const Monitor& monitor) {
  return fluxgate::CircuitBreaker{fluxgate::Config{
      .name = "flaky_api",
      .window = window,
      .tracker = tracker,
      .tripper = tripper,
      .retry = retry,
      .permit = permit,
      .listeners = {fluxgate::LogListener{
                        .sink = [&timeline](fluxgate::Level, std::string_view line) { timeline.note(line); }},
                    fluxgate::PrometheusListener{monitor.registry()}},
      .stats = fluxgate::CallStats{},
  }};
}

void print_legend(const FlakyServer& server, const Monitor& monitor) {
  std::cout
      << callers << " callers, a server at " << server.url() << ", the same script twice\n\n"
      << "  server    erring: four of five answers are a 503; slow: an answer takes "
      << FlakyServer::slow_answer.count() << " ms; down: it does not listen;\n"
      << "            recovering: one of five answers is a 503\n"
      << "  window    the calls that the breaker judges by: how many of them failed, how many were slow\n"
      << "  sent      left a caller in this half second; answered, failed and slow are those that came back in it\n"
      << "  answered  a 404 as well: the caller's own mistake, of which no breaker should hear\n"
      << "  failed    no answer or a 5xx\n"
      << "  slow      took " << slow_call.count() << " ms or longer\n"
      << "  refused   by the breaker, at once and without a request\n\n"
      << "The breaker\n\n"
      << "  window    " << describe(window) << '\n'
      << "  opens on  " << describe(tripper) << '\n'
      << "  retries   " << describe(retry) << '\n'
      << "  permits   " << describe(permit) << '\n'
      << "  metrics   " << monitor.url() << '\n';
}

/// The threads that call the server until they are destroyed.
class Callers {
 public:
  /// `call(request)` is how a caller gets at the server: it invokes `request`, or refuses to.
  template <class Call>
  Callers(const FlakyServer& server, Tally& tally, Call call) : Callers{} {
    for (int caller = 0; caller < callers; ++caller) {
      threads_.push_back(
          std::async(std::launch::async, [this, &server, &tally, call, client = Client{server.url()}]() mutable {
            for (int i = 1; !stop_; ++i) {
              // Now and then a caller asks for something that is not there.
              call_once(server, tally, call, client, i % 10 == 0 ? "/missing" : "/hello");
              std::this_thread::sleep_for(pause_between_calls);
            }
          }));
    }
  }

  /// Waits for the calls that are under way, at most the client's timeout. @throws what ended a caller unexpectedly
  void finish() {
    stop_ = true;
    for (std::future<void>& thread : threads_) thread.get();
  }

  // The futures wait for their threads.
  ~Callers() { stop_ = true; }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

 private:
  Callers() = default;  // complete before the first thread starts, so that threads are stopped if the next does not

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
  std::vector<std::future<void>> threads_;
};

/// Plays the script once. `reading()` is what the breaker says of itself.
template <class Call, class Read>
Counts play(const std::string& title, FlakyServer& server, Timeline& timeline, Call call, Read reading) {
  Tally tally;
  timeline.begin(title);
  Callers running{server, tally, call};
  auto now = Clock::now();
  auto stage_end = now;
  for (const Stage& stage : script) {
    server.become(stage.health);
    stage_end += stage.length;
    while (now < stage_end) {
      now += timeline.update_interval();
      std::this_thread::sleep_until(now);
      timeline.update(server.health(), reading(), tally.counts());
    }
  }
  running.finish();
  return tally.counts();
}

void print_comparison(const Counts& bare, const Counts& guarded) {
  using enum Health;
  const auto row = [](std::string_view what, auto without, auto with) {
    std::cout << "  " << std::left << std::setw(50) << what << std::right << std::setw(10) << without << std::setw(10)
              << with << '\n';
  };
  const auto seconds = [](std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>{duration}.count();
  };
  const auto mean = [&](const Counts& counts) {
    return 1000.0 * seconds(counts.waited.total()) / static_cast<double>(std::max<std::uint64_t>(counts.calls, 1));
  };
  const auto difference = [](std::uint64_t more, std::uint64_t less) {
    return static_cast<std::int64_t>(more) - static_cast<std::int64_t>(less);
  };
  // What the breaker is there to refuse, and what it refuses because it cannot know better yet.
  const auto in_vain = [](const auto& sums) { return sums.in(erring, slow, down); };
  const auto needless = [](const auto& sums) { return sums.in(healthy, recovering); };

  std::cout << "\nMeasured in both runs\n\n" << std::fixed << std::setprecision(1);
  row("", "without", "with");
  row("calls made", bare.calls, guarded.calls);
  row("  answered", bare.answered, guarded.answered);
  row("  404, the caller's own mistake", bare.not_found, guarded.not_found);
  row("  failed: no answer or a 5xx", bare.failed, guarded.failed);
  row("  refused at once by the breaker", bare.refused.total(), guarded.refused.total());
  row("    of these, with a healthy or recovering server", needless(bare.refused), needless(guarded.refused));
  row("calls that took 300 ms or longer", bare.slow, guarded.slow);
  row("requests sent to an erring or slow server", bare.sent.in(erring, slow), guarded.sent.in(erring, slow));
  row("requests sent to a dead server", bare.sent.in(down), guarded.sent.in(down));
  row("seconds that callers spent waiting", seconds(bare.waited.total()), seconds(guarded.waited.total()));
  row("  of these, on an erring, slow or dead server", seconds(in_vain(bare.waited)), seconds(in_vain(guarded.waited)));
  row("milliseconds of waiting per call", mean(bare), mean(guarded));

  const std::int64_t fewer = difference(bare.answered, guarded.answered);
  std::cout << "\nThe breaker saved its callers " << seconds(bare.waited.total() - guarded.waited.total())
            << " s of waiting and a sick server " << difference(in_vain(bare.sent), in_vain(guarded.sent))
            << " requests.\nWith it " << (fewer < 0 ? -fewer : fewer) << (fewer < 0 ? " more" : " fewer")
            << " calls were answered; " << needless(guarded.refused)
            << " refusals fell while the server was healthy or recovering.\n"
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

void demonstrate(FlakyServer& server) {
  Timeline timeline;
  Monitor monitor;
  print_legend(server, monitor);

  const Counts bare =
      play("Without a breaker", server, timeline, [](auto request) { request(); }, [] { return Reading{}; });

  auto breaker = make_breaker(timeline, monitor);
  const auto watch = monitor.calls().watch(breaker);
  const Counts guarded = play(
      "With a breaker", server, timeline, [&](auto request) { breaker.call(request); },
      [&] {
        const fluxgate::Info info = breaker.info();
        return Reading{to_string(info.state), info.metrics.failure_rate(), info.metrics.slow_rate(slow_call)};
      });

  print_comparison(bare, guarded);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 2) throw std::invalid_argument{"too many arguments"};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error{"curl_global_init failed"};
    if (argc == 2) {
      FlakyServer server{parse_port(argv[1])};
      demonstrate(server);
    } else {
      FlakyServer server;
      demonstrate(server);
    }
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "flaky_api: " << error.what() << "\nusage: flaky_api [PORT], a free one unless given\n";
    return EXIT_FAILURE;
  }
}
