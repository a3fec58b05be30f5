// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/gauge.h>
#include <prometheus/labels.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>
#include <fluxgate/listeners/prometheus.hpp>
#include <fluxgate/registry.hpp>
#include <fluxgate/testing.hpp>

#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

std::string exposition(const prometheus::Collectable& collectable) {
  return prometheus::TextSerializer{}.Serialize(collectable.Collect());
}

/// The lines with samples, sorted, since their order says nothing.
std::vector<std::string> samples(const prometheus::Collectable& collectable) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : exposition(collectable)) {
    if (c != '\n') {
      line += c;
      continue;
    }
    if (!line.empty() && line.front() != '#') lines.push_back(line);
    line.clear();
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// The value of one sample, by its name and labels as they are written.
std::string value(const prometheus::Collectable& collectable, const std::string& sample) {
  for (const std::string& line : samples(collectable)) {
    if (line.starts_with(sample + " ")) return line.substr(sample.size() + 1);
  }
  return "absent";
}

std::string state_of(const prometheus::Collectable& registry, const std::string& name) {
  std::string states;
  for (const char* const state : {"closed", "open", "half_open", "metrics_only", "disabled", "forced_open"}) {
    const std::string set =
        value(registry, "circuit_breaker_state{circuit_name=\"" + name + "\",state=\"" + state + "\"}");
    if (set == "1") states += state;
    if (set == "absent") states += "?";
  }
  return states;
}

std::string transitions(const prometheus::Collectable& registry, const std::string& from, const std::string& to) {
  for (const std::string& labels : {R"(old_state=")" + from + R"(",new_state=")" + to + R"(")",
                                    R"(new_state=")" + to + R"(",old_state=")" + from + R"(")"}) {
    const std::string found =
        value(registry, "circuit_breaker_state_transition_total{circuit_name=\"api\"," + labels + "}");
    if (found != "absent") return found;
  }
  return "absent";
}

/// The state that is 1 in the series with exactly these labels; "none" if all are 0, "absent" without such series.
std::string shown(const prometheus::Collectable& registry, const prometheus::Labels& labels) {
  std::string states = "absent";
  for (const prometheus::MetricFamily& family : registry.Collect()) {
    if (family.name != "circuit_breaker_state") continue;
    for (const prometheus::ClientMetric& metric : family.metric) {
      prometheus::Labels all;
      for (const auto& label : metric.label) all[label.name] = label.value;
      const std::string state = all["state"];
      all.erase("state");
      if (all != labels) continue;
      if (states == "absent") states = "none";
      if (metric.gauge.value == 1) states = states == "none" ? state : states + "+" + state;
    }
  }
  return states;
}

/// All label sets of all series, without those that are the library's own and differ within a breaker.
std::set<prometheus::Labels> label_sets(const prometheus::Collectable& collectable) {
  std::set<prometheus::Labels> sets;
  for (const prometheus::MetricFamily& family : collectable.Collect()) {
    for (const prometheus::ClientMetric& metric : family.metric) {
      prometheus::Labels all;
      for (const auto& label : metric.label) {
        if (label.name != "state" && label.name != "old_state" && label.name != "new_state" && label.name != "outcome")
          all[label.name] = label.value;
      }
      sets.insert(all);
    }
  }
  return sets;
}

auto config(ManualEnvironment env, std::vector<Listener> listeners) {
  return Config{.name = "api",
                .tripper = FailureStreak{2},
                .retry = Cooldown{10s},
                .permit = AllowAll{},
                .listeners = std::move(listeners),
                .environment = env};
}

}  // namespace

TEST_CASE("Shows all states and the usual transitions before anything has happened") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener listener{"api", registry};
  CHECK(samples(*registry).size() == 10);
  CHECK(state_of(*registry, "api") == "closed");
  CHECK(transitions(*registry, "closed", "open") == "0");
  CHECK(transitions(*registry, "open", "half_open") == "0");
  CHECK(transitions(*registry, "half_open", "open") == "0");
  CHECK(transitions(*registry, "half_open", "closed") == "0");
}

TEST_CASE("Follows a breaker through an outage") {
  const auto registry = std::make_shared<prometheus::Registry>();
  ManualEnvironment env;
  CircuitBreaker cb{config(env, {PrometheusListener{"api", registry}})};

  attempt(cb, fail);
  attempt(cb, fail);
  CHECK(state_of(*registry, "api") == "open");
  env.advance(10s);
  attempt(cb, fail);
  CHECK(state_of(*registry, "api") == "half_open");
  attempt(cb, fail);
  CHECK(state_of(*registry, "api") == "open");
  env.advance(10s);
  attempt(cb, succeed);
  CHECK(state_of(*registry, "api") == "closed");
  CHECK(transitions(*registry, "closed", "open") == "1");
  CHECK(transitions(*registry, "open", "half_open") == "2");
  CHECK(transitions(*registry, "half_open", "open") == "1");
  CHECK(transitions(*registry, "half_open", "closed") == "1");
}

TEST_CASE("Follows manual commands, and catches up after a silent one") {
  const auto registry = std::make_shared<prometheus::Registry>();
  ManualEnvironment env;
  CircuitBreaker cb{config(env, {PrometheusListener{"api", registry}})};
  cb.disable();
  CHECK(state_of(*registry, "api") == "disabled");
  cb.metrics_only();
  CHECK(state_of(*registry, "api") == "metrics_only");
  cb.reset(Notify::no);
  CHECK(state_of(*registry, "api") == "metrics_only");
  cb.force_open();
  CHECK(state_of(*registry, "api") == "forced_open");
  CHECK(transitions(*registry, "closed", "disabled") == "1");
  CHECK(transitions(*registry, "disabled", "metrics_only") == "1");
  CHECK(transitions(*registry, "closed", "forced_open") == "1");
}

