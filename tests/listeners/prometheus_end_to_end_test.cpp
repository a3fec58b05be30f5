// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A real Prometheus scrapes this program while its breaker goes through an outage, and is then asked what it saw.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include <httplib.h>
#include <prometheus/exposer.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <nlohmann/json.hpp>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/prometheus.hpp>
#include <fluxgate/testing.hpp>

#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A port that was free a moment ago.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error{"no free port"};
  }
  close(socket);
  return ntohs(address.sin_port);
}

/// The server of Prometheus, scraping one port of this machine.
class Prometheus {
 public:
  Prometheus(const fs::path& folder, int scraped_port) : log_{folder / "log"}, port_{free_port()} {
    const fs::path configuration = folder / "prometheus.yml";
    std::ofstream{configuration} << "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n"
                                    "scrape_configs:\n"
                                    "  - job_name: shop\n"
                                    "    static_configs: [{targets: ['127.0.0.1:"
                                 << scraped_port << "']}]\n";
    const std::string config_file = "--config.file=" + configuration.string();
    const std::string storage = "--storage.tsdb.path=" + (folder / "data").string();
    const std::string listen = "--web.listen-address=127.0.0.1:" + std::to_string(port_);
    process_ = fork();
    if (process_ == 0) {
      if (std::freopen(log_.c_str(), "w", stderr) == nullptr) _exit(126);
      execlp("prometheus", "prometheus", config_file.c_str(), storage.c_str(), listen.c_str(),
             static_cast<char*>(nullptr));
      _exit(127);
    }
  }
  Prometheus(const Prometheus&) = delete;
  Prometheus& operator=(const Prometheus&) = delete;
  ~Prometheus() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

  /// The value of an expression that has one, "nothing" if it has none yet.
  std::string query(const std::string& expression) const {
    httplib::Client client{"127.0.0.1", port_};
    const auto response = client.Get("/api/v1/query", httplib::Params{{"query", expression}}, httplib::Headers{});
    if (!response || response->status != 200) return "nothing";
    const nlohmann::json results = nlohmann::json::parse(response->body)["data"]["result"];
    return results.size() == 1 ? results[0]["value"][1].get<std::string>() : "nothing";
  }

  /// What the expression came to when it was `expected`, or at last after half a minute: the server takes its time before
  /// it scrapes first.
  std::string wait_for(const std::string& expression, const std::string& expected) const {
    std::string found;
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    do {
      found = query(expression);
      if (found == expected) return found;
      std::this_thread::sleep_for(50ms);
    } while (std::chrono::steady_clock::now() < deadline);
    std::ifstream log{log_};
    return found + "; the server says: " + std::string{std::istreambuf_iterator<char>{log}, {}};
  }

 private:
  fs::path log_;
  int port_;
  pid_t process_;
};

std::string text_of(const fs::path& file) {
  std::ifstream stream{file};
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// The status of a command.
int run(const std::string& command) {
  return std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe): nothing else runs then
}

std::set<std::string> metric_names(const std::string& text) {
  static const std::regex name{"circuit_breaker_[a-z_]+"};
  return {std::sregex_token_iterator{text.begin(), text.end(), name}, std::sregex_token_iterator{}};
}

}  // namespace

TEST_CASE("A real Prometheus sees an outage from beginning to end") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const auto calls = std::make_shared<CallCollector>();
  ManualEnvironment env;
  CircuitBreaker cb{Config{.name = "payment",
                           .tripper = FailureStreak{3} | AvgLatency{1h},
                           .retry = Cooldown{10s},
                           .permit = AllowAll{},
                           .slow_threshold = 1s,
                           .listeners = {PrometheusListener{registry}},
                           .environment = env,
                           .stats = CallStats{}}};
  const auto watch = calls->watch(cb);

  prometheus::Exposer exposer{"127.0.0.1:0"};
  exposer.RegisterCollectable(registry);
  exposer.RegisterCollectable(calls);
  const TemporaryFolder folder;
  const Prometheus server{folder.path(), exposer.GetListeningPorts().front()};

  const auto state = [](const std::string& name) { return "circuit_breaker_state{state=\"" + name + "\"}"; };
  const auto transitions = [](const std::string& from, const std::string& to) {
    return "circuit_breaker_state_transition_total{old_state=\"" + from + "\",new_state=\"" + to + "\"}";
  };
  const auto outcome = [](const std::string& name) {
    return "circuit_breaker_calls_total{circuit_name=\"payment\",outcome=\"" + name + "\"}";
  };

  CHECK(server.wait_for(state("closed"), "1") == "1");
  CHECK(server.wait_for("count(circuit_breaker_state{circuit_name=\"payment\",job=\"shop\"})", "6") == "6");
  CHECK(server.query(transitions("closed", "open")) == "0");

  attempt(cb, [&] {
    env.advance(2s);
    return 0;
  });
  attempt(cb, succeed);
  CHECK(server.wait_for(outcome("succeeded"), "2") == "2");
  CHECK(server.wait_for("circuit_breaker_window_slow_ratio", "0.5") == "0.5");
  CHECK(server.wait_for("circuit_breaker_window_average_duration_seconds", "1") == "1");
  for (int i = 0; i != 2; ++i) attempt(cb, fail);
  CHECK(server.wait_for("circuit_breaker_window_failure_ratio", "0.5") == "0.5");

  attempt(cb, fail);
  for (int i = 0; i != 5; ++i) attempt(cb, succeed);
  CHECK(server.wait_for(state("open"), "1") == "1");
  CHECK(server.wait_for(state("closed"), "0") == "0");
  CHECK(server.wait_for(outcome("refused"), "5") == "5");
  CHECK(server.wait_for("count(circuit_breaker_window_failure_ratio)", "nothing") == "nothing");

  env.advance(10s);
  attempt(cb, fail);
  CHECK(server.wait_for(state("half_open"), "1") == "1");
  attempt(cb, succeed);
  CHECK(server.wait_for(state("closed"), "1") == "1");

  CHECK(server.wait_for(transitions("half_open", "closed"), "1") == "1");
  CHECK(server.query(transitions("closed", "open")) == "1");
  CHECK(server.query(transitions("open", "half_open")) == "1");
  CHECK(server.query(transitions("half_open", "open")) == "0");
  CHECK(server.wait_for(outcome("admitted"), "7") == "7");
  CHECK(server.query(outcome("failed")) == "4");
  CHECK(server.query(outcome("slow")) == "1");
  CHECK(server.query(outcome("ignored")) == "0");
  // The whole story, from its samples: it was open, and in one state at a time when it was not moving.
  CHECK(server.query("max_over_time(circuit_breaker_state{state=\"open\"}[1m])") == "1");
  CHECK(server.query("max_over_time(circuit_breaker_state{state=\"half_open\"}[1m])") == "1");
  CHECK(server.query("max_over_time(circuit_breaker_state{state=\"disabled\"}[1m])") == "0");
  CHECK(server.query("sum(circuit_breaker_state)") == "1");
}

