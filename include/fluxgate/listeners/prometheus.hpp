// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Metrics for Prometheus, by prometheus-cpp: a breaker's state, its transitions, and its calls.
///
/// Names follow https://prometheus.io/docs/practices/naming/; docs/monitoring has a dashboard and alerts for them.

#ifndef FLUXGATE_LISTENERS_PROMETHEUS_HPP
#define FLUXGATE_LISTENERS_PROMETHEUS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>
#include <prometheus/registry.h>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/listeners/prometheus_groups.hpp>
#include <fluxgate/listeners/prometheus_series.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Keeps the state and the transitions of a breaker in a registry of prometheus-cpp:
///
/// - gauge `circuit_breaker_state{circuit_name,state}`: 1 for the state the breaker is in and 0 for each other;
/// - counter `circuit_breaker_state_transition_total{circuit_name,old_state,new_state}`.
///
/// `PrometheusListener{registry}` takes the name from its breaker. It may serve any number of breakers: each has its
/// own series, from its construction to its destruction. `PrometheusListener{"payment", registry}` has its series from
/// its own construction on. It serves a breaker of that name, one at a time; its copies are one listener.
///
/// Each series also has the labels of its breaker (`Config::labels`), except those without a value, which Prometheus
/// takes for absent. `PrometheusListener{"payment", Labels{{"team", "pay"}}, registry}` is for a breaker of that name
/// with these labels.
///
/// The series of all states exist from the beginning, and so do those of the transitions that a breaker makes by
/// itself: the first of each then shows as an increase. Transitions that are not announced (`Notify::no`) show with the
/// next announced one.
///
/// A second breaker of the same name in one registry is refused, unless its listener has `SameName::takes_over`. Then
/// both are counted, and the gauge shows the newer one while it exists and the older one after that. So a breaker can
/// be replaced while it is in use: make the new one, let the callers change over, destroy the old one. If their labels
/// differ, each has series of its own, and the gauge of the one that is not shown is 0 for each state.
///
/// A transition costs a few atomic operations. The first of a kind that no breaker makes by itself also costs a lookup
/// under the lock of the registry's family, which a scrape holds while it copies the family.
class PrometheusListener {
 public:
  /// The registry of all listeners that are given none. Register it with an Exposer, or write it out with a serializer.
  static std::shared_ptr<prometheus::Registry> shared_registry() {
    static const std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
    return registry;
  }

  /// For breakers of any name. @throws std::invalid_argument if `registry` is null
  explicit PrometheusListener(std::shared_ptr<prometheus::Registry> registry = shared_registry(),
                              SameName same_name = SameName::refused)
      : registry_{required(std::move(registry))}, same_name_{same_name} {}

  /// For a breaker named `circuit_name`, without labels. @throws std::invalid_argument if `registry` is null, if it
  /// holds a breaker of that name already and `same_name` refuses a second one, or if the name is not UTF-8
  explicit PrometheusListener(std::string circuit_name,
                              std::shared_ptr<prometheus::Registry> registry = shared_registry(),
                              SameName same_name = SameName::refused)
      : PrometheusListener{std::move(circuit_name), Labels{}, std::move(registry), same_name} {}

  /// For a breaker named `circuit_name` with these labels. @throws as the one without labels; also for labels that the
  /// constructor of a breaker refuses, or with a value that is not UTF-8
  PrometheusListener(std::string circuit_name, Labels labels,
                     std::shared_ptr<prometheus::Registry> registry = shared_registry(),
                     SameName same_name = SameName::refused)
      : PrometheusListener{std::move(registry), same_name} {
    user_ = std::make_shared<User>(std::move(circuit_name), std::move(labels), registry_, same_name_);
    named_ = true;
  }