TEST_CASE("Breakers share a registry, and take away with them what they brought") {
  const auto registry = std::make_shared<prometheus::Registry>();
  ManualEnvironment env;
  const PrometheusListener other{"other", registry};
  {
    CircuitBreaker cb{config(env, {PrometheusListener{"api", registry}})};
    cb.disable();
    CHECK(samples(*registry).size() == 21);
    CHECK(state_of(*registry, "other") == "closed");
  }
  CHECK(samples(*registry).size() == 10);
  CHECK(state_of(*registry, "api") == "??????");
  CHECK(state_of(*registry, "other") == "closed");
  const PrometheusListener again{"api", registry};
  CHECK(state_of(*registry, "api") == "closed");
}

TEST_CASE("Copies are one listener, and the last of them takes the metrics away") {
  const auto registry = std::make_shared<prometheus::Registry>();
  std::optional<PrometheusListener> first{std::in_place, "api", registry};
  std::optional<PrometheusListener> second{first};
  first.reset();
  CHECK(state_of(*registry, "api") == "closed");
  second.reset();
  CHECK(samples(*registry).empty());
}

TEST_CASE("Listeners without a registry of their own share one") {
  const PrometheusListener listener{"of the shared registry"};
  CHECK(state_of(*PrometheusListener::shared_registry(), "of the shared registry") == "closed");
}

TEST_CASE("Refuses a second listener for a name, a null registry, and signals of another breaker") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener listener{"api", registry};
  CHECK_THROWS_WITH(
      (PrometheusListener{"api", registry}),
      "PrometheusListener: circuit_name \"api\" is in the registry already; each breaker needs a name of its own, "
      "or SameName::takes_over where it replaces the other");
  CHECK(samples(*registry).size() == 10);
  CHECK_THROWS_WITH((PrometheusListener{"api", nullptr}), "PrometheusListener: the registry is null");
  CHECK_THROWS_WITH(listener(Signal{.circuit_name = "db"}),
                    "PrometheusListener: made for the circuit breaker \"api\", told of \"db\"");
}

TEST_CASE("A name that a registry has from other code is refused, and stays as it was") {
  const auto registry = std::make_shared<prometheus::Registry>();
  auto& family = prometheus::BuildGauge()
                     .Name("circuit_breaker_state")
                     .Help("1 for the state that the circuit breaker is in, 0 for each other state")
                     .Register(*registry);
  family.Add({{"circuit_name", "api"}, {"state", "closed"}}).Set(7);
  const std::vector<std::string> before = samples(*registry);
  CHECK_THROWS_WITH((PrometheusListener{"api", registry}),
                    "PrometheusListener: circuit_name \"api\" is in the registry already, as a series of other code");
  CHECK(samples(*registry) == before);
  const PrometheusListener other{"other", registry};
  CHECK(state_of(*registry, "other") == "closed");
  CHECK(samples(*registry).size() == 11);
}

TEST_CASE("Each family says what it shows") {
  const auto helps = [](const prometheus::Collectable& collectable) {
    std::vector<std::string> all;
    for (const prometheus::MetricFamily& family : collectable.Collect())
      all.push_back(family.name + ": " + family.help);
    std::sort(all.begin(), all.end());
    return all;
  };
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener listener{"api", registry};
  CHECK(helps(*registry) ==
        std::vector<std::string>{
            "circuit_breaker_state: 1 for the state that the circuit breaker is in, 0 for each other state",
            "circuit_breaker_state_transition_total: Transitions of the circuit breaker"});

  ManualEnvironment env;
  CircuitBreaker cb{Config{.name = "api",
                           .tripper = MinRequests{10} & AvgLatency{1h},
                           .slow_threshold = 1s,
                           .environment = env,
                           .stats = CallStats{}}};
  CallCollector collector;
  const auto watch = collector.watch(cb);
  cb.call([&] { env.advance(1us); });
  CHECK(helps(collector) ==
        std::vector<std::string>{
            "circuit_breaker_calls_total: Calls through the circuit breaker: admitted or refused; of those admitted, "
            "ended as succeeded, failed or ignored; and those that were slow",
            "circuit_breaker_window_average_duration_seconds: Average duration of the calls in the window of the "
            "circuit breaker",
            "circuit_breaker_window_failure_ratio: Failures per call in the window of the circuit breaker",
            "circuit_breaker_window_slow_ratio: Slow calls per call in the window of the circuit breaker"});
}

TEST_CASE("A listener that goes takes nothing away from its successor, however close that follows") {
  const auto registry = std::make_shared<prometheus::Registry>();
  constexpr int rounds = 10'000;
  std::optional<PrometheusListener> first;
  std::barrier together{2};
  std::thread other{[&] {
    for (int round = 0; round != rounds; ++round) {
      together.arrive_and_wait();
      first.reset();
      together.arrive_and_wait();
    }
  }};
  int incomplete = 0;
  for (int round = 0; round != rounds; ++round) {
    first.emplace("api", registry);
    together.arrive_and_wait();
    std::optional<PrometheusListener> successor;
    while (!successor) {
      try {
        successor.emplace("api", registry);
      } catch (const std::invalid_argument&) {  // not gone yet
      }
    }
    together.arrive_and_wait();
    std::size_t series = 0;
    for (const prometheus::MetricFamily& family : registry->Collect()) series += family.metric.size();
    if (series != 10) ++incomplete;
  }
  other.join();
  CHECK(incomplete == 0);
}

TEST_CASE("A name with quotes, backslashes and newlines keeps the exposition in form") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener listener{"a\"b\\c\nd", registry};
  CHECK(state_of(*registry, "a\\\"b\\\\c\\nd") == "closed");
}