TEST_CASE("A real Prometheus takes breakers with labels of their own, and sees the one that takes over with others") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry, SameName::takes_over};
  CircuitBreaker plain{Config{.name = "plain", .listeners = {metrics}}};
  CircuitBreaker stock{
      Config{.name = "stock", .labels = {{"team", "a\"b\\c\nd"}, {"empty", ""}}, .listeners = {metrics}}};
  CircuitBreaker old{Config{.name = "payment", .labels = {{"version", "1"}}, .listeners = {metrics}}};
  old.force_open();
  CircuitBreaker fresh{Config{.name = "payment", .labels = {{"version", "2"}}, .listeners = {metrics}}};
  fresh.disable();

  prometheus::Exposer exposer{"127.0.0.1:0"};
  exposer.RegisterCollectable(registry);
  const TemporaryFolder folder;
  const Prometheus server{folder.path(), exposer.GetListeningPorts().front()};
  CHECK(server.wait_for(R"(circuit_breaker_state{circuit_name="stock",team="a\"b\\c\nd",state="closed"})", "1") == "1");
  CHECK(server.query(R"(count(circuit_breaker_state{circuit_name="plain",team="",version=""}))") == "6");
  CHECK(server.query(R"(circuit_breaker_state{circuit_name="payment",version="2",state="disabled"})") == "1");
  CHECK(server.query(R"(sum(circuit_breaker_state{circuit_name="payment",version="1"}))") == "0");
  CHECK(server.query(R"(sum(circuit_breaker_state{circuit_name="payment"}))") == "1");
  CHECK(server.query(R"(sum(circuit_breaker_state_transition_total{circuit_name="payment"}))") == "2");

  const fs::path file = folder.path() / "metrics";
  std::ofstream{file} << prometheus::TextSerializer{}.Serialize(registry->Collect());
  CHECK(run("promtool check metrics < '" + file.string() + "'") == 0);
}

TEST_CASE("What is exposed passes promtool, and dashboard and alerts speak of it and of nothing else") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CallCollector calls;
  CircuitBreaker cb{Config{.name = "payment",
                           .tripper = AvgLatency{1h},
                           .slow_threshold = 1s,
                           .listeners = {PrometheusListener{registry}},
                           .stats = CallStats{}}};
  const auto watch = calls.watch(cb);
  attempt(cb, [] {
    std::this_thread::sleep_for(1ms);  // so that there is an average
    return 0;
  });
  const std::string exposition = prometheus::TextSerializer{}.Serialize(registry->Collect()) +
                                 prometheus::TextSerializer{}.Serialize(calls.Collect());

  const TemporaryFolder folder;
  const fs::path file = folder.path() / "metrics";
  std::ofstream{file} << exposition;
  CHECK(run("promtool check metrics < '" + file.string() + "'") == 0);

  const std::set<std::string> exposed = metric_names(exposition);
  CHECK(exposed.size() == 6);
  const fs::path monitoring = fs::path{FLUXGATE_SOURCE_DIR} / "docs" / "monitoring";
  CHECK(metric_names(text_of(monitoring / "dashboard.json")) == exposed);
  for (const std::string& name : metric_names(text_of(monitoring / "alerts.yml"))) {
    INFO(name);
    CHECK(exposed.contains(name));
  }
}

TEST_CASE("The alert rules hold, and fire when they must") {
  const std::string monitoring = std::string{FLUXGATE_SOURCE_DIR} + "/docs/monitoring/";
  CHECK(run("promtool check rules '" + monitoring + "alerts.yml'") == 0);
  CHECK(run("promtool test rules '" + monitoring + "alerts_test.yml'") == 0);
}
