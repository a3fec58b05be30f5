// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Metrics for Prometheus, on prometheus-cpp: what state a breaker is in, its transitions, and its calls.
///
/// Names follow https://prometheus.io/docs/practices/naming/; docs/monitoring has a dashboard and alerts over them.

#ifndef FLUXGATE_LISTENERS_PROMETHEUS_HPP
#define FLUXGATE_LISTENERS_PROMETHEUS_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>
#include <prometheus/registry.h>

#include <fluxgate/call_stats.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

namespace detail {

/// Whether `text` is UTF-8, as Unicode's table 3-7 has it.
constexpr bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size == 0 || size > text.size()) return false;
    for (std::size_t at = 1; at != size; ++at) {
      const unsigned least = at != 1 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      const unsigned most = at != 1 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      if (byte(at) < least || byte(at) > most) return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

/// Refuses a name that no label can have: Prometheus would refuse all that is scraped with it.
inline void require_label(const char* who, std::string_view circuit_name) {
  if (!is_utf8(circuit_name)) refuse(concat({who, ": circuit_name \"", circuit_name, "\" is not UTF-8"}));
}

}  // namespace detail

/// Keeps the state and the transitions of one breaker in a registry of prometheus-cpp:
///
/// - gauge `circuit_breaker_state{circuit_name,state}`: 1 for the state the breaker is in and 0 for each other;
/// - counter `circuit_breaker_state_transition_total{circuit_name,old_state,new_state}`.
///
/// All states are there from construction on, and so are the transitions that a breaker makes by itself, so that the first
/// of each is seen as an increase. Copies are one listener; when the last of them goes (with its breaker), so does all that
/// it has registered. Transitions that are not announced (`Notify::no`) are seen with the next that is.
///
/// Each breaker needs its own listener, of the breaker's name; any number of them share a registry. A transition costs a
/// lookup under the lock of the registry's family, which a scrape holds while it copies the family.
class PrometheusListener {
 public:
  /// The registry of all listeners that are given none. Scraped once it is registered with an Exposer, or written out by
  /// a serializer.
  static std::shared_ptr<prometheus::Registry> shared_registry() {
    static const std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
    return registry;
  }

  /// @throws std::invalid_argument when `registry` is null or holds a breaker named `circuit_name` already, or when that
  /// is not UTF-8
  explicit PrometheusListener(std::string circuit_name,
                              std::shared_ptr<prometheus::Registry> registry = shared_registry())
      : series_{std::make_shared<Series>(std::move(circuit_name), std::move(registry))} {}

  /// @throws std::invalid_argument when the signal is of a breaker with another name
  void operator()(const Signal& signal) const { series_->follow(signal); }

 private:
  static constexpr std::array states{State::closed,       State::open,     State::half_open,
                                     State::metrics_only, State::disabled, State::forced_open};

  /// What one listener has in its registry.
  class Series {
   public:
    Series(std::string circuit_name, std::shared_ptr<prometheus::Registry> registry)
        : circuit_name_{std::move(circuit_name)}, registry_{std::move(registry)} {
      if (registry_ == nullptr) detail::refuse("PrometheusListener: the registry is null");
      detail::require_label("PrometheusListener", circuit_name_);
      state_family_ = &prometheus::BuildGauge()
                           .Name("circuit_breaker_state")
                           .Help("1 for the state that the circuit breaker is in, 0 for each other state")
                           .Register(*registry_);
      transition_family_ = &prometheus::BuildCounter()
                                .Name("circuit_breaker_state_transition_total")
                                .Help("Transitions of the circuit breaker")
                                .Register(*registry_);
      // One at a time, so that of two with the same name one is refused.
      const std::lock_guard lock{registering()};
      if (state_family_->Has(state_labels(State::closed))) {
        detail::refuse(detail::concat({"PrometheusListener: circuit_name \"", circuit_name_,
                                       "\" is in the registry already; each breaker needs a name and a listener of its "
                                       "own"}));
      }
      for (const State state : states) gauges_[index(state)] = &gauge(state);
      gauges_[index(State::closed)]->Set(1);
      transition(State::closed, State::open);
      transition(State::open, State::half_open);
      transition(State::half_open, State::open);
      transition(State::half_open, State::closed);
    }