TEST_CASE("A name that is not UTF-8 is refused, because Prometheus would refuse the whole scrape") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CHECK_THROWS_WITH((PrometheusListener{"a\xff", registry}), "PrometheusListener: circuit_name \"a\xff\" is not UTF-8");
  CHECK(samples(*registry).empty());
  CircuitBreaker cb{Config{.name = "a\xff", .stats = CallStats{}}};
  CallCollector collector;
  CHECK_THROWS_WITH(collector.watch(cb), "CallCollector: circuit_name \"a\xff\" is not UTF-8");
  CHECK(collector.Collect().empty());
}

TEST_CASE("A collector refuses a second breaker of a name while it shows the first") {
  CircuitBreaker one{Config{.name = "api", .stats = CallStats{}}};
  CircuitBreaker two{Config{.name = "api", .stats = CallStats{}}};
  CallCollector collector;
  {
    const auto watch = collector.watch(one);
    CHECK_THROWS_WITH(collector.watch(two),
                      "CallCollector: circuit_name \"api\" is shown already; each breaker needs its own, or "
                      "SameName::takes_over where it replaces the other");
    CHECK(samples(collector).size() == 6);
  }
  const auto watch = collector.watch(two);
  CHECK(samples(collector).size() == 6);
}

TEST_CASE("Shows the calls of a breaker and the rates of its window at the moment of the scrape") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.name = "api",
                           .tracker = TypeOf<std::runtime_error>{},
                           .tripper = FailureStreak{3} | AvgLatency{1h},
                           .retry = Never{},
                           .slow_threshold = 1s,
                           .environment = env,
                           .stats = CallStats{}}};
  CallCollector collector;
  const auto watch = collector.watch(cb);
  const auto calls = [&](const std::string& outcome) {
    return value(collector, "circuit_breaker_calls_total{circuit_name=\"api\",outcome=\"" + outcome + "\"}");
  };
  CHECK(samples(collector).size() == 6);
  CHECK(calls("admitted") == "0");

  attempt(cb, [&] {
    env.advance(3s);
    return 0;
  });
  attempt(cb, fail);
  attempt(cb, fail);
  attempt(cb, succeed);
  (void)cb.try_acquire();
  CHECK(calls("admitted") == "5");
  CHECK(calls("succeeded") == "2");
  CHECK(calls("failed") == "2");
  CHECK(calls("slow") == "1");
  CHECK(calls("ignored") == "1");
  CHECK(calls("refused") == "0");
  CHECK(value(collector, "circuit_breaker_window_failure_ratio{circuit_name=\"api\"}") == "0.5");
  CHECK(value(collector, "circuit_breaker_window_slow_ratio{circuit_name=\"api\"}") == "0.25");
  CHECK(value(collector, "circuit_breaker_window_average_duration_seconds{circuit_name=\"api\"}") == "0.75");

  for (int i = 0; i != 3; ++i) attempt(cb, fail);
  attempt(cb, succeed);
  CHECK(calls("refused") == "1");
  CHECK(value(collector, "circuit_breaker_window_failure_ratio{circuit_name=\"api\"}") == "absent");
}

TEST_CASE("Shows of a breaker only what it measures") {
  CircuitBreaker plain{Config{.name = "plain"}};
  AsyncCircuitBreaker awaited{Config{.name = "awaited", .stats = CallStats{}}};
  CallCollector collector;
  CHECK(collector.Collect().empty());
  const auto watch_plain = collector.watch(plain);
  CHECK(collector.Collect().empty());
  attempt(plain, succeed);
  CHECK(samples(collector) ==
        std::vector<std::string>{"circuit_breaker_window_failure_ratio{circuit_name=\"plain\"} 0"});
  const auto watch_awaited = collector.watch(awaited);
  CHECK(samples(collector).size() == 7);
}

TEST_CASE("Takes the name from its breaker, and shows it from its making to its end") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry};
  CHECK(samples(*registry).empty());
  {
    CircuitBreaker api{Config{.name = "api", .listeners = {metrics}}};
    AsyncCircuitBreaker db{Config{.name = "db", .listeners = {metrics}}};
    CHECK(samples(*registry).size() == 20);
    CHECK(state_of(*registry, "api") == "closed");
    CHECK(transitions(*registry, "closed", "open") == "0");
    api.force_open();
    CHECK(state_of(*registry, "api") == "forced_open");
    CHECK(state_of(*registry, "db") == "closed");
    db.disable();
    CHECK(state_of(*registry, "db") == "disabled");
  }
  CHECK(samples(*registry).empty());
  CircuitBreaker again{Config{.name = "api", .listeners = {metrics}}};
  CHECK(state_of(*registry, "api") == "closed");
  CHECK_THROWS_WITH(PrometheusListener{std::shared_ptr<prometheus::Registry>{}},
                    "PrometheusListener: the registry is null");
  CircuitBreaker shared{Config{.name = "of the shared one", .listeners = {PrometheusListener{}}}};
  CHECK(state_of(*PrometheusListener::shared_registry(), "of the shared one") == "closed");
}

TEST_CASE("A breaker with another name than its listener's is refused, and nothing is left behind") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const auto make = [&] {
    return Config{.name = "payment",
                  .listeners = {PrometheusListener{registry}, PrometheusListener{"paymnet", registry}}};
  };
  const char* const sentence = "PrometheusListener: made for the circuit breaker \"paymnet\", given to \"payment\"";
  CHECK_THROWS_AS(CircuitBreaker{make()}, std::invalid_argument);
  CHECK_THROWS_WITH(CircuitBreaker{make()}, sentence);
  CHECK_THROWS_WITH(AsyncCircuitBreaker{make()}, sentence);
  CHECK(samples(*registry).empty());
}

