// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The series that breakers of one name share in one registry of prometheus-cpp, and which of them the gauge shows.
///
/// State: for each name in each registry, a set of series and a list of users, found by a table under one mutex. A user
/// is a breaker, or a listener that waits for one. Users are added and removed under the mutex; the first makes the
/// series and the last removes them. Transitions take no lock, except the registry's own for a counter that does not
/// exist yet.

#ifndef FLUXGATE_LISTENERS_PROMETHEUS_SERIES_HPP
#define FLUXGATE_LISTENERS_PROMETHEUS_SERIES_HPP

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/base/utf8.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// What happens to a breaker whose name is taken, among those that are shown to Prometheus together.
enum class SameName : std::uint8_t {
  refused,     ///< it is refused: two breakers of one name are usually a mistake
  takes_over,  ///< it is shown instead of the other one, which it replaces and which is about to be destroyed
};

namespace detail {

/// Refuses a name that no label can have: Prometheus would refuse the whole scrape.
inline void require_label(const char* owner, std::string_view circuit_name) {
  if (!is_utf8(circuit_name)) refuse(concat({owner, ": circuit_name \"", circuit_name, "\" is not UTF-8"}));
}

/// Gauges of the state and counters of the transitions. A constructor that throws removes what it has registered.
class PrometheusSeries {
  static constexpr std::array states{State::closed,       State::open,     State::half_open,
                                     State::metrics_only, State::disabled, State::forced_open};

 public:
  PrometheusSeries(std::string circuit_name, prometheus::Registry& registry)
      : PrometheusSeries{registry, std::move(circuit_name)} {  // from here on the destructor removes what exists
    if (state_family_.Has(state_labels(State::closed))) {
      refuse(concat({"PrometheusListener: circuit_name \"", circuit_name_,
                     "\" is in the registry already, as a series of other code"}));
    }
    for (const State state : states) gauges_[index(state)] = &state_family_.Add(state_labels(state));
    transition(State::closed, State::open);
    transition(State::open, State::half_open);
    transition(State::half_open, State::open);
    transition(State::half_open, State::closed);
  }

  PrometheusSeries(const PrometheusSeries&) = delete;
  PrometheusSeries& operator=(const PrometheusSeries&) = delete;

  ~PrometheusSeries() {
    for (prometheus::Gauge* const gauge : gauges_) {
      if (gauge != nullptr) state_family_.Remove(gauge);
    }
    for (const auto& from : transitions_) {
      for (const auto& to : from) {
        prometheus::Counter* const counter = to.load(std::memory_order_relaxed);  // no other thread is left
        if (counter != nullptr) transition_family_.Remove(counter);
      }
    }
  }

  void show(State shown) {
    for (const State state : states) gauges_[index(state)]->Set(state == shown ? 1 : 0);
  }

  prometheus::Counter& transition(State from, State to) {
    std::atomic<prometheus::Counter*>& place = transitions_[index(from)][index(to)];
    prometheus::Counter* counter = place.load(std::memory_order_acquire);  // pairs with the store
    if (counter == nullptr) {
      // Two threads that get here at once are given the same counter.
      counter = &transition_family_.Add({{"circuit_name", circuit_name_},
                                         {"old_state", std::string{to_string(from)}},
                                         {"new_state", std::string{to_string(to)}}});
      place.store(counter, std::memory_order_release);  // publishes the counter
    }
    return *counter;
  }

 private:
  PrometheusSeries(prometheus::Registry& registry, std::string circuit_name)
      : circuit_name_{std::move(circuit_name)},
        state_family_{prometheus::BuildGauge()
                          .Name("circuit_breaker_state")
                          .Help("1 for the state that the circuit breaker is in, 0 for each other state")
                          .Register(registry)},
        transition_family_{prometheus::BuildCounter()
                               .Name("circuit_breaker_state_transition_total")
                               .Help("Transitions of the circuit breaker")
                               .Register(registry)} {}

  static constexpr std::size_t index(State state) noexcept { return static_cast<std::size_t>(state); }

  prometheus::Labels state_labels(State state) const {
    return {{"circuit_name", circuit_name_}, {"state", std::string{to_string(state)}}};
  }