    Series(const Series&) = delete;
    Series& operator=(const Series&) = delete;

    ~Series() {
      // Nobody else may register the name meanwhile: he would be given series that are about to go.
      const std::lock_guard lock{registering()};
      for (prometheus::Gauge* const gauge : gauges_) state_family_->Remove(gauge);
      for (const auto& from : transitions_) {
        for (prometheus::Counter* const counter : from) {
          if (counter != nullptr) transition_family_->Remove(counter);
        }
      }
    }

    void follow(const Signal& signal) {
      if (signal.circuit_name != circuit_name_) {
        detail::refuse(detail::concat({"PrometheusListener: made for the circuit breaker \"", circuit_name_,
                                       "\", told of \"", signal.circuit_name, "\""}));
      }
      transition(signal.old_state, signal.new_state).Increment();
      for (const State state : states) gauges_[index(state)]->Set(state == signal.new_state ? 1 : 0);
    }

   private:
    static constexpr std::size_t index(State state) noexcept { return static_cast<std::size_t>(state); }

    static std::mutex& registering() noexcept {
      static std::mutex mutex;
      return mutex;
    }

    prometheus::Labels state_labels(State state) const {
      return {{"circuit_name", circuit_name_}, {"state", std::string{to_string(state)}}};
    }
    prometheus::Gauge& gauge(State state) { return state_family_->Add(state_labels(state)); }

    prometheus::Counter& transition(State from, State to) {
      prometheus::Counter*& counter = transitions_[index(from)][index(to)];
      if (counter == nullptr) {
        counter = &transition_family_->Add({{"circuit_name", circuit_name_},
                                            {"old_state", std::string{to_string(from)}},
                                            {"new_state", std::string{to_string(to)}}});
      }
      return *counter;
    }

    std::string circuit_name_;
    std::shared_ptr<prometheus::Registry> registry_;
    prometheus::Family<prometheus::Gauge>* state_family_ = nullptr;
    prometheus::Family<prometheus::Counter>* transition_family_ = nullptr;
    std::array<prometheus::Gauge*, states.size()> gauges_{};
    std::array<std::array<prometheus::Counter*, states.size()>, states.size()> transitions_{};
  };

  std::shared_ptr<Series> series_;
};

/// Shows the calls of breakers to Prometheus, read when it scrapes; nothing is done between scrapes.
///
/// Of a breaker with `Config{.stats = CallStats{}}`, counter `circuit_breaker_calls_total{circuit_name,outcome}`, the
/// outcomes being CallCounts' members: every call is `admitted` or `refused`; an admitted one ends as `succeeded`, `failed`
/// or `ignored`; `slow` ones are counted besides. Of any breaker, about the calls in its window, and absent while it has
/// none:
///
/// - gauge `circuit_breaker_window_failure_ratio{circuit_name}`,
/// - gauge `circuit_breaker_window_slow_ratio{circuit_name}`: with a `slow_threshold`,
/// - gauge `circuit_breaker_window_average_duration_seconds{circuit_name}`: where durations are summed (`AvgLatency`).
///
/// Any member may be called from any thread. Register it with an Exposer, or collect beside a registry.
class CallCollector : public prometheus::Collectable {
  struct Scrape;
  using Reader = std::function<void(Scrape&)>;
  using Readers = std::map<std::string, Reader>;  // by the breaker's name

  struct Watched {
    std::mutex mutex;  // held during a scrape, so that none is under way when a watch has ended
    Readers readers;
  };