TEST_CASE("A second breaker of a name is refused, and the first goes on as before") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const auto make = [&](const PrometheusListener& listener) { return Config{.name = "api", .listeners = {listener}}; };
  const char* const sentence =
      "PrometheusListener: circuit_name \"api\" is in the registry already; each breaker needs a name of its own, or "
      "SameName::takes_over where it replaces the other";
  const PrometheusListener unnamed{registry};
  {
    CircuitBreaker first{make(unnamed)};
    first.disable();
    CHECK_THROWS_WITH(CircuitBreaker{make(unnamed)}, sentence);
    CHECK_THROWS_WITH(CircuitBreaker{make(PrometheusListener{registry})}, sentence);
    CHECK_THROWS_WITH((PrometheusListener{"api", registry}), sentence);
    CHECK(state_of(*registry, "api") == "disabled");
    first.reset();
    CHECK(state_of(*registry, "api") == "closed");
  }
  const PrometheusListener named{"api", registry};
  {
    CircuitBreaker first{make(named)};
    CHECK_THROWS_WITH(CircuitBreaker{make(named)}, sentence);
    CHECK_THROWS_WITH(CircuitBreaker{make(unnamed)}, sentence);
    first.disable();
    CHECK(state_of(*registry, "api") == "disabled");
  }
  CircuitBreaker second{make(named)};  // one behind another is no mistake
  CHECK(state_of(*registry, "api") == "closed");
  CHECK(samples(*registry).size() == 11);
  CHECK_THROWS_WITH((CircuitBreaker{Config{.name = "a\xff", .listeners = {unnamed}}}),
                    "PrometheusListener: circuit_name \"a\xff\" is not UTF-8");
  CHECK(samples(*registry).size() == 11);
}

TEST_CASE("A named listener that takes over is for several breakers of its name, of which the newest is shown") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener named{"api", registry, SameName::takes_over};
  const auto make = [&] { return Config{.name = "api", .listeners = {named}}; };
  CircuitBreaker first{make()};
  first.disable();
  CHECK(state_of(*registry, "api") == "disabled");
  {
    CircuitBreaker second{make()};
    CHECK(state_of(*registry, "api") == "closed");
    second.force_open();
    first.reset();
    CHECK(state_of(*registry, "api") == "forced_open");
  }
  CHECK(state_of(*registry, "api") == "closed");
}

TEST_CASE("One listener by reference is for one breaker") {
  const auto registry = std::make_shared<prometheus::Registry>();
  PrometheusListener kept{registry};
  CircuitBreaker api{Config{.name = "api", .listeners = {std::ref(kept)}}};
  CHECK_THROWS_WITH((CircuitBreaker{Config{.name = "db", .listeners = {std::ref(kept)}}}),
                    "PrometheusListener: of use to the circuit breaker \"api\" already, given to \"db\"; give each "
                    "breaker a copy of one that is not");
  api.disable();
  CHECK(state_of(*registry, "api") == "disabled");
  CHECK(samples(*registry).size() == 11);
}

TEST_CASE("A breaker is replaced while it is used: the new one is shown from its making on") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CallCollector collector;
  const bool by_name = GENERATE(false, true);
  const auto make = [&] {
    const PrometheusListener listener = by_name ? PrometheusListener{"api", registry, SameName::takes_over}
                                                : PrometheusListener{registry, SameName::takes_over};
    return std::make_unique<
        CircuitBreaker<CountWindow, All, FailureStreak, Cooldown, RampUp, SystemEnvironment, CallStats>>(
        Config{.name = "api",
               .tripper = FailureStreak{1},
               .retry = Cooldown{1h},
               .permit = RampUp{0.5, 1.0, 1h},
               .listeners = {listener},
               .stats = CallStats{}});
  };
  const auto admitted = [&] {
    return value(collector, "circuit_breaker_calls_total{circuit_name=\"api\",outcome=\"admitted\"}");
  };
  auto old = make();
  std::optional<CallCollector::Watch> old_watch{collector.watch(*old)};
  attempt(*old, fail);
  CHECK(state_of(*registry, "api") == "open");
  CHECK(admitted() == "1");

  auto fresh = make();
  std::optional<CallCollector::Watch> watch{collector.watch(*fresh, SameName::takes_over)};
  CHECK(state_of(*registry, "api") == "closed");
  CHECK(admitted() == "0");
  CHECK(samples(*registry).size() == 10);
  old->reset();
  attempt(*old, fail);  // late, and not shown
  CHECK(state_of(*registry, "api") == "closed");
  CHECK(transitions(*registry, "closed", "open") == "2");

  SECTION("the old one goes, as it should") {
    old_watch.reset();
    old.reset();
    CHECK(state_of(*registry, "api") == "closed");
    attempt(*fresh, fail);
    CHECK(state_of(*registry, "api") == "open");
    CHECK(transitions(*registry, "closed", "open") == "3");
    CHECK(admitted() == "1");
    watch.reset();
    fresh.reset();
    CHECK(samples(*registry).empty());
    CHECK(collector.Collect().empty());
  }
  SECTION("the new one goes first, because it was not wanted after all") {
    watch.reset();
    fresh.reset();
    CHECK(state_of(*registry, "api") == "open");
    CHECK(admitted() == "2");
    old->disable();
    CHECK(state_of(*registry, "api") == "disabled");
  }
}

TEST_CASE("While breakers of a name come, go and move, the gauge ends with the newest") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry, SameName::takes_over};
  const auto make = [&] { return std::make_unique<CircuitBreaker<>>(Config{.name = "api", .listeners = {metrics}}); };
  const auto old = make();
  std::atomic<bool> done{false};
  std::thread other{[&] {
    for (int i = 0; !done.load(); ++i) i % 2 == 0 ? old->disable() : old->reset();
  }};
  int wrong = 0;
  for (int round = 0; round != 2'000; ++round) {
    const auto newer = make();
    newer->force_open();
    if (round % 50 == 0 && state_of(*registry, "api") != "forced_open") ++wrong;
  }
  done = true;
  other.join();
  CHECK(wrong == 0);
  CHECK(state_of(*registry, "api") == to_string(old->state()));
}