  /// Begins to show the breaker. Breakers call this themselves.
  /// @throws std::invalid_argument if this was made for a breaker of another name or with other labels; if it serves
  /// another breaker, or the registry holds one of that name, and a second one is refused; or if the name or the value
  /// of a label is not UTF-8
  void attach(const Info& info) {
    if (named_ && info.name != user_->circuit_name()) {
      detail::refuse(detail::concat({"PrometheusListener: made for the circuit breaker \"", user_->circuit_name(),
                                     "\", given to \"", info.name, "\""}));
    }
    if (named_) require_labels(info.labels);
    if (named_ && user_->claim()) {
      // Claimed until the breaker that owns this copy is destroyed.
      user_ = std::shared_ptr<User>{user_.get(), [user = user_](User*) { user->give_back(); }};
    } else {
      if (!named_ && user_ != nullptr) {
        detail::refuse(
            detail::concat({"PrometheusListener: of use to the circuit breaker \"", user_->circuit_name(),
                            "\" already, given to \"", info.name, "\"; give each breaker a copy of one that is not"}));
      }
      user_ = std::make_shared<User>(info.name, info.labels, registry_, same_name_);
    }
    user_->follow(info.state);
  }

  /// Shows the new state and counts the transition.
  /// @throws std::invalid_argument if the signal is of a breaker with another name or other labels, or if this has no
  /// name and was not attached
  void operator()(const Signal& signal) const {
    if (user_ == nullptr) {
      detail::refuse(
          detail::concat({"PrometheusListener: told of \"", signal.circuit_name,
                          "\" without having been attached to it; put it into Config::listeners itself rather "
                          "than into a lambda, or name the circuit breaker where you make it"}));
    }
    if (signal.circuit_name != user_->circuit_name()) {
      detail::refuse(detail::concat({"PrometheusListener: made for the circuit breaker \"", user_->circuit_name(),
                                     "\", told of \"", signal.circuit_name, "\""}));
    }
    require_labels(signal.labels);
    user_->follow(signal.new_state);
    user_->count(signal.old_state, signal.new_state);
  }

 private:
  using User = detail::PrometheusUser;

  void require_labels(const Labels& labels) const {
    if (user_->has(labels)) return;
    detail::refuse(detail::concat({"PrometheusListener: made for the circuit breaker \"", user_->circuit_name(),
                                   "\" with the labels {", detail::text(user_->labels()), "}, which has {",
                                   detail::text(labels), "}; name its labels where you make it"}));
  }

  static std::shared_ptr<prometheus::Registry> required(std::shared_ptr<prometheus::Registry> registry) {
    if (registry == nullptr) detail::refuse("PrometheusListener: the registry is null");
    return registry;
  }

  std::shared_ptr<prometheus::Registry> registry_;
  SameName same_name_;
  bool named_ = false;
  std::shared_ptr<User> user_;  // null without a name, until attached
};

static_assert(AttachableListener<PrometheusListener>);

/// Shows the calls of breakers to Prometheus: reads them at each scrape, and does nothing between scrapes.
///
/// For a breaker with `Config{.stats = CallStats{}}`: counter `circuit_breaker_calls_total{circuit_name,outcome}`,
/// whose outcomes are the members of CallCounts. Every call is `admitted` or `refused`; an admitted one ends as
/// `succeeded`, `failed` or `ignored`; `slow` calls are counted again. For any breaker, about the calls in its window,
/// and absent while it has none:
///
/// - gauge `circuit_breaker_window_failure_ratio{circuit_name}`,
/// - gauge `circuit_breaker_window_slow_ratio{circuit_name}`: with a `slow_threshold`,
/// - gauge `circuit_breaker_window_average_duration_seconds{circuit_name}`: where durations are summed (`AvgLatency`).
///
/// Each series also has the labels of its breaker, as those of PrometheusListener do.
///
/// Any member may be called from any thread. Register it with an Exposer, or collect beside a registry.
class CallCollector : public prometheus::Collectable {
  struct Scrape;
  using Reader = std::function<void(Scrape&)>;
  using Readers = std::list<Reader>;  // of breakers of one name; the newest, last, is shown

  struct Watched {
    std::mutex mutex;  // held during a scrape, so that none is under way after a watch has ended
    std::map<std::string, Readers> by_name;
    Readers registries;
  };
  using Name = std::map<std::string, Readers>::iterator;