  const std::string circuit_name_;
  prometheus::Family<prometheus::Gauge>& state_family_;
  prometheus::Family<prometheus::Counter>& transition_family_;
  std::array<prometheus::Gauge*, states.size()> gauges_{};
  std::array<std::array<std::atomic<prometheus::Counter*>, states.size()>, states.size()> transitions_{};
};

/// A user of the series of a name. The gauge shows the newest user; when that is destroyed, the one before it.
class PrometheusUser {
 public:
  /// Shows a closed breaker. @throws std::invalid_argument if the name is not UTF-8, or if there is a user of the name
  /// and `same_name` refuses a second one
  PrometheusUser(std::string circuit_name, std::shared_ptr<prometheus::Registry> registry, SameName same_name)
      : circuit_name_{std::move(circuit_name)}, registry_{std::move(registry)} {
    require_label("PrometheusListener", circuit_name_);
    const std::lock_guard lock{table().mutex};
    auto found = table().names.find({registry_.get(), circuit_name_});
    if (found != table().names.end() && same_name == SameName::refused) {
      refuse(
          concat({"PrometheusListener: circuit_name \"", circuit_name_,
                  "\" is in the registry already; each breaker needs a name of its own, or SameName::takes_over where "
                  "it replaces the other"}));
    }
    std::list<PrometheusUser*> self{this};
    if (found == table().names.end()) {
      auto name = std::make_unique<Name>(circuit_name_, *registry_);
      found = table().names.try_emplace({registry_.get(), circuit_name_}, std::move(name)).first;
    }
    name_ = found->second.get();
    number_ = ++name_->last_number;
    name_->users.splice(name_->users.end(), self);
    name_->shown.store({number_, State::closed}, std::memory_order_seq_cst);  // as in follow
    name_->show();
  }

  PrometheusUser(const PrometheusUser&) = delete;
  PrometheusUser& operator=(const PrometheusUser&) = delete;

  ~PrometheusUser() {
    const std::lock_guard lock{table().mutex};
    name_->users.remove(this);
    if (name_->users.empty()) {
      table().names.erase({registry_.get(), circuit_name_});
      return;
    }
    if (name_->shown.load(std::memory_order_relaxed).number != number_) return;  // users change under the mutex only
    // The user that is shown from now on may change its state meanwhile, before it sees that it is shown.
    const PrometheusUser& next = *name_->users.back();
    Shown shown{next.number_, next.state_.load(std::memory_order_seq_cst)};  // as in follow
    name_->shown.store(shown, std::memory_order_seq_cst);
    for (;;) {
      const State state = next.state_.load(std::memory_order_seq_cst);
      if (shown.state == state) break;
      if (name_->shown.compare_exchange_strong(shown, {next.number_, state}, std::memory_order_seq_cst)) {
        shown.state = state;
      }
    }
    name_->show();
  }

  const std::string& circuit_name() const noexcept { return circuit_name_; }

  /// Shows that the breaker is in `state` now. Called by one thread at a time.
  void follow(State state) {
    // Sequentially consistent, in the destructor too. This function stores the state and then loads the number that is
    // shown; the destructor stores the number and then loads the state. With anything weaker both may load the old
    // value, and the gauge keeps it.
    state_.store(state, std::memory_order_seq_cst);
    Shown shown = name_->shown.load(std::memory_order_seq_cst);
    while (shown.number == number_ &&
           !name_->shown.compare_exchange_weak(shown, {number_, state}, std::memory_order_seq_cst)) {
    }
    name_->show();
  }

  void count(State from, State to) { name_->series.transition(from, to).Increment(); }

  /// Claims the user for one breaker; false if another breaker has it.
  bool claim() noexcept { return !claimed_.exchange(true, std::memory_order_relaxed); }  // an independent flag
  void give_back() noexcept { claimed_.store(false, std::memory_order_relaxed); }        // as above

 private:
  struct Shown {
    std::uint32_t number;
    State state;
    std::uint8_t spare[3] = {};

    friend bool operator==(const Shown& a, const Shown& b) noexcept {
      return a.number == b.number && a.state == b.state;
    }
  };
  static_assert(std::has_unique_object_representations_v<Shown>, "exchanges compare all bytes");

  /// What the users of one name share.
  struct Name {
    Name(const std::string& circuit_name, prometheus::Registry& registry) : series{circuit_name, registry} {}

    /// Sets the gauge to what is to be shown. Of several threads that do so at once, the last to change it sets it
    /// right: the gauge's own stores are sequentially consistent.
    void show() {
      for (;;) {
        const Shown now = shown.load(std::memory_order_seq_cst);  // as in follow
        series.show(now.state);
        if (shown.load(std::memory_order_seq_cst) == now) return;
      }
    }

    PrometheusSeries series;
    std::list<PrometheusUser*> users{};  // under the table's mutex; the newest last
    std::uint32_t last_number = 0;       // likewise
    std::atomic<Shown> shown{Shown{0, State::closed}};
  };

  struct Table {
    std::mutex mutex;
    std::map<std::pair<prometheus::Registry*, std::string>, std::unique_ptr<Name>> names;
  };

  static Table& table() {
    static Table& table = *new Table;  // never destroyed: breakers may outlive static objects
    return table;
  }

  const std::string circuit_name_;
  const std::shared_ptr<prometheus::Registry> registry_;
  Name* name_ = nullptr;
  std::uint32_t number_ = 0;
  std::atomic<State> state_{State::closed};
  std::atomic<bool> claimed_{false};
};

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