TEST_CASE("Behind one Background each breaker has its series, for as long as it lives") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const Background background{PrometheusListener{registry}};
  {
    CircuitBreaker api{Config{.name = "api", .listeners = {background}}};
    {
      CircuitBreaker db{Config{.name = "db", .listeners = {background}}};
      CHECK(state_of(*registry, "api") == "closed");
      CHECK(state_of(*registry, "db") == "closed");
      CHECK_THROWS_AS((CircuitBreaker{Config{.name = "db", .listeners = {background}}}), std::invalid_argument);
    }
    CHECK(state_of(*registry, "db") == "??????");
    api.disable();
    CHECK(background.close());
    CHECK(state_of(*registry, "api") == "disabled");
  }
  CHECK(samples(*registry).empty());
}

TEST_CASE("A breaker made before a fork goes through an outage in the child, whatever a scrape had locked") {
  const auto registry = std::make_shared<prometheus::Registry>();
  ManualEnvironment env;
  CircuitBreaker cb{config(env, {PrometheusListener{registry}})};
  std::atomic<bool> done{false};
  std::thread scraper{[&] {
    while (!done.load()) (void)registry->Collect();
  }};
  int well = 0;
  constexpr int children = 40;
  for (int i = 0; i != children; ++i) {
    well += end_of_child([&] {
              for (const auto outcome : {fail, fail, fail}) attempt(cb, outcome);
              env.advance(10s);
              attempt(cb, succeed);
              return cb.state() == State::closed && cb.info().listener_errors == 0;
            }) == "well";
  }
  done = true;
  scraper.join();
  CHECK(well == children);
  CHECK(transitions(*registry, "closed", "open") == "0");
  CHECK(state_of(*registry, "api") == "closed");
}

TEST_CASE("One without a name that hides in a lambda says so, and the error is counted") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry};
  std::string told;
  CircuitBreaker api{Config{.name = "api",
                            .listeners = {[metrics](const Signal& signal) { metrics(signal); }},
                            .on_listener_error = [&](const Signal&, const std::exception_ptr& error) {
                              try {
                                std::rethrow_exception(error);
                              } catch (const std::exception& caught) {
                                told = caught.what();
                              }
                            }}};
  api.disable();
  CHECK(told ==
        "PrometheusListener: told of \"api\" without having been attached to it; put it into Config::listeners itself "
        "rather than into a lambda, or name the circuit breaker where you make it");
  CHECK(api.info().listener_errors == 1);
}

TEST_CASE("Every series of a breaker has its labels, and breakers with other labels share the families") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CallCollector collector;
  {
    CircuitBreaker api{Config{.name = "api",
                              .labels = {{"team", "pay"}, {"a_region", "eu"}},
                              .tripper = MinRequests{10} & AvgLatency{1h},
                              .slow_threshold = 1s,
                              .listeners = {PrometheusListener{registry}},
                              .stats = CallStats{}}};
    CircuitBreaker db{Config{.name = "db", .labels = {{"shard", "7"}}, .listeners = {PrometheusListener{registry}}}};
    const CircuitBreaker plain{Config{.name = "plain", .listeners = {PrometheusListener{registry}}}};
    const auto watch = collector.watch(api);
    const auto watch_db = collector.watch(db);
    attempt(api, succeed);
    attempt(db, succeed);
    api.disable();
    api.metrics_only();
    attempt(api, succeed);
    const prometheus::Labels of_api{{"circuit_name", "api"}, {"team", "pay"}, {"a_region", "eu"}};
    const prometheus::Labels of_db{{"circuit_name", "db"}, {"shard", "7"}};
    CHECK(label_sets(*registry) == std::set<prometheus::Labels>{of_api, of_db, {{"circuit_name", "plain"}}});
    CHECK(label_sets(collector) == std::set<prometheus::Labels>{of_api, of_db});
    CHECK(shown(*registry, of_api) == "metrics_only");
    CHECK(shown(*registry, of_db) == "closed");
    CHECK(samples(*registry).size() == 32);
    CHECK(value(collector,
                R"(circuit_breaker_calls_total{circuit_name="api",team="pay",a_region="eu",outcome="admitted"})") ==
          "2");
    CHECK(value(collector, R"(circuit_breaker_window_failure_ratio{circuit_name="db",shard="7"})") == "0");
  }
  CHECK(samples(*registry).empty());
  CHECK(samples(collector).empty());
}

TEST_CASE("Values of labels keep the exposition in form, whatever they are") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CallCollector collector;
  const std::string text = std::string{"a\"b\\c\nd}\0", 9} + std::string(10'000, 'x');
  const CircuitBreaker cb{Config{
      .name = "api", .labels = {{"team", text}}, .listeners = {PrometheusListener{registry}}, .stats = CallStats{}}};
  const auto watch = collector.watch(cb);
  const std::string escaped = std::string{R"(a\"b\\c\nd})"} + '\0' + std::string(10'000, 'x');
  CHECK(value(*registry, "circuit_breaker_state{circuit_name=\"api\",state=\"closed\",team=\"" + escaped + "\"}") ==
        "1");
  CHECK(value(collector, "circuit_breaker_calls_total{circuit_name=\"api\",team=\"" + escaped +
                             "\",outcome=\"admitted\"}") == "0");
}

TEST_CASE("A label that is not UTF-8 is refused, because Prometheus would refuse the whole scrape") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const auto make = [&] {
    return Config{.name = "api", .labels = {{"a", "b"}, {"team", "\xff"}}, .listeners = {PrometheusListener{registry}}};
  };
  CHECK_THROWS_WITH(CircuitBreaker{make()},
                    "PrometheusListener: circuit_name \"api\": the value \"\xff\" of label \"team\" is not UTF-8");
  CHECK(samples(*registry).empty());
  const CircuitBreaker cb{Config{.name = "api", .labels = {{"team", "\xff"}}}};
  CallCollector collector;
  CHECK_THROWS_WITH(collector.watch(cb),
                    "CallCollector: circuit_name \"api\": the value \"\xff\" of label \"team\" is not UTF-8");
}