 public:
  /// Shows a breaker while this object exists. Must end before the breaker; may outlive the collector.
  class [[nodiscard]] Watch {
   public:
    Watch(Watch&& other) noexcept : watched_{std::move(other.watched_)}, name_{other.name_}, reader_{other.reader_} {}
    Watch& operator=(Watch&& other) noexcept {
      if (this != &other) {
        end();
        watched_ = std::move(other.watched_);
        name_ = other.name_;
        reader_ = other.reader_;
      }
      return *this;
    }
    /// Waits for a scrape in progress.
    ~Watch() { end(); }

   private:
    friend CallCollector;
    Watch(std::shared_ptr<Watched> watched, Name name, Readers::iterator reader) noexcept
        : watched_{std::move(watched)}, name_{name}, reader_{reader} {}

    void end() noexcept {
      if (watched_ == nullptr) return;
      const std::lock_guard lock{watched_->mutex};
      if (name_ == watched_->by_name.end()) {
        watched_->registries.erase(reader_);
        return;
      }
      name_->second.erase(reader_);
      if (name_->second.empty()) watched_->by_name.erase(name_);
    }

    std::shared_ptr<Watched> watched_;
    Name name_;
    Readers::iterator reader_;
  };

  /// Shows `breaker`, a CircuitBreaker or AsyncCircuitBreaker, from now on. With `SameName::takes_over` it is shown
  /// instead of another breaker of its name, which is shown again if this watch ends first.
  /// @throws std::invalid_argument if a breaker of its name is shown already and `same_name` refuses a second one, or
  /// if the name or the value of a label is not UTF-8
  template <class Breaker>
  Watch watch(const Breaker& breaker, SameName same_name = SameName::refused) {
    std::string name{breaker.name()};
    (void)detail::series_labels("CallCollector", name, breaker.info().labels);
    Readers readers{[&breaker](Scrape& scrape) {
      const Info info = breaker.info();
      if constexpr (requires { breaker.call_counts(); }) scrape.add(info, breaker.call_counts());
      scrape.add(info);
    }};
    const auto reader = readers.begin();
    const std::lock_guard lock{watched_->mutex};
    if (same_name == SameName::refused && watched_->by_name.contains(name)) {
      detail::refuse(
          detail::concat({"CallCollector: circuit_name \"", name,
                          "\" is shown already; each breaker needs its own, or SameName::takes_over where it "
                          "replaces the other"}));
    }
    const Name place = watched_->by_name.try_emplace(std::move(name)).first;
    place->second.splice(place->second.end(), readers);
    return Watch{watched_, place, reader};
  }
  template <class Breaker>
  Watch watch(const Breaker&&, SameName = SameName::refused) = delete;  // a temporary would not live until a scrape

  /// Shows a CircuitBreakerRegistry from now on: at each scrape all breakers that it has then. Those for whose keys
  /// `name_of(key)` is the same are a group, and are shown as one breaker of that name: their calls and windows are
  /// added up. So the number of series is the number of names, however many keys there are. In addition, gauge
  /// `circuit_breaker_breakers{circuit_name,state}` has the number of breakers in each state.
  ///
  /// `name_of` gives UTF-8, and no name of a breaker or of another registry that is watched, too; it is called at scrapes,
  /// under this collector's lock. Calls of a breaker between the last scrape and its eviction are not shown.
  template <class Registry, class NameOf>
    requires requires(const NameOf& name_of, const typename Registry::Key& key) { std::string{name_of(key)}; }
  Watch watch(const Registry& registry, NameOf name_of) {
    using Key = typename Registry::Key;
    Readers readers{[&registry, name_of, sums = detail::PrometheusCallSums<Key>{}](Scrape& scrape) mutable {
      std::map<std::string, detail::PrometheusGroup> groups;
      sums.begin();
      registry.for_each([&](const Key& key, const auto& breaker) {
        const std::string name{name_of(key)};
        groups[name].add(breaker.info());
        if constexpr (requires { breaker.call_counts(); }) sums.add(name, key, breaker.call_counts());
      });
      for (const auto& [name, counts] : sums.sums()) scrape.add(Info{.name = name}, counts);
      for (const auto& [name, group] : groups) scrape.add(name, group);
    }};
    const auto reader = readers.begin();
    const std::lock_guard lock{watched_->mutex};
    watched_->registries.splice(watched_->registries.end(), readers);
    return Watch{watched_, watched_->by_name.end(), reader};
  }
  template <class Registry, class NameOf>
  Watch watch(const Registry&&, NameOf) = delete;  // as above