 public:
  /// Shows a breaker for as long as it lives. Ends before the breaker does; may outlive the collector.
  class [[nodiscard]] Watch {
   public:
    Watch(Watch&& other) noexcept : watched_{std::move(other.watched_)}, reader_{other.reader_} {}
    Watch& operator=(Watch&& other) noexcept {
      if (this != &other) {
        end();
        watched_ = std::move(other.watched_);
        reader_ = other.reader_;
      }
      return *this;
    }
    /// Waits for a scrape that is under way.
    ~Watch() { end(); }

   private:
    friend CallCollector;
    Watch(std::shared_ptr<Watched> watched, Readers::iterator reader) noexcept
        : watched_{std::move(watched)}, reader_{reader} {}

    void end() noexcept {
      if (watched_ == nullptr) return;
      const std::lock_guard lock{watched_->mutex};
      watched_->readers.erase(reader_);
    }

    std::shared_ptr<Watched> watched_;
    Readers::iterator reader_;
  };

  /// Shows `breaker`, a CircuitBreaker or AsyncCircuitBreaker, from now on.
  /// @throws std::invalid_argument when a breaker of its name is shown already, or the name is not UTF-8
  template <class Breaker>
  Watch watch(const Breaker& breaker) {
    const std::string name{breaker.name()};
    detail::require_label("CallCollector", name);
    const std::lock_guard lock{watched_->mutex};
    const auto [reader, is_new] = watched_->readers.try_emplace(name, [&breaker](Scrape& scrape) {
      const Info info = breaker.info();
      if constexpr (requires { breaker.call_counts(); }) scrape.add(info.name, breaker.call_counts());
      scrape.add(info);
    });
    if (!is_new) {
      detail::refuse(
          detail::concat({"CallCollector: circuit_name \"", name, "\" is shown already; each breaker needs its own"}));
    }
    return Watch{watched_, reader};
  }
  template <class Breaker>
  Watch watch(const Breaker&&) = delete;  // it would be gone before the first scrape

  /// For Prometheus. @throws std::bad_alloc
  std::vector<prometheus::MetricFamily> Collect() const override {
    Scrape scrape;
    {
      const std::lock_guard lock{watched_->mutex};
      for (const auto& [name, read] : watched_->readers) read(scrape);
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

    static prometheus::ClientMetric& append(prometheus::MetricFamily& family, const std::string& circuit_name) {
      family.metric.emplace_back();
      family.metric.back().label.push_back({"circuit_name", circuit_name});
      return family.metric.back();
    }
    static void append(prometheus::MetricFamily& family, const std::string& circuit_name, double value) {
      append(family, circuit_name).gauge.value = value;
    }

    void add(const std::string& circuit_name, const CallCounts& counts) {
      const std::pair<const char*, std::uint64_t> outcomes[] = {
          {"admitted", counts.admitted}, {"refused", counts.refused}, {"succeeded", counts.succeeded},
          {"failed", counts.failed},     {"ignored", counts.ignored}, {"slow", counts.slow},
      };
      for (const auto& [outcome, count] : outcomes) {
        prometheus::ClientMetric& metric = append(calls, circuit_name);
        metric.label.push_back({"outcome", outcome});
        metric.counter.value = static_cast<double>(count);
      }
    }

    void add(const Info& info) {
      const Metrics& metrics = info.metrics;
      if (metrics.total_count() == 0) return;
      append(failure_ratio, info.name, *metrics.failure_rate());
      if (metrics.has_slow_threshold()) append(slow_ratio, info.name, *metrics.slow_rate());
      if (metrics.total_duration().count() != 0) {
        append(average_duration, info.name, std::chrono::duration<double>(*metrics.avg_duration()).count());
      }
    }

    std::vector<prometheus::MetricFamily> families() && {
      std::vector<prometheus::MetricFamily> found;
      for (prometheus::MetricFamily* const family : {&calls, &failure_ratio, &slow_ratio, &average_duration}) {
        if (!family->metric.empty()) found.push_back(std::move(*family));
      }
      return found;
    }
  };

  std::shared_ptr<Watched> watched_ = std::make_shared<Watched>();
};

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