TEST_CASE("A label without a value is left out, as Prometheus takes it for absent") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CallCollector collector;
  const CircuitBreaker cb{Config{.name = "api",
                                 .labels = {{"team", ""}, {"region", "eu"}},
                                 .listeners = {PrometheusListener{registry}},
                                 .stats = CallStats{}}};
  const auto watch = collector.watch(cb);
  const std::set<prometheus::Labels> expected{{{"circuit_name", "api"}, {"region", "eu"}}};
  CHECK(label_sets(*registry) == expected);
  CHECK(label_sets(collector) == expected);
}

TEST_CASE("A listener for a name is for the labels that it is given, in any order") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{"api", Labels{{"team", "pay"}, {"region", "eu"}}, registry};
  const prometheus::Labels labels{{"circuit_name", "api"}, {"team", "pay"}, {"region", "eu"}};
  CHECK(shown(*registry, labels) == "closed");
  CHECK(label_sets(*registry).size() == 1);
  {
    CircuitBreaker cb{Config{.name = "api", .labels = {{"region", "eu"}, {"team", "pay"}}, .listeners = {metrics}}};
    cb.disable();
    CHECK(shown(*registry, labels) == "disabled");
  }
  CircuitBreaker hidden{Config{.name = "api",
                               .labels = {{"team", "pay"}, {"region", "eu"}},
                               .listeners = {[metrics](const Signal& signal) { metrics(signal); }}}};
  hidden.force_open();
  CHECK(shown(*registry, labels) == "forced_open");
  CHECK(hidden.info().listener_errors == 0);
}

TEST_CASE("A breaker with other labels than its listener's is refused, by name and by signal") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{"api", Labels{{"team", "pay"}}, registry};
  CHECK_THROWS_WITH(
      (CircuitBreaker{Config{.name = "api", .listeners = {metrics}}}),
      "PrometheusListener: made for the circuit breaker \"api\" with the labels {team=\"pay\"}, which has "
      "{}; name its labels where you make it");
  CHECK_THROWS_WITH(
      (CircuitBreaker{Config{.name = "api", .labels = {{"team", "ops"}}, .listeners = {metrics}}}),
      "PrometheusListener: made for the circuit breaker \"api\" with the labels {team=\"pay\"}, which has "
      "{team=\"ops\"}; name its labels where you make it");
  CHECK_THROWS_WITH(
      (CircuitBreaker{Config{.name = "api", .labels = {{"team", "pay"}, {"a", "b"}}, .listeners = {metrics}}}),
      "PrometheusListener: made for the circuit breaker \"api\" with the labels {team=\"pay\"}, which has "
      "{team=\"pay\", a=\"b\"}; name its labels where you make it");
  CHECK_THROWS_AS(metrics(Signal{.circuit_name = "api"}), std::invalid_argument);
  const CircuitBreaker fits{Config{.name = "api", .labels = {{"team", "pay"}}, .listeners = {metrics}}};
  CHECK(shown(*registry, {{"circuit_name", "api"}, {"team", "pay"}}) == "closed");

  CHECK_THROWS_WITH((PrometheusListener{"db", Labels{{"state", "x"}}, registry}),
                    "PrometheusListener: circuit_name \"db\": labels: key \"state\" is not allowed: the library's own "
                    "are circuit_name, state, old_state, new_state and outcome");
  CHECK_THROWS_WITH((PrometheusListener{"db", Labels{{"team", "\xff"}}, registry}),
                    "PrometheusListener: circuit_name \"db\": the value \"\xff\" of label \"team\" is not UTF-8");
  CHECK(samples(*registry).size() == 10);
}

TEST_CASE("Labels do not make a second breaker of a name: it is refused as without them") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry};
  const CircuitBreaker first{Config{.name = "api", .labels = {{"team", "pay"}}, .listeners = {metrics}}};
  CHECK_THROWS_AS((CircuitBreaker{Config{.name = "api", .labels = {{"team", "ops"}}, .listeners = {metrics}}}),
                  std::invalid_argument);
  CHECK(shown(*registry, {{"circuit_name", "api"}, {"team", "pay"}}) == "closed");
  CHECK(samples(*registry).size() == 10);
}