  /// The metrics of all watched breakers, read now. @throws std::bad_alloc
  std::vector<prometheus::MetricFamily> Collect() const override {
    Scrape scrape;
    {
      const std::lock_guard lock{watched_->mutex};
      for (const auto& [name, readers] : watched_->by_name) readers.back()(scrape);
      for (const Reader& reader : watched_->registries) reader(scrape);
    }
    return std::move(scrape).families();
  }

 private:
  /// The answer to one scrape.
  struct Scrape {
    using enum prometheus::MetricType;

    prometheus::MetricFamily calls{
        "circuit_breaker_calls_total",
        "Calls through the circuit breaker: admitted or refused; of those admitted, ended as "
        "succeeded, failed or ignored; and those that were slow",
        Counter,
        {}};
    prometheus::MetricFamily failure_ratio{
        "circuit_breaker_window_failure_ratio", "Failures per call in the window of the circuit breaker", Gauge, {}};
    prometheus::MetricFamily slow_ratio{
        "circuit_breaker_window_slow_ratio", "Slow calls per call in the window of the circuit breaker", Gauge, {}};
    prometheus::MetricFamily average_duration{"circuit_breaker_window_average_duration_seconds",
                                              "Average duration of the calls in the window of the circuit breaker",
                                              Gauge,
                                              {}};
    prometheus::MetricFamily breakers{
        "circuit_breaker_breakers", "Circuit breakers of a registry in each state", Gauge, {}};

    static prometheus::ClientMetric& append(prometheus::MetricFamily& family, const Info& info) {
      prometheus::ClientMetric& metric = family.metric.emplace_back();
      metric.label.push_back({"circuit_name", info.name});
      for (const Label& label : info.labels) {
        if (!label.value.empty()) metric.label.push_back({label.key, label.value});
      }
      return metric;
    }
    static void append(prometheus::MetricFamily& family, const Info& info, double value) {
      append(family, info).gauge.value = value;
    }

    void add(const Info& info, const CallCounts& counts) {
      const std::pair<const char*, std::uint64_t> outcomes[] = {
          {"admitted", counts.admitted}, {"refused", counts.refused}, {"succeeded", counts.succeeded},
          {"failed", counts.failed},     {"ignored", counts.ignored}, {"slow", counts.slow},
      };
      for (const auto& [outcome, count] : outcomes) {
        prometheus::ClientMetric& metric = append(calls, info);
        metric.label.push_back({"outcome", outcome});
        metric.counter.value = static_cast<double>(count);
      }
    }

    void add(const Info& info) {
      const Metrics& metrics = info.metrics;
      if (metrics.total_count() == 0) return;
      append(failure_ratio, info, *metrics.failure_rate());
      if (metrics.has_slow_threshold()) append(slow_ratio, info, *metrics.slow_rate());
      if (metrics.total_duration().count() != 0) {
        append(average_duration, info, std::chrono::duration<double>(*metrics.avg_duration()).count());
      }
    }

    void add(const std::string& name, const detail::PrometheusGroup& group) {
      const Info info = group.info(name);
      add(info);
      for (std::size_t state = 0; state != group.states.size(); ++state) {
        prometheus::ClientMetric& metric = append(breakers, info);
        metric.label.push_back({"state", std::string{to_string(static_cast<State>(state))}});
        metric.gauge.value = static_cast<double>(group.states[state]);
      }
    }

    std::vector<prometheus::MetricFamily> families() && {
      std::vector<prometheus::MetricFamily> found;
      for (prometheus::MetricFamily* const family :
           {&calls, &failure_ratio, &slow_ratio, &average_duration, &breakers}) {
        if (!family->metric.empty()) found.push_back(std::move(*family));
      }
      return found;
    }
  };

  std::shared_ptr<Watched> watched_ = std::make_shared<Watched>();
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