TEST_CASE("A breaker that takes over with other labels is shown by them, and the gauge of the old one is 0") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CallCollector collector;
  const PrometheusListener metrics{registry, SameName::takes_over};
  const auto make = [&](const Labels& labels) {
    return std::make_unique<CircuitBreaker<CountWindow, All, FailureStreak>>(
        Config{.name = "api", .labels = labels, .tripper = FailureStreak{1}, .listeners = {metrics}});
  };
  const prometheus::Labels v1{{"circuit_name", "api"}, {"version", "1"}};
  const prometheus::Labels v2{{"circuit_name", "api"}, {"version", "2"}};
  auto old = make({{"version", "1"}});
  attempt(*old, fail);
  std::optional<CallCollector::Watch> old_watch{collector.watch(*old)};
  CHECK(shown(*registry, v1) == "open");

  auto fresh = make({{"version", "2"}});
  std::optional<CallCollector::Watch> watch{collector.watch(*fresh, SameName::takes_over)};
  attempt(*fresh, fail);
  fresh->reset();
  attempt(*fresh, succeed);
  CHECK(shown(*registry, v1) == "none");
  CHECK(shown(*registry, v2) == "closed");
  CHECK(label_sets(collector) == std::set<prometheus::Labels>{v2});
  old->reset();  // late: counted, and not shown
  CHECK(shown(*registry, v1) == "none");
  const std::string closings = R"(circuit_breaker_state_transition_total{circuit_name="api",new_state="closed",)"
                               R"(old_state="open",version="1"})";
  CHECK(value(*registry, closings) == "1");

  SECTION("the old one goes, as it should, with all of its series") {
    old_watch.reset();
    old.reset();
    CHECK(label_sets(*registry) == std::set<prometheus::Labels>{v2});
    CHECK(shown(*registry, v2) == "closed");
    watch.reset();
    fresh.reset();
    CHECK(samples(*registry).empty());
  }
  SECTION("the new one goes first, and the old one is shown again") {
    old->disable();
    watch.reset();
    fresh.reset();
    CHECK(label_sets(*registry) == std::set<prometheus::Labels>{v1});
    CHECK(shown(*registry, v1) == "disabled");
    old->reset();
    CHECK(shown(*registry, v1) == "closed");
  }
  SECTION("a third one with the labels of the first shares its series") {
    auto third = make({{"version", "1"}});
    CHECK(shown(*registry, v1) == "closed");
    CHECK(shown(*registry, v2) == "none");
    third->force_open();
    watch.reset();
    fresh.reset();
    CHECK(shown(*registry, v1) == "forced_open");
    CHECK(shown(*registry, v2) == "absent");
    old_watch.reset();
    old.reset();
    CHECK(shown(*registry, v1) == "forced_open");
    third.reset();
    CHECK(samples(*registry).empty());
  }
  SECTION("when a third one ends, what it hid is shown by the labels of the second") {
    auto third = make({{"version", "1"}});
    fresh->disable();
    CHECK(shown(*registry, v2) == "none");
    third.reset();
    CHECK(shown(*registry, v1) == "none");
    CHECK(shown(*registry, v2) == "disabled");
  }
}

TEST_CASE("Labels in another order, or without a value, are those of the breaker that is replaced") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry, SameName::takes_over};
  const CircuitBreaker old{
      Config{.name = "api", .labels = {{"team", "pay"}, {"region", "eu"}}, .listeners = {metrics}}};
  CircuitBreaker fresh{
      Config{.name = "api", .labels = {{"region", "eu"}, {"none", ""}, {"team", "pay"}}, .listeners = {metrics}}};
  fresh.disable();
  CHECK(label_sets(*registry).size() == 1);
  CHECK(shown(*registry, {{"circuit_name", "api"}, {"team", "pay"}, {"region", "eu"}}) == "disabled");
}

TEST_CASE("While breakers of a name with other labels come, go and move, only the newest is shown in the end") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry, SameName::takes_over};
  const auto make = [&](const Labels& labels) {
    return std::make_unique<CircuitBreaker<>>(Config{.name = "api", .labels = labels, .listeners = {metrics}});
  };
  const prometheus::Labels of_old{{"circuit_name", "api"}};
  const prometheus::Labels of_newer{{"circuit_name", "api"}, {"version", "2"}};
  const auto old = make({});
  std::atomic<bool> done{false};
  std::thread other{[&] {
    for (int i = 0; !done.load(); ++i) i % 2 == 0 ? old->disable() : old->reset();
  }};
  int wrong = 0;
  for (int round = 0; round != 1'000; ++round) {
    const auto newer = make({{"version", "2"}});
    newer->force_open();
    if (round % 50 == 0 && shown(*registry, of_newer) != "forced_open") ++wrong;
  }
  const auto newest = make({{"version", "2"}});
  done = true;
  other.join();
  CHECK(wrong == 0);
  CHECK(shown(*registry, of_old) == "none");
  CHECK(shown(*registry, of_newer) == "closed");
}

template <class Breaker>
concept Watched =
    requires(CallCollector collector, Breaker&& breaker) { collector.watch(std::forward<Breaker>(breaker)); };

static_assert(Watched<CircuitBreaker<>&> && Watched<const AsyncCircuitBreaker<>&>);
static_assert(!Watched<CircuitBreaker<>> && !Watched<const AsyncCircuitBreaker<>>, "a temporary would dangle");

TEST_CASE("A watch ends with its object, is moved, and may outlive the collector") {
  CircuitBreaker cb{Config{.name = "api", .stats = CallStats{}}};
  std::optional<CallCollector> collector{std::in_place};
  {
    auto watch = collector->watch(cb);
    CHECK(samples(*collector).size() == 6);
    auto moved = std::move(watch);
    CHECK(samples(*collector).size() == 6);
  }
  CHECK(samples(*collector).empty());
  const auto watch = collector->watch(cb);
  collector.reset();
}

TEST_CASE("A watch that is assigned another one ends what it watched, and watches that") {
  CircuitBreaker one{Config{.name = "one", .stats = CallStats{}}};
  CircuitBreaker two{Config{.name = "two", .stats = CallStats{}}};
  CallCollector collector;
  const auto shown = [&] {
    const auto has = [&](const std::string& name) {
      return value(collector, "circuit_breaker_calls_total{circuit_name=\"" + name + "\",outcome=\"admitted\"}") == "0";
    };
    return std::string{has("one") ? "one" : ""} + (has("two") ? "two" : "");
  };
  auto watch = collector.watch(one);
  {
    auto other = collector.watch(two);
    CHECK(shown() == "onetwo");
    watch = std::move(other);
    CHECK(shown() == "two");
  }
  CHECK(shown() == "two");
  auto& same = watch;
  watch = std::move(same);
  CHECK(shown() == "two");
  watch = collector.watch(one);
  CHECK(shown() == "one");
  const auto again = collector.watch(two);
  CHECK(shown() == "onetwo");
}

TEST_CASE("Is scraped while breakers come, go and change their states") {
  const auto registry = std::make_shared<prometheus::Registry>();
  CallCollector collector;
  std::atomic<bool> done{false};
  std::thread scraper{[&] {
    while (!done.load()) {
      (void)exposition(*registry);
      (void)exposition(collector);
    }
  }};
  std::vector<std::thread> owners;
  for (int t = 0; t != 3; ++t) {
    owners.emplace_back([&, t] {
      for (int i = 0; i != 50; ++i) {
        const std::string name = std::to_string(t);
        CircuitBreaker cb{
            Config{.name = name, .listeners = {PrometheusListener{name, registry}}, .stats = CallStats{}}};
        const auto watch = collector.watch(cb);
        attempt(cb, succeed);
        cb.disable();
        cb.reset();
      }
    });
  }
  for (std::thread& owner : owners) owner.join();
  done.store(true);
  scraper.join();
  CHECK(samples(*registry).empty());
  CHECK(samples(collector).empty());
}

namespace {
/// The group of a host: its zone.
std::string zone_of(const std::string& host) { return host.substr(0, host.find('-')); }

bool shows(const prometheus::Collectable& collector, const std::string& line) {
  const std::vector<std::string> lines = samples(collector);
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}
}  // namespace

TEST_CASE("a registry is shown in as many series as its keys have names") {
  ManualEnvironment env;
  CircuitBreakerRegistry peers{[&](const std::string& host) {
    return Config{
        .name = host, .tripper = FailureStreak{1}, .slow_threshold = 1s, .environment = env, .stats = CallStats{}};
  }};
  CallCollector collector;
  const auto watch = collector.watch(peers, zone_of);
  CHECK(samples(collector).empty());
  const auto call = [&] { env.advance(2s); };
  (void)peers.try_call("east-1", call);
  (void)peers.try_call("east-2", call);
  (void)peers.try_call("east-2", [] {});
  peers["west-1"]->try_acquire().failure();
  (void)peers.try_call("west-1", call);
  CHECK(shows(collector, "circuit_breaker_calls_total{circuit_name=\"east\",outcome=\"succeeded\"} 3"));
  CHECK(shows(collector, "circuit_breaker_calls_total{circuit_name=\"east\",outcome=\"slow\"} 2"));
  CHECK(shows(collector, "circuit_breaker_calls_total{circuit_name=\"west\",outcome=\"refused\"} 1"));
  CHECK(shows(collector, "circuit_breaker_breakers{circuit_name=\"east\",state=\"closed\"} 2"));
  CHECK(shows(collector, "circuit_breaker_breakers{circuit_name=\"east\",state=\"open\"} 0"));
  CHECK(shows(collector, "circuit_breaker_breakers{circuit_name=\"west\",state=\"open\"} 1"));
  CHECK(shows(collector, "circuit_breaker_window_failure_ratio{circuit_name=\"east\"} 0"));
  const std::size_t count = samples(collector).size();
  for (int i = 0; i != 50; ++i) (void)peers.try_call("east-" + std::to_string(i), call);
  CHECK(samples(collector).size() == count);
}

TEST_CASE("the windows of a group are added up") {
  ManualEnvironment env;
  CircuitBreakerRegistry peers{[&](const std::string& host) {
    return Config{.name = host, .tripper = Manual{} | AvgLatency{1h}, .slow_threshold = 1s, .environment = env};
  }};
  CallCollector collector;
  const auto watch = collector.watch(peers, zone_of);
  (void)peers.try_call("east-1", [&] { env.advance(4s); });
  (void)peers.try_call("east-2", [] {});
  peers["east-2"]->try_acquire().failure();
  peers["east-2"]->try_acquire().failure();
  CHECK(shows(collector, "circuit_breaker_window_failure_ratio{circuit_name=\"east\"} 0.5"));
  CHECK(shows(collector, "circuit_breaker_window_slow_ratio{circuit_name=\"east\"} 0.25"));
  CHECK(shows(collector, "circuit_breaker_window_average_duration_seconds{circuit_name=\"east\"} 1"));
}

TEST_CASE("the counters of a group do not decrease when its breakers go") {
  CircuitBreakerRegistry peers{[](const std::string& host) { return Config{.name = host, .stats = CallStats{}}; }};
  CallCollector collector;
  const auto watch = collector.watch(peers, zone_of);
  const auto succeeded = [&](int count) {
    return shows(collector,
                 "circuit_breaker_calls_total{circuit_name=\"east\",outcome=\"succeeded\"} " + std::to_string(count));
  };
  for (int i = 0; i != 3; ++i) (void)peers.try_call("east-1", [] {});
  (void)peers.try_call("east-2", [] {});
  CHECK(succeeded(4));
  CHECK(peers.erase("east-1"));
  CHECK(succeeded(4));
  (void)peers.try_call("east-1", [] {});  // a new breaker
  CHECK(succeeded(5));
  CHECK(peers.erase("east-1"));
  CHECK(peers.erase("east-2"));
  CHECK(succeeded(5));
  (void)peers.try_call("east-1", [] {});
  CHECK(succeeded(6));
}

TEST_CASE("a registry is shown as long as it is watched, beside single breakers") {
  CircuitBreakerRegistry peers{[](const std::string& host) { return Config{.name = host}; }};
  CircuitBreaker single{Config{.name = "single", .stats = CallStats{}}};
  CallCollector collector;
  const auto watch_single = collector.watch(single);
  std::optional<CallCollector::Watch> watch{collector.watch(peers, zone_of)};
  (void)peers.try_call("east-1", [] {});
  CHECK(shows(collector, "circuit_breaker_breakers{circuit_name=\"east\",state=\"closed\"} 1"));
  CHECK(shows(collector, "circuit_breaker_calls_total{circuit_name=\"single\",outcome=\"admitted\"} 0"));
  watch.reset();
  CHECK_FALSE(shows(collector, "circuit_breaker_breakers{circuit_name=\"east\",state=\"closed\"} 1"));
  CHECK(shows(collector, "circuit_breaker_calls_total{circuit_name=\"single\",outcome=\"admitted\"} 0"));
}
